//! A ticket, as the API shows it.

use crate::domain::clock::Timestamp;
use crate::domain::ids::{ConversationId, CustomerId, InstallationId, TeamId, TicketId, UserId};
use crate::domain::ticket::Status;
use crate::domain::triage::{Class, Priority};
use crate::http::reasons::{OneReason, Reason, Reasons};
use crate::http::response::{mirror, versioned};

mirror! {
    /// A customer request.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000005", "number": 1042, "customer_id": "019b8a3e-0000-7000-8000-000000000001",
        "conversation_id": "019b8a3e-0000-7000-8000-000000000002", "subject": "我的订单还没有到", "class": "complaint",
        "priority": "urgent", "status": "open", "language": "zh-CN", "sentiment": -0.7, "tags": ["delivery"],
        "reasons": [{"code": "classified.words", "arguments": {"class": "complaint", "words": ["还没有到"]}, "text": "归为投诉，依据：“还没有到”"}], "team_id": "019b8a3e-0000-7000-8000-000000000006",
        "assignee_id": "019b8a3e-0000-7000-8000-000000000007",
        "assignment_reason": {
            "code": "assigned.least-busy",
            "arguments": {"team": "客服", "open": 0, "capacity": 8, "available": 2, "language": "zh-CN"},
            "text": "客服 会中文的 2 位可用成员中最空闲（未结 0 / 上限 8）",
        },
        "previous_id": null,
        "reopened": 0, "first_response_due_at": "2026-01-05T08:15:00Z", "resolution_due_at": "2026-01-05T12:00:00Z",
        "first_response_at": "2026-01-05T08:04:00Z", "resolved_at": null,
        "source_id": "019b8a3e-0000-7000-8000-000000000003", "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:04:00Z", "version": 4,
    }))]
    pub struct Ticket from crate::domain::ticket::Ticket {
        /// Its id.
        pub id: TicketId,
        /// What people call it by: from 1 on, in the order in which tickets are opened. A number may be left out.
        pub number: i64,
        /// Whose.
        pub customer_id: CustomerId,
        /// The thread that it came from.
        pub conversation_id: Option<ConversationId>,
        /// The beginning of what the customer wrote.
        pub subject: String,
        /// What it is about.
        pub class: Class,
        /// How soon it needs an answer.
        pub priority: Priority,
        /// Where it stands.
        pub status: Status,
        /// BCP 47; empty when unknown.
        pub language: String,
        /// From -1 (angry) to 1 (delighted).
        pub sentiment: f64,
        /// Tags.
        pub tags: Vec<String>,
        /// Why it was classified so.
        #[schema(value_type = Vec<Reason>)]
        pub reasons: Reasons,
        /// The team that takes care of it.
        pub team_id: Option<TeamId>,
        /// The person who does.
        pub assignee_id: Option<UserId>,
        /// Why that person.
        #[schema(value_type = Option<Reason>)]
        pub assignment_reason: OneReason,
        /// The ticket of the same conversation before it.
        pub previous_id: Option<TicketId>,
        /// How often it was reopened.
        pub reopened: i64,
        /// When the first answer is due.
        pub first_response_due_at: Option<Timestamp>,
        /// When the resolution is due.
        pub resolution_due_at: Option<Timestamp>,
        /// When the first answer was given.
        pub first_response_at: Option<Timestamp>,
        /// When it was resolved.
        pub resolved_at: Option<Timestamp>,
        /// The installation that brought it in.
        pub source_id: Option<InstallationId>,
        /// When it was opened.
        pub created_at: Timestamp,
        /// When it was last changed.
        pub updated_at: Timestamp,
        /// Grows by one with every change; the record's ETag.
        pub version: i64,
    }
}

versioned!(Ticket);
