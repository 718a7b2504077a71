//! A customer and its related records, as the API shows them.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::customer::{CustomerKind, Stage};
use crate::domain::ids::{CustomerId, IdentityId, InstallationId, OrderId, UserId};
use crate::http::api::money::Money;
use crate::http::response::{mirror, versioned};

mirror! {
    /// A person or organisation.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000001", "kind": "person", "name": "王芳", "stage": "customer", "grade": "A",
        "language": "zh-CN", "region": "华东", "birthday": "1990-05-17", "organisation_id": null, "owner_id": null,
        "tags": ["vip"], "attributes": {"shoe_size": 38}, "canonical_id": null, "source_id": null,
        "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "version": 1,
    }))]
    pub struct Customer from crate::domain::customer::Customer {
        /// Its id.
        pub id: CustomerId,
        /// Person or organisation.
        pub kind: CustomerKind,
        /// The name that people read.
        pub name: String,
        /// How far it has come.
        pub stage: Stage,
        /// Value grade: A, B, ...
        pub grade: Option<String>,
        /// BCP 47.
        pub language: Option<String>,
        /// Where it is, as the company divides its market.
        pub region: Option<String>,
        /// `YYYY-MM-DD`.
        pub birthday: Option<String>,
        /// The organisation that a contact belongs to.
        pub organisation_id: Option<CustomerId>,
        /// Who looks after it.
        pub owner_id: Option<UserId>,
        /// Tags, in the order they were set.
        pub tags: Vec<String>,
        /// Custom fields.
        #[schema(value_type = Object)]
        pub attributes: Map<String, Value>,
        /// The record that it was merged into, which stands for it.
        pub canonical_id: Option<CustomerId>,
        /// The installation that brought it in.
        pub source_id: Option<InstallationId>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was last changed.
        pub updated_at: Timestamp,
        /// Grows by one with every change; the record's ETag.
        pub version: i64,
    }

    /// One way in which a customer is known, in its canonical form.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000023", "scheme": "phone", "issuer": "", "value": "+8613800138000",
        "attested": true, "source_id": "019b8a3e-0000-7000-8000-000000000003", "created_at": "2026-01-05T08:00:00Z",
    }))]
    pub struct Identity from crate::domain::customer::Identity {
        /// Its id.
        pub id: IdentityId,
        /// `phone`, `email`, `member`, or a channel's own.
        pub scheme: String,
        /// The app or account that it is unique in; empty where it is unique in the world.
        pub issuer: String,
        /// For example `+8613800138000`.
        pub value: String,
        /// Whether a channel vouches for it.
        pub attested: bool,
        /// The installation that brought it in.
        pub source_id: Option<InstallationId>,
        /// When it was first seen.
        pub created_at: Timestamp,
    }

    /// A score that a plugin gave.
    #[schema(example = json!({
        "name": "lead", "installation_id": "019b8a3e-0000-7000-8000-000000000003", "value": 72.5, "grade": "hot",
        "reasons": ["asked for a quote"], "computed_at": "2026-01-05T08:00:00Z",
    }))]
    pub struct Score from crate::domain::customer::Score {
        /// Which score: `lead`, `churn`, ...
        pub name: String,
        /// The installation that gave it.
        pub installation_id: InstallationId,
        /// On the plugin's scale.
        pub value: f64,
        /// For people: `hot`, `A`.
        pub grade: String,
        /// Why, the weightiest first.
        pub reasons: Vec<String>,
        /// When.
        pub computed_at: Timestamp,
    }
}

versioned!(Customer);

/// An order, as transaction history.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "019b8a3e-0000-7000-8000-000000000024", "number": "SO-2026-0117",
    "total": {"amount": "3600.00", "currency": "CNY"}, "items": [{"product": "RO-600", "count": 1}],
    "placed_at": "2026-01-04T08:00:00Z",
}))]
pub struct Order {
    /// Its id.
    pub id: OrderId,
    /// The shop's number.
    pub number: String,
    /// What it cost.
    pub total: Money,
    /// What was ordered.
    #[schema(value_type = Vec<Object>)]
    pub items: Value,
    /// When.
    pub placed_at: Timestamp,
}

impl From<crate::domain::customer::Order> for Order {
    fn from(order: crate::domain::customer::Order) -> Self {
        let total = order.total().into();
        Self { id: order.id, number: order.number, total, items: order.items, placed_at: order.placed_at }
    }
}
