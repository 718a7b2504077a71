//! Due times are set anew when a ticket's class or priority changes, and when its policy or the policy's calendar does. The
//! working time that has passed counts.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{Clock, Promise, Rules, say_changes, watch};
use crate::domain::actor::Scope;
use crate::domain::clock::Timestamp;
use crate::domain::ids::{SlaPolicyId, TicketId};
use crate::domain::ticket::{Ticket, TicketStatus};
use crate::ops::app::App;
use crate::ops::customers::identify;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::queue::{self, Job, NewJob};
use crate::store::tickets;

/// The queue of jobs that go through the tickets of a policy.
pub const QUEUE: &str = "sla-recalculate";
/// How many tickets such a job looks at.
const STEP: i64 = 100;

/// Which tickets a job looks at: those with the clocks of a policy, after one.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Recalculation {
    policy: SlaPolicyId,
    after: TicketId,
    /// What has changed: `policy` or `calendar`.
    why: String,
}

/// Has the due times of a policy's open tickets set anew.
pub(in crate::ops::tickets) async fn begin(
    tx: &mut Tx,
    ctx: &RequestContext,
    policy: SlaPolicyId,
    why: &str,
) -> Result<(), Refusal> {
    let first = TicketId(uuid::Uuid::nil());
    enqueue(tx, ctx, &Recalculation { policy, after: first, why: why.to_owned() }).await
}

async fn enqueue(tx: &mut Tx, ctx: &RequestContext, recalculation: &Recalculation) -> Result<(), Refusal> {
    let job = NewJob {
        queue: QUEUE,
        lane: format!("{QUEUE}:{}", recalculation.policy),
        payload: json!(recalculation),
        cause: ctx.cause,
        run_at: tx.now(),
    };
    queue::enqueue(tx, job).await?;
    Ok(())
}

/// Does a job.
pub async fn run(app: &App, job: &Job, recalculation: Recalculation) -> Result<(), Refusal> {
    app.finish(job, recalculation, |tx, ctx, recalculation| Box::pin(step(tx, ctx, recalculation)))
        .await
        .map(|_| ())
}

async fn step(tx: &mut Tx, ctx: &RequestContext, recalculation: &Recalculation) -> Result<(), Refusal> {
    let found = tickets::promised(tx, recalculation.policy, recalculation.after, STEP).await?;
    for id in &found {
        let Some(ticket) = tickets::get(tx, *id, Scope::All).await? else { continue };
        let mut changed = ticket.clone();
        set_anew(tx, &mut changed).await?;
        // Who changes a ticket meanwhile isn't disturbed where nothing is due at another time.
        if changed == ticket {
            continue;
        }
        let Some(mut ticket) = tickets::lock(tx, *id, Scope::All).await? else { continue };
        let promises = recalculate(tx, ctx, &mut ticket, &recalculation.why).await?;
        tickets::update(tx, &ticket).await?;
        watch(tx, ctx, *id, &promises).await?;
    }
    match found.last() {
        Some(after) => enqueue(tx, ctx, &Recalculation { after: *after, ..recalculation.clone() }).await,
        None => Ok(()),
    }
}

/// Sets a locked ticket's due times anew, and says in the log which have changed; for [`watch`] once it is stored.
pub(in crate::ops) async fn recalculate(
    tx: &mut Tx,
    ctx: &RequestContext,
    ticket: &mut Ticket,
    why: &str,
) -> Result<Vec<Promise>, Refusal> {
    let before = ticket.clone();
    let promises = set_anew(tx, ticket).await?;
    say_changes(tx, ctx, &before, ticket, why).await?;
    Ok(promises)
}

/// Changes nothing where every time stays as it is.
async fn set_anew(tx: &mut Tx, ticket: &mut Ticket) -> Result<Vec<Promise>, Refusal> {
    let (Some(since), false) = (ticket.sla_runs_since, ticket.status == TicketStatus::Resolved) else {
        return Ok(Vec::new());
    };
    let old = Rules::of(tx, ticket).await?;
    let customer = identify::read(tx, ticket.customer_id).await?.customer;
    let new = Rules::choose(tx, ticket, customer.grade.as_deref()).await?;
    let (now, paused) = (tx.now(), ticket.sla_paused_at);
    let at = paused.unwrap_or(now);
    let worked = match paused {
        Some(_) => ticket.sla_worked_micros,
        None => ticket.sla_worked_micros + old.hours.between(since, now),
    };
    let mut promises = Vec::new();
    for clock in Clock::ALL {
        let start = match clock {
            Clock::FirstResponse if ticket.first_response_at.is_some() => continue,
            Clock::FirstResponse | Clock::Resolution => None,
            Clock::NextResponse => Some(ticket.waiting_since.filter(|_| ticket.first_response_at.is_some())),
            Clock::Hold => Some(paused),
        };
        let span = new.policy.as_ref().and_then(|policy| clock.span(policy));
        let due = match (span, start) {
            (Some(span), None) => Some(new.hours.after(at, span - worked)),
            (Some(span), Some(Some(start))) => Some(new.hours.after(start, span)),
            _ => None,
        };
        // What was over is over, at whatever time it would have been now.
        let is_over = |due: Option<Timestamp>| due.is_some_and(|due| due <= at);
        if due == clock.due(ticket) || (is_over(due) && is_over(clock.due(ticket))) {
            continue;
        }
        clock.set(ticket, due);
        // What stands still is watched when it goes on.
        if let Some(due) = due.filter(|_| paused.is_none() || clock == Clock::Hold) {
            promises.push(new.promise_at(clock, due, now, false));
        }
    }
    let policy = new.policy.map(|policy| policy.id);
    if policy != ticket.sla_policy_id || !promises.is_empty() {
        ticket.sla_policy_id = policy;
        ticket.sla_worked_micros = worked;
        ticket.sla_runs_since = Some(if paused.is_none() { now } else { since });
    }
    Ok(promises)
}
