//! A hand-off, as the API shows it.

use crate::domain::clock::Timestamp;
use crate::domain::hand_off::HandOffStatus;
use crate::domain::ids::{HandOffId, TeamId, TicketId, UserId};
use crate::http::response::{mirror, versioned};

mirror! {
    /// A ticket on its way from one team to another.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-00000000000e", "ticket_id": "019b8a3e-0000-7000-8000-000000000005",
        "from_team_id": "019b8a3e-0000-7000-8000-000000000006", "from_user_id": "019b8a3e-0000-7000-8000-000000000007",
        "to_team_id": "019b8a3e-0000-7000-8000-000000000008", "to_user_id": null, "note": "客户要求上门检修",
        "status": "refused", "reason": "不在保修范围", "handed_by": "user:019b8a3e-0000-7000-8000-000000000007",
        "answered_by": "user:019b8a3e-0000-7000-8000-000000000009", "due_at": "2026-01-05T09:00:00Z",
        "answered_at": "2026-01-05T08:20:00Z", "created_at": "2026-01-05T08:00:00Z", "version": 2,
    }))]
    pub struct HandOff from crate::domain::hand_off::HandOff {
        /// Its id.
        pub id: HandOffId,
        /// The ticket.
        pub ticket_id: TicketId,
        /// The team that gives it; null when the ticket had no team.
        pub from_team_id: Option<TeamId>,
        /// Who had the ticket.
        pub from_user_id: Option<UserId>,
        /// The team that is to get it.
        pub to_team_id: TeamId,
        /// The person there who is to get it.
        pub to_user_id: Option<UserId>,
        /// What the giver wants the taker to know.
        pub note: String,
        /// Where it stands. Until it is `accepted` the giving team has the ticket.
        pub status: HandOffStatus,
        /// Why it was refused.
        pub reason: Option<String>,
        /// Who handed it off: `user:ID`, `token:ID` or `installation:ID`.
        pub handed_by: String,
        /// Who accepted or refused it.
        pub answered_by: Option<String>,
        /// Until when it is to be accepted: by the SLA policy that applies, or within an hour.
        pub due_at: Timestamp,
        /// When it was accepted or refused.
        pub answered_at: Option<Timestamp>,
        /// When it was handed off.
        pub created_at: Timestamp,
        /// Grows by one with every change.
        pub version: i64,
    }
}

versioned!(HandOff);
