//! A conversation and its messages, as the API shows them.

use serde_json::{Map, Value};

use crate::domain::clock::Timestamp;
use crate::domain::conversation::Delivery;
use crate::domain::ids::{ConversationId, CustomerId, InstallationId, InteractionId, TicketId, UserId};
use crate::http::response::{mirror, versioned};

mirror! {
    /// A thread of messages on one channel with one customer.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000002", "customer_id": "019b8a3e-0000-7000-8000-000000000001",
        "installation_id": "019b8a3e-0000-7000-8000-000000000003", "channel": "telegram", "external_id": "88001",
        "subject": "", "ticket_id": null, "last_at": "2026-01-05T08:00:00Z", "created_at": "2026-01-05T08:00:00Z", "version": 1,
    }))]
    pub struct Conversation from crate::domain::conversation::Conversation {
        /// Its id.
        pub id: ConversationId,
        /// With whom.
        pub customer_id: CustomerId,
        /// The channel's installation; none for interactions that came by the API.
        pub installation_id: Option<InstallationId>,
        /// The channel's scheme, for example `telegram`.
        pub channel: String,
        /// The channel's own name of the thread.
        pub external_id: String,
        /// What it is about, where the channel says.
        pub subject: String,
        /// The ticket that it was begun to answer, where that came by another channel.
        pub ticket_id: Option<TicketId>,
        /// When something last happened in it.
        pub last_at: Timestamp,
        /// When it began.
        pub created_at: Timestamp,
        /// Grows by one with every change; the record's ETag.
        pub version: i64,
    }

    /// One message or other touch.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000004", "customer_id": "019b8a3e-0000-7000-8000-000000000001",
        "conversation_id": "019b8a3e-0000-7000-8000-000000000002", "ticket_id": null,
        "installation_id": "019b8a3e-0000-7000-8000-000000000003", "kind": "message", "inbound": true,
        "external_id": "5512", "author_id": null, "text": "我的订单还没有到", "attributes": {}, "attachments": [],
        "status": null, "failure": null, "occurred_at": "2026-01-05T08:00:00Z", "created_at": "2026-01-05T08:00:00Z",
        "version": 1,
    }))]
    pub struct Message from crate::domain::conversation::Interaction {
        /// Its id.
        pub id: InteractionId,
        /// Whose.
        pub customer_id: CustomerId,
        /// In which thread.
        pub conversation_id: Option<ConversationId>,
        /// The ticket that it belongs to.
        pub ticket_id: Option<TicketId>,
        /// The channel's installation.
        pub installation_id: Option<InstallationId>,
        /// `message`, `call`, `visit`, `page-view`, `purchase`, `note`, `choice`.
        pub kind: String,
        /// Whether the customer did it, as against the company.
        pub inbound: bool,
        /// The provider's id.
        pub external_id: Option<String>,
        /// The person who wrote it, of outgoing ones.
        pub author_id: Option<UserId>,
        /// Plain text.
        pub text: String,
        /// What else the channel said.
        #[schema(value_type = Object)]
        pub attributes: Map<String, Value>,
        /// Files that came with it, as the channel describes them.
        #[schema(value_type = Vec<Object>)]
        pub attachments: Vec<Value>,
        /// Of outgoing ones: how far it has got.
        pub status: Option<Delivery>,
        /// Why it failed.
        pub failure: Option<String>,
        /// When it happened.
        pub occurred_at: Timestamp,
        /// When it was stored.
        pub created_at: Timestamp,
        /// Grows by one with every change.
        pub version: i64,
    }
}

versioned!(Conversation, Message);
