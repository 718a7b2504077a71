//! A customer and its related records, as the API shows them.

use crate::domain::clock::Timestamp;
use crate::domain::customer;
use crate::domain::ids::InstallationId;
use crate::http::record::ApiRecord;
use crate::http::response::mirror;

/// A person or organisation.
pub type Customer = ApiRecord<customer::Customer>;
/// An order, as transaction history.
pub type Order = ApiRecord<customer::Order>;

/// One way in which a customer is known, in its canonical form.
pub type Identity = ApiRecord<customer::Identity>;

mirror! {
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
