//! The clocks of a ticket: timers in the queue, which fire however often the host restarts.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::actor::Scope;
use crate::domain::clock::{ClockStep, Timestamp};
use crate::domain::hand_off::HandOffStatus;
use crate::domain::ids::TicketId;
use crate::domain::ticket::{SlaPolicy, Ticket, TicketStatus};
use crate::ops::events::notify::{To, tell, tell_teams};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::timers;
use crate::store::db::Tx;
use crate::store::hand_offs;
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

/// One timer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// The ticket.
    pub ticket: TicketId,
    /// Which of its clocks.
    pub clock: Clock,
    /// What it does.
    pub step: ClockStep,
    /// The due time that it was set for; a ticket with another one has newer timers.
    pub due: Timestamp,
}

/// Sets a ticket's due times by the policy that applies: which clocks run until when, for [`watch`].
pub(super) async fn promise(
    tx: &mut Tx,
    ticket: &mut Ticket,
    grade: Option<&str>,
) -> Result<Vec<(Clock, Timestamp)>, Refusal> {
    let policies = tickets::policies(tx).await?;
    let Some(policy) = SlaPolicy::choose(&policies, ticket.class, ticket.priority, grade) else {
        return Ok(Vec::new());
    };
    let now = tx.now();
    let resolution = now.plus_minutes(policy.resolution_minutes);
    ticket.resolution_due_at = Some(resolution);
    let mut clocks = vec![(Clock::Resolution, resolution)];
    if ticket.first_response_at.is_none() {
        let first_response = now.plus_minutes(policy.first_response_minutes);
        ticket.first_response_due_at = Some(first_response);
        clocks.push((Clock::FirstResponse, first_response));
    }
    Ok(clocks)
}

/// Sets the timers for what a ticket was promised just now.
pub(super) async fn watch(
    tx: &mut Tx,
    ctx: &RequestContext,
    ticket: TicketId,
    clocks: &[(Clock, Timestamp)],
) -> Result<(), Refusal> {
    for (clock, due) in clocks {
        set(tx, ctx, ticket, *clock, *due).await?;
    }
    Ok(())
}

/// A ticket waits for its first response again: what its timers let pass because it seemed to have had one is due now.
pub(super) async fn await_first_response(
    tx: &mut Tx,
    ctx: &RequestContext,
    ticket: &Ticket,
) -> Result<(), Refusal> {
    let Some(due) = ticket.first_response_due_at.filter(|_| ticket.status != TicketStatus::Resolved) else {
        return Ok(());
    };
    let now = tx.now();
    let warning = due.plus_millis(-due.millis_since(ticket.created_at) / 5);
    let step = match (now >= due, now >= warning) {
        (true, _) => ClockStep::Breach,
        (false, true) => ClockStep::Warn,
        (false, false) => return Ok(()),
    };
    let timer = Timer { ticket: ticket.id, clock: Clock::FirstResponse, step, due };
    timers::set(tx, ctx, (QUEUE, lane(&timer)), &timer, now).await
}

fn lane(Timer { ticket, clock, step, due }: &Timer) -> String {
    format!("sla:{ticket}:{clock:?}:{step:?}:{due}")
}

async fn set(
    tx: &mut Tx,
    ctx: &RequestContext,
    ticket: TicketId,
    clock: Clock,
    due: Timestamp,
) -> Result<(), Refusal> {
    for (step, at) in timers::steps(tx.now(), due) {
        let timer = Timer { ticket, clock, step, due };
        timers::set(tx, ctx, (QUEUE, lane(&timer)), &timer, at).await?;
    }
    Ok(())
}

/// A timer has come due: says so, unless what it watched was done in time.
pub async fn fire(tx: &mut Tx, ctx: &RequestContext, timer: &Timer) -> Result<(), Refusal> {
    let Some(ticket) = tickets::get(tx, timer.ticket, Scope::All).await? else { return Ok(()) };
    let (due, done) = match timer.clock {
        Clock::FirstResponse => (ticket.first_response_due_at, ticket.first_response_at.is_some()),
        Clock::Resolution => (ticket.resolution_due_at, false),
    };
    if done || ticket.status == TicketStatus::Resolved || due != Some(timer.due) {
        return Ok(());
    }
    let kind = match timer.step {
        ClockStep::Warn => "ticket.sla-warned",
        ClockStep::Breach => "ticket.sla-breached",
    };
    let data = json!({"clock": timer.clock, "due": timer.due});
    let arguments = json!({"clock": timer.clock, "due": timer.due, "subject": ticket.subject});
    ctx.record(tx, kind, &ticket, data).await?;
    match (timer.step, ticket.assignee_id) {
        (ClockStep::Warn, Some(assignee)) => {
            tell(tx, ctx, To::User(assignee), kind, &ticket, &arguments).await
        }
        _ => tell_teams(tx, ctx, kind, &ticket, &arguments).await,
    }
}

/// How a clock of a ticket stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockState {
    /// `first-response`, `resolution` or `hand-off`.
    pub clock: &'static str,
    /// `running`, `kept`, `breached`, or `stopped` when it ended with the ticket.
    pub state: &'static str,
    /// When it is due.
    pub due_at: Timestamp,
    /// When what it watches was done.
    pub done_at: Option<Timestamp>,
    /// Seconds left until it is due while it runs; negative when it is over.
    pub seconds_left: Option<i64>,
}

impl ClockState {
    fn new(now: Timestamp, clock: &'static str, due_at: Timestamp, done_at: Option<Timestamp>) -> Self {
        let breached = done_at.unwrap_or(now) > due_at;
        let state = match (breached, done_at) {
            (true, _) => "breached",
            (false, Some(_)) => "kept",
            (false, None) => "running",
        };
        let seconds_left = done_at.is_none().then(|| due_at.millis_since(now).div_euclid(1_000));
        Self { clock, state, due_at, done_at, seconds_left }
    }
}

/// The clocks of a ticket: those that a policy has set, and that of its last hand-off.
pub async fn clocks(tx: &mut Tx, ctx: &RequestContext, id: TicketId) -> Result<Vec<ClockState>, Refusal> {
    let ticket = super::get(tx, ctx, id).await?;
    let now = tx.now();
    let mut clocks = Vec::new();
    if let Some(due) = ticket.first_response_due_at {
        // Who resolves a ticket without a word has left nothing to respond to.
        let done = ticket.first_response_at.or(ticket.resolved_at);
        clocks.push(ClockState::new(now, "first-response", due, done));
    }
    if let Some(due) = ticket.resolution_due_at {
        clocks.push(ClockState::new(now, "resolution", due, ticket.resolved_at));
    }
    if let Some(hand_off) = hand_offs::newest(tx, id).await? {
        let mut clock = ClockState::new(now, "hand-off", hand_off.due_at, hand_off.answered_at);
        match hand_off.status {
            HandOffStatus::Overdue => clock = ClockState { state: "breached", seconds_left: None, ..clock },
            HandOffStatus::Withdrawn => clock = ClockState { state: "stopped", seconds_left: None, ..clock },
            _ => {}
        }
        clocks.push(clock);
    }
    Ok(clocks)
}
