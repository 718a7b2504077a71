//! The clocks of a ticket: how long people have for the first response, the next ones and the resolution, and how long the
//! ticket may wait for something. They run in the working time of the policy's calendar, and stand still while the ticket
//! waits. Their timers lie in the queue and fire however often the host restarts.

mod escalation;
mod fire;
pub mod recalculate;
mod rules;
mod state;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

pub use self::fire::fire;
pub(super) use self::rules::Rules;
pub use self::state::{ClockState, clocks};
use crate::domain::clock::Timestamp;
use crate::domain::ids::TicketId;
use crate::domain::sla_policy::SlaPolicy;
use crate::domain::ticket::{Ticket, TicketStatus};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::timers;
use crate::store::db::Tx;

/// The queue of these timers.
pub const QUEUE: &str = "sla";

pub(super) const MICROS_OF_MINUTE: i64 = 60_000_000;

/// What a timer watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// Until the first answer.
    FirstResponse,
    /// Until the next answer, when the customer has written again.
    NextResponse,
    /// Until the resolution.
    Resolution,
    /// How long the ticket may wait for something.
    Hold,
}

/// What a timer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Reminds, some time before.
    Warn,
    /// Says that the time is over.
    Breach,
    /// Says so to the supervisors at a step of the chain, from 1 on.
    Escalate(usize),
}

/// One timer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// The ticket.
    pub ticket: TicketId,
    /// Which of its clocks.
    pub clock: Clock,
    /// What it does.
    pub step: Step,
    /// The due time that it was set for; a ticket with another one has newer timers.
    pub due: Timestamp,
}

/// A due time that was set just now, for [`watch`].
#[derive(Debug, Clone, Copy)]
pub(in crate::ops) struct Promise {
    clock: Clock,
    /// When it is reminded of; none when that was done.
    warn: Option<Timestamp>,
    due: Timestamp,
}

impl Clock {
    const ALL: [Self; 4] = [Self::FirstResponse, Self::NextResponse, Self::Resolution, Self::Hold];

    /// The field of a ticket that has its due time.
    fn field(self) -> &'static str {
        match self {
            Self::FirstResponse => "first_response_due_at",
            Self::NextResponse => "next_response_due_at",
            Self::Resolution => "resolution_due_at",
            Self::Hold => "hold_due_at",
        }
    }

    fn due(self, ticket: &Ticket) -> Option<Timestamp> {
        match self {
            Self::FirstResponse => ticket.first_response_due_at,
            Self::NextResponse => ticket.next_response_due_at,
            Self::Resolution => ticket.resolution_due_at,
            Self::Hold => ticket.hold_due_at,
        }
    }

    fn set(self, ticket: &mut Ticket, due: Option<Timestamp>) {
        *match self {
            Self::FirstResponse => &mut ticket.first_response_due_at,
            Self::NextResponse => &mut ticket.next_response_due_at,
            Self::Resolution => &mut ticket.resolution_due_at,
            Self::Hold => &mut ticket.hold_due_at,
        } = due;
    }

    /// How many microseconds of working time a policy gives.
    fn span(self, policy: &SlaPolicy) -> Option<i64> {
        let minutes = match self {
            Self::FirstResponse => Some(policy.first_response_minutes),
            Self::NextResponse => policy.next_response_minutes,
            Self::Resolution => Some(policy.resolution_minutes),
            Self::Hold => policy.hold_minutes,
        };
        minutes.map(|minutes| minutes * MICROS_OF_MINUTE)
    }

    /// Whether what it watches was done; one without a due time has nothing to watch.
    fn is_over(self, ticket: &Ticket) -> bool {
        let done = self == Self::FirstResponse && ticket.first_response_at.is_some();
        done || ticket.status == TicketStatus::Resolved || self.due(ticket).is_none()
    }
}

/// Starts a ticket's clocks by the policy that applies; for [`watch`] once the ticket is stored.
pub(super) async fn promise(
    tx: &mut Tx,
    ticket: &mut Ticket,
    grade: Option<&str>,
) -> Result<Vec<Promise>, Refusal> {
    let rules = Rules::choose(tx, ticket, grade).await?;
    let now = tx.now();
    ticket.sla_runs_since = Some(now);
    ticket.sla_worked_micros = 0;
    ticket.sla_paused_at = None;
    ticket.sla_policy_id = rules.policy.as_ref().map(|policy| policy.id);
    let clocks = [Clock::Resolution, Clock::FirstResponse];
    let promised =
        clocks.into_iter().filter(|clock| *clock == Clock::Resolution || ticket.first_response_at.is_none());
    let promises: Vec<Promise> = promised.filter_map(|clock| rules.promise(clock, now)).collect();
    for promise in &promises {
        promise.clock.set(ticket, Some(promise.due));
    }
    Ok(promises)
}

/// Sets the timers for what a ticket was promised just now.
pub(in crate::ops) async fn watch(
    tx: &mut Tx,
    ctx: &RequestContext,
    ticket: TicketId,
    promises: &[Promise],
) -> Result<(), Refusal> {
    for Promise { clock, warn, due } in promises {
        if let Some(warn) = warn {
            set(tx, ctx, &Timer { ticket, clock: *clock, step: Step::Warn, due: *due }, *warn).await?;
        }
        set(tx, ctx, &Timer { ticket, clock: *clock, step: Step::Breach, due: *due }, *due).await?;
    }
    Ok(())
}

async fn set(tx: &mut Tx, ctx: &RequestContext, timer: &Timer, at: Timestamp) -> Result<(), Refusal> {
    let Timer { ticket, clock, step, due } = timer;
    let lane = format!("sla:{ticket}:{clock:?}:{step:?}:{due}");
    timers::set(tx, ctx, (QUEUE, lane), timer, at).await
}

