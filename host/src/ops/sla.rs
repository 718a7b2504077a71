//! The clocks of a ticket: timers in the queue, which fire however often the host restarts.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::call::Call;
use super::notify::{To, tell, tell_teams};
use super::refusal::Refusal;
use crate::domain::actor::Scope;
use crate::domain::clock::Timestamp;
use crate::domain::ids::TicketId;
use crate::domain::ticket::{SlaPolicy, Status, Ticket};
use crate::store::db::Tx;
use crate::store::queue::{self, NewJob};
use crate::store::tickets;

/// The queue of these timers.
pub const QUEUE: &str = "sla";

/// What a timer watches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Clock {
    /// Until the first answer.
    FirstResponse,
    /// Until the resolution.
    Resolution,
}

/// What a timer does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Step {
    /// Reminds, when four fifths of the time are over.
    Warn,
    /// Says that the time is over.
    Breach,
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

/// Sets a ticket's due times by the policy that applies, and the timers for them.
pub(super) async fn start(
    tx: &mut Tx,
    call: &Call,
    ticket: &mut Ticket,
    grade: Option<&str>,
) -> Result<(), Refusal> {
    let policies = tickets::policies(tx).await?;
    let Some(policy) = SlaPolicy::choose(&policies, ticket.class, ticket.priority, grade) else {
        return Ok(());
    };
    let now = tx.now();
    let first_response = now.plus_minutes(policy.first_response_minutes);
    let resolution = now.plus_minutes(policy.resolution_minutes);
    ticket.resolution_due_at = Some(resolution);
    if ticket.first_response_at.is_none() {
        ticket.first_response_due_at = Some(first_response);
        set(tx, call, ticket.id, Clock::FirstResponse, first_response).await?;
    }
    set(tx, call, ticket.id, Clock::Resolution, resolution).await
}

async fn set(
    tx: &mut Tx,
    call: &Call,
    ticket: TicketId,
    clock: Clock,
    due: Timestamp,
) -> Result<(), Refusal> {
    let span = due.millis_since(tx.now());
    for (step, run_at) in [(Step::Warn, due.plus_millis(-span / 5)), (Step::Breach, due)] {
        let timer = Timer { ticket, clock, step, due };
        // A lane for each, because the one due later must not wait for nor hold up the other.
        let lane = format!("sla:{ticket}:{clock:?}:{step:?}:{due}");
        queue::enqueue(tx, NewJob { queue: QUEUE, lane, payload: json!(timer), cause: call.cause, run_at })
            .await?;
    }
    Ok(())
}

/// A timer has come due: says so, unless what it watched was done in time.
pub async fn fire(tx: &mut Tx, call: &Call, timer: &Timer) -> Result<(), Refusal> {
    let Some(ticket) = tickets::get(tx, timer.ticket, Scope::All).await? else { return Ok(()) };
    let (due, done, what) = match timer.clock {
        Clock::FirstResponse => {
            (ticket.first_response_due_at, ticket.first_response_at.is_some(), "the first response")
        }
        Clock::Resolution => (ticket.resolution_due_at, false, "the resolution"),
    };
    if done || ticket.status == Status::Resolved || due != Some(timer.due) {
        return Ok(());
    }
    let (kind, text) = match timer.step {
        Step::Warn => ("ticket.sla-warned", format!("{what} is due at {}", timer.due)),
        Step::Breach => ("ticket.sla-breached", format!("{what} was due at {}", timer.due)),
    };
    let data = json!({"clock": timer.clock, "due": timer.due});
    call.record(tx, kind, &ticket, data).await?;
    match (timer.step, ticket.assignee_id) {
        (Step::Warn, Some(assignee)) => tell(tx, call, To::User(assignee), kind, &ticket, &text).await,
        _ => tell_teams(tx, call, kind, &ticket, &text).await,
    }
}
