//! How the clocks of a ticket stand.

use crate::domain::clock::Timestamp;
use crate::domain::hand_off::HandOffStatus;
use crate::domain::ids::TicketId;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::tickets;
use crate::store::db::Tx;
use crate::store::hand_offs;

/// How a clock of a ticket stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockState {
    /// `first-response`, `next-response`, `resolution`, `hold` or `hand-off`.
    pub clock: &'static str,
    /// `running`, `paused` while the ticket waits for something, `kept`, `breached`, or `stopped` when it ended with the
    /// ticket.
    pub state: &'static str,
    /// When it is due; of a paused one, when it would have been.
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

    /// Of a clock that stands still since a moment, unless it was over by then.
    fn paused(self, since: Option<Timestamp>) -> Self {
        match since {
            Some(since) if self.done_at.is_none() && since < self.due_at => {
                Self { state: "paused", seconds_left: None, ..self }
            }
            _ => self,
        }
    }
}

/// The clocks of a ticket: those that a policy has set, and that of its last hand-off.
pub async fn clocks(tx: &mut Tx, ctx: &RequestContext, id: TicketId) -> Result<Vec<ClockState>, Refusal> {
    let ticket = tickets::get(tx, ctx, id).await?;
    let (now, paused) = (tx.now(), ticket.sla_paused_at);
    // Who resolves a ticket without a word has left nothing to respond to.
    let responded = ticket.first_response_at.or(ticket.resolved_at);
    let set = [
        ("first-response", ticket.first_response_due_at, responded, paused),
        ("next-response", ticket.next_response_due_at, None, paused),
        ("resolution", ticket.resolution_due_at, ticket.resolved_at, paused),
        ("hold", ticket.hold_due_at, None, None),
    ];
    let state = |(clock, due, done, paused)| Some(ClockState::new(now, clock, due?, done).paused(paused));
    let mut clocks: Vec<ClockState> = set.into_iter().filter_map(state).collect();
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