/// A ticket's state has changed: its clocks stop when it begins to wait, and go on where they were when it doesn't wait
/// any longer. What a resolved ticket's clocks were is known, but nothing watches them.
pub(in crate::ops) async fn turn(
    tx: &mut Tx,
    ctx: &RequestContext,
    before: TicketStatus,
    ticket: &mut Ticket,
) -> Result<Vec<Promise>, Refusal> {
    let promises = match (before, ticket.status) {
        (before, now) if before == now => Vec::new(),
        (_, TicketStatus::Pending) => stop(tx, ticket).await?,
        (TicketStatus::Pending, _) => go_on(tx, ctx, ticket).await?,
        _ => Vec::new(),
    };
    if ticket.status != TicketStatus::Resolved {
        return Ok(promises);
    }
    ticket.waiting_since = None;
    ticket.next_response_due_at = None;
    Ok(Vec::new())
}

async fn stop(tx: &mut Tx, ticket: &mut Ticket) -> Result<Vec<Promise>, Refusal> {
    let now = tx.now();
    let Some(since) = ticket.sla_runs_since.filter(|_| ticket.sla_policy_id.is_some()) else {
        return Ok(Vec::new());
    };
    let rules = Rules::of(tx, ticket).await?;
    ticket.sla_worked_micros += rules.hours.between(since, now);
    ticket.sla_paused_at = Some(now);
    let hold = rules.promise(Clock::Hold, now);
    ticket.hold_due_at = hold.map(|hold| hold.due);
    Ok(hold.into_iter().collect())
}

async fn go_on(tx: &mut Tx, ctx: &RequestContext, ticket: &mut Ticket) -> Result<Vec<Promise>, Refusal> {
    ticket.hold_due_at = None;
    let Some(paused) = ticket.sla_paused_at.take() else { return Ok(Vec::new()) };
    let (now, before) = (tx.now(), ticket.clone());
    ticket.sla_runs_since = Some(now);
    let rules = Rules::of(tx, ticket).await?;
    let mut promises = Vec::new();
    for clock in [Clock::FirstResponse, Clock::NextResponse, Clock::Resolution] {
        let over = clock == Clock::FirstResponse && ticket.first_response_at.is_some();
        // What was over when the ticket began to wait stays so.
        let Some(due) = clock.due(ticket).filter(|due| !over && *due > paused) else { continue };
        let shifted = rules.hours.after(now, rules.hours.between(paused, due));
        if shifted != due {
            clock.set(ticket, Some(shifted));
            promises.push(rules.promise_at(clock, shifted, now, true));
        }
    }
    if ticket.status != TicketStatus::Resolved {
        say_changes(tx, ctx, &before, ticket, "resumed").await?;
    }
    Ok(promises)
}

/// The customer has written on an open ticket: an answer is due, if none was due already.
pub(in crate::ops) async fn customer_wrote(
    tx: &mut Tx,
    ticket: &mut Ticket,
) -> Result<Vec<Promise>, Refusal> {
    if ticket.waiting_since.is_some() {
        return Ok(Vec::new());
    }
    wait_since(tx, ticket, tx.now()).await
}

async fn wait_since(tx: &mut Tx, ticket: &mut Ticket, since: Timestamp) -> Result<Vec<Promise>, Refusal> {
    ticket.waiting_since = Some(since);
    if ticket.first_response_at.is_none() || ticket.sla_policy_id.is_none() {
        return Ok(Vec::new());
    }
    let promise = Rules::of(tx, ticket).await?.promise(Clock::NextResponse, since);
    ticket.next_response_due_at = promise.map(|promise| promise.due);
    Ok(promise.into_iter().collect())
}

/// The customer has an answer.
pub(in crate::ops) fn answered(ticket: &mut Ticket) {
    ticket.waiting_since = None;
    ticket.next_response_due_at = None;
}

/// The customer waits for an answer after all: what seemed to be one didn't arrive. What its timers let pass is due now.
pub(super) async fn await_answer(
    tx: &mut Tx,
    ticket: &mut Ticket,
    since: Option<Timestamp>,
) -> Result<Vec<Promise>, Refusal> {
    let mut promises = match since {
        Some(since) if ticket.waiting_since.is_none() => wait_since(tx, ticket, since).await?,
        _ => Vec::new(),
    };
    let Some(due) = ticket.first_response_due_at.filter(|_| ticket.first_response_at.is_none()) else {
        return Ok(promises);
    };
    let rules = Rules::of(tx, ticket).await?;
    let now = tx.now();
    if rules.warning(Clock::FirstResponse, due).is_none_or(|warning| warning <= now) {
        promises.push(rules.promise_at(Clock::FirstResponse, due, now, false));
    }
    Ok(promises)
}

/// Puts it on a ticket which of its due times were changed and why; nothing where none was.
async fn say_changes(
    tx: &mut Tx,
    ctx: &RequestContext,
    before: &Ticket,
    ticket: &Ticket,
    why: &str,
) -> Result<(), Refusal> {
    let changed = Clock::ALL.into_iter().filter(|clock| clock.due(before) != clock.due(ticket));
    let change = |clock: Clock| {
        (clock.field().to_owned(), json!({"old": clock.due(before), "new": clock.due(ticket)}))
    };
    let mut data: Map<String, Value> = changed.map(change).collect();
    if data.is_empty() {
        return Ok(());
    }
    data.insert("why".to_owned(), why.into());
    if before.sla_policy_id != ticket.sla_policy_id {
        data.insert(
            "sla_policy_id".to_owned(),
            json!({"old": before.sla_policy_id, "new": ticket.sla_policy_id}),
        );
    }
    ctx.record(tx, "ticket.sla-changed", ticket, Value::Object(data)).await.map(|_| ())
}
