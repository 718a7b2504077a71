//! Conversations and the interactions in them.

use serde_json::{Map, Value};

use super::clock::Timestamp;
use super::ids::{ConversationId, CustomerId, InstallationId, InteractionId, TicketId, UserId};
use super::words::words;

words! {
    /// How far an outgoing message has got.
    pub enum Delivery {
        /// It waits for its turn.
        Queued = "queued",
        /// The provider has taken it.
        Sent = "sent",
        /// It has reached the customer's device.
        Delivered = "delivered",
        /// The customer has read it.
        Read = "read",
        /// It won't be delivered.
        Failed = "failed",
    }
}

impl Delivery {
    /// Whether a receipt may move a message from this state to the next: receipts arrive in any order, and a
    /// late `delivered` doesn't undo a `read`.
    pub fn may_become(self, next: Self) -> bool {
        match next {
            Self::Queued => false,
            Self::Failed => matches!(self, Self::Queued | Self::Sent),
            Self::Sent | Self::Delivered | Self::Read => next > self && self != Self::Failed,
        }
    }
}

/// A thread of interactions on one channel with one customer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conversation {
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
    /// The ticket that it was begun to answer, where that came by another channel. What comes in here belongs to it.
    pub ticket_id: Option<TicketId>,
    /// When something last happened in it.
    pub last_at: Timestamp,
    /// When it began.
    pub created_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}

/// One message or touch.
#[derive(Debug, Clone, PartialEq)]
pub struct Interaction {
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
    pub attributes: Map<String, Value>,
    /// Files that came with it, as the channel describes them.
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

#[cfg(test)]
mod tests {
    use super::Delivery::{Delivered, Failed, Queued, Read, Sent};

    #[test]
    fn receipts_move_a_message_forward_only() {
        assert!(Queued.may_become(Sent) && Queued.may_become(Read) && Sent.may_become(Delivered));
        assert!(!Read.may_become(Delivered) && !Delivered.may_become(Sent));
        assert!(Sent.may_become(Failed) && !Delivered.may_become(Failed) && !Failed.may_become(Sent));
    }
}
