//! An SLA policy, as the API shows it.

use crate::domain::ids::SlaPolicyId;
use crate::domain::triage::{Class, Priority};
use crate::http::response::{mirror, versioned};

mirror! {
    /// How soon tickets are to be answered, resolved and accepted. Each condition that is there must hold; of the
    /// policies that apply to a ticket the one with the most conditions counts.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000014", "name": "紧急投诉", "class": "complaint", "priority": "urgent",
        "grade": null, "first_response_minutes": 15, "resolution_minutes": 240, "hand_off_minutes": 30, "version": 1,
    }))]
    pub struct SlaPolicy from crate::domain::ticket::SlaPolicy {
        /// Its id.
        pub id: SlaPolicyId,
        /// Its name.
        pub name: String,
        /// For this class only.
        pub class: Option<Class>,
        /// For this priority only.
        pub priority: Option<Priority>,
        /// For customers of this value grade only.
        pub grade: Option<String>,
        /// Minutes until the first answer.
        pub first_response_minutes: i64,
        /// Minutes until the resolution.
        pub resolution_minutes: i64,
        /// Minutes until a hand-off to another team is accepted.
        pub hand_off_minutes: i64,
        /// Grows by one with every change; the record's ETag.
        pub version: i64,
    }
}

versioned!(SlaPolicy);
