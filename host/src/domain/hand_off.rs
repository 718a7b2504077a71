//! Hand-offs: a ticket given from one team to another, which accepts or refuses it in time.

use super::clock::Timestamp;
use super::ids::{HandOffId, TeamId, TicketId, UserId};
use super::words::words;

words! {
    /// Where a hand-off stands.
    pub enum HandOffStatus {
        /// The team that gets it hasn't answered; the giving one still has the ticket.
        Pending = "pending",
        /// The ticket has changed hands.
        Accepted = "accepted",
        /// The team that was to get it doesn't take it.
        Refused = "refused",
        /// Nobody answered in time.
        Overdue = "overdue",
        /// It was taken back, or the ticket was resolved, before anybody answered.
        Withdrawn = "withdrawn",
    }
}

/// Minutes until a hand-off is to be accepted where no SLA policy says otherwise.
pub const DEFAULT_MINUTES: i64 = 60;

/// A ticket on its way from one team to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HandOff {
    /// Its id.
    pub id: HandOffId,
    /// The ticket.
    pub ticket_id: TicketId,
    /// The team that gives it; none when the ticket had no team.
    pub from_team_id: Option<TeamId>,
    /// Who had the ticket.
    pub from_user_id: Option<UserId>,
    /// The team that is to get it.
    pub to_team_id: TeamId,
    /// The person there who is to get it.
    pub to_user_id: Option<UserId>,
    /// What the giver wants the taker to know.
    pub note: String,
    /// Where it stands.
    pub status: HandOffStatus,
    /// Why it was refused.
    pub reason: Option<String>,
    /// Who handed it off, as `kind:id`.
    pub handed_by: String,
    /// Who accepted, refused or withdrew it, as `kind:id`.
    pub answered_by: Option<String>,
    /// Until when it is to be accepted.
    pub due_at: Timestamp,
    /// When it was accepted, refused or withdrawn.
    pub answered_at: Option<Timestamp>,
    /// When it was handed off.
    pub created_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}
