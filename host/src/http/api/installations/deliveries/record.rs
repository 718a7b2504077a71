//! A delivery, as the API shows it.

use crate::domain::clock::Timestamp;
use crate::domain::delivery::DeliveryState;
use crate::domain::ids::{DeliveryId, InstallationId, InteractionId};
use crate::http::response::mirror;
use crate::store;

mirror! {
    /// Something that a channel took in and that became no message.
    #[schema(as = ReceivedDelivery, example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000021", "installation_id": "019b8a3e-0000-7000-8000-000000000003",
        "received_at": "2026-01-05T08:00:00Z", "state": "kept", "reason": "automatic",
        "detail": "The mail says of itself that a program wrote it (Auto-Submitted).", "external_id": "42@example.com",
        "preview": "I am out of the office until Monday.", "size": 1840, "interaction_id": null, "accepted_at": null,
    }))]
    pub struct Delivery from store::deliveries::KeptDelivery {
        /// Its id.
        pub id: DeliveryId,
        /// The channel's installation.
        pub installation_id: InstallationId,
        /// When it came.
        pub received_at: Timestamp,
        /// `kept`, or `accepted` once somebody has made it a message.
        pub state: DeliveryState,
        /// Why it is no message. The host's own words are `no-message` (the plugin took the request and made nothing of
        /// it), `no-id`, `no-sender` and `plugin-failed` (the plugin broke down at it three times); plugins have words of
        /// theirs, such as `automatic`, `own`, `unknown-kind`, `service-notice`, `unreadable`.
        pub reason: String,
        /// The same in a sentence.
        pub detail: String,
        /// The provider's own id of it; empty when it has none.
        pub external_id: String,
        /// The beginning of what it says, or of its request.
        pub preview: String,
        /// Bytes of the request's body.
        pub size: i64,
        /// The interaction that it became.
        pub interaction_id: Option<InteractionId>,
        /// When somebody made it a message.
        pub accepted_at: Option<Timestamp>,
    }
}
