//! A user, as the API shows them.

use crate::domain::clock::Timestamp;
use crate::domain::ids::UserId;
use crate::domain::role::Role;
use crate::http::response::{mirror, versioned};

mirror! {
    /// Somebody who works here.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000007", "name": "李雷", "email": "li.lei@example.com", "language": "zh-CN",
        "role": "agent", "active": true, "present": true, "capacity": 8, "skills": ["refund"], "languages": ["zh-CN", "en"],
        "region": "华东", "created_at": "2026-01-05T08:00:00Z", "version": 1,
    }))]
    pub struct User from crate::domain::team::User {
        /// Their id.
        pub id: UserId,
        /// Their name.
        pub name: String,
        /// Their e-mail address.
        pub email: String,
        /// The language they read, BCP 47.
        pub language: String,
        /// What they may do when they sign in.
        pub role: Role,
        /// Whether they still work here.
        pub active: bool,
        /// Whether they take tickets now.
        pub present: bool,
        /// How many open tickets they take at most.
        pub capacity: i64,
        /// What they can do.
        pub skills: Vec<String>,
        /// What they speak, BCP 47.
        pub languages: Vec<String>,
        /// Where they work.
        pub region: Option<String>,
        /// When they were entered.
        pub created_at: Timestamp,
        /// Grows by one with every change.
        pub version: i64,
    }
}

versioned!(User);
