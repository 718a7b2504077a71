//! A share, as the API shows it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::entity::Entity;
use crate::domain::ids::{PartnerId, ShareId};
use crate::domain::partner::{self, ShareDelivery, ShareState};
use crate::http::extract::LenientInteger;
use crate::http::response::versioned;
use crate::http::schema::choices::SharedField;
use crate::http::schema::texts::{Note, Reference};
use crate::ops::partners::shares;

/// A record that is shared with a partner.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "019b8a3e-0000-7000-8000-000000000030", "partner_id": "019b8a3e-0000-7000-8000-000000000031",
    "subject_kind": "deal", "subject_id": "019b8a3e-0000-7000-8000-000000000022", "note": "客户想本周看样品",
    "fields": ["name", "amount", "customer_name", "customer_phone"], "hand_over": true, "state": "accepted",
    "reference": "D-1042", "message": "周四上门", "delivery": "delivered", "failure": null,
    "due_at": "2026-01-05T16:00:00Z", "answered_at": "2026-01-05T09:00:00Z", "created_at": "2026-01-05T08:00:00Z",
    "updated_at": "2026-01-05T09:00:00Z", "version": 3,
}))]
pub struct Share {
    /// Its id; the partner's system tells repeats apart by it.
    pub id: ShareId,
    /// With whom.
    pub partner_id: PartnerId,
    /// `ticket` or `deal`.
    pub subject_kind: String,
    /// The record.
    pub subject_id: uuid::Uuid,
    /// What the sharing person wrote to the partner.
    pub note: String,
    /// The fields that the partner sees.
    pub fields: Vec<String>,
    /// Whether the partner was asked to take it over.
    pub hand_over: bool,
    /// How it stands. A partner sees no share that is refused or withdrawn.
    pub state: ShareState,
    /// The partner's own number for it; empty when there is none.
    pub reference: String,
    /// The partner's last word on it.
    pub message: String,
    /// How far it has got into the partner's system.
    pub delivery: ShareDelivery,
    /// Why the partner's system didn't take it.
    pub failure: Option<String>,
    /// Until when the partner is to answer.
    pub due_at: Option<Timestamp>,
    /// When the partner accepted or refused.
    pub answered_at: Option<Timestamp>,
    /// When it was shared.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change; the record's ETag.
    pub version: i64,
}

versioned!(Share);

impl From<partner::Share> for Share {
    fn from(share: partner::Share) -> Self {
        Self {
            id: share.id,
            partner_id: share.partner_id,
            subject_kind: share.subject_kind.as_str().to_owned(),
            subject_id: share.subject_id,
            note: share.note,
            fields: share.fields,
            hand_over: share.hand_over,
            state: share.state,
            reference: share.reference,
            message: share.message,
            delivery: share.delivery,
            failure: share.failure,
            due_at: share.due_at,
            answered_at: share.answered_at,
            created_at: share.created_at,
            updated_at: share.updated_at,
            version: share.version,
        }
    }
}

/// A share with the shared fields of its record.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct WholeShare {
    #[serde(flatten)]
    share: Share,
    /// The record's shared fields, as they are now.
    #[schema(value_type = Object)]
    subject: Map<String, Value>,
}

impl From<(partner::Share, Entity)> for WholeShare {
    fn from((share, entity): (partner::Share, Entity)) -> Self {
        let named = entity.attributes.into_iter();
        let subject = named.map(|attribute| (attribute.name, attribute.value.to_json())).collect();
        Self { share: share.into(), subject }
    }
}

/// A request to share a record with a partner.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "partner_id": "019b8a3e-0000-7000-8000-000000000031", "note": "客户想本周看样品",
    "fields": ["customer_name", "customer_phone"],
}))]
pub struct NewShare {
    /// With whom.
    partner_id: PartnerId,
    /// What the partner is told with it; at most 4,000 characters.
    #[serde(default)]
    #[schema(value_type = Note)]
    note: String,
    /// The fields that the partner sees. Of a ticket: `subject`, `class`, `priority`, `status`, `language`, `tags`,
    /// `created_at`, `resolved_at`. Of a deal: `name`, `status`, `probability`, `amount`, `currency`, `source`,
    /// `expected_close`, `created_at`, `closed_at`. Of the customer: `customer_name`, `customer_phone`,
    /// `customer_email`, `customer_region`, `customer_language`. When not said, the record's usual ones, and nothing of
    /// the customer.
    #[serde(default)]
    #[schema(value_type = Option<Vec<SharedField>>)]
    fields: Option<Vec<String>>,
    /// Whether the partner is asked to take it over, and has to accept or refuse in time; so it is when not said.
    #[serde(default = "asked")]
    hand_over: bool,
    /// How many minutes the partner has to answer, 1 to 43,200; the partner's usual time when not said.
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 1, maximum = 43_200)]
    answer_minutes: Option<LenientInteger>,
}

fn asked() -> bool {
    true
}

impl From<NewShare> for shares::NewShare {
    fn from(new: NewShare) -> Self {
        Self {
            partner_id: new.partner_id,
            note: new.note,
            fields: new.fields,
            hand_over: new.hand_over,
            answer_minutes: new.answer_minutes.map(|number| number.0),
        }
    }
}

/// What a partner says of a share.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reference": "D-1042", "message": "周四上门"}))]
pub struct PartnerResponse {
    /// The partner's own number for it, at most 200 characters; it stays when not said.
    #[serde(default)]
    #[schema(value_type = Option<Reference>)]
    reference: Option<String>,
    /// A sentence for people, at most 4,000 characters.
    #[serde(default)]
    #[schema(value_type = Note)]
    message: String,
}

impl From<PartnerResponse> for shares::PartnerResponse {
    fn from(response: PartnerResponse) -> Self {
        Self { reference: response.reference, message: response.message }
    }
}
