//! A task, as the API shows it.

use uuid::Uuid;

use crate::domain::clock::Timestamp;
use crate::domain::ids::{CustomerId, InstallationId, TaskId, TeamId, UserId};
use crate::domain::task::TaskStatus;
use crate::domain::triage::Priority;
use crate::http::response::{mirror, versioned};

mirror! {
    /// Something to be done.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000010", "parent_id": null, "subject_kind": "ticket",
        "subject_id": "019b8a3e-0000-7000-8000-000000000005", "customer_id": "019b8a3e-0000-7000-8000-000000000001",
        "title": "上门检修空调", "description": "带上 R32 冷媒", "status": "in-progress", "priority": "urgent", "tags": ["上门"],
        "team_id": "019b8a3e-0000-7000-8000-000000000008", "assignee_id": null, "due_at": "2026-01-06T08:00:00Z",
        "remind_at": "2026-01-06T03:12:00Z", "created_by": "user:019b8a3e-0000-7000-8000-000000000007",
        "closed_at": null, "source_id": null, "created_at": "2026-01-05T08:00:00Z",
        "updated_at": "2026-01-05T08:04:00Z", "version": 2,
    }))]
    pub struct Task from crate::domain::task::Task {
        /// Its id.
        pub id: TaskId,
        /// The task that it is a part of.
        pub parent_id: Option<TaskId>,
        /// The kind of record that it is about.
        pub subject_kind: Option<String>,
        /// The record that it is about.
        pub subject_id: Option<Uuid>,
        /// The customer on whose timeline it stands.
        pub customer_id: Option<CustomerId>,
        /// What is to be done.
        pub title: String,
        /// More about it.
        pub description: String,
        /// Where it stands.
        pub status: TaskStatus,
        /// How pressing it is.
        pub priority: Priority,
        /// Tags.
        pub tags: Vec<String>,
        /// The team that is to do it.
        pub team_id: Option<TeamId>,
        /// The person who is to do it.
        pub assignee_id: Option<UserId>,
        /// Until when.
        pub due_at: Option<Timestamp>,
        /// When whoever is to do it is reminded.
        pub remind_at: Option<Timestamp>,
        /// Who made it: `user:ID`, `token:ID`, `installation:ID` or `system`.
        pub created_by: String,
        /// When it was done or cancelled.
        pub closed_at: Option<Timestamp>,
        /// The installation that brought it in.
        pub source_id: Option<InstallationId>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was last changed.
        pub updated_at: Timestamp,
        /// Grows by one with every change; the record's ETag.
        pub version: i64,
    }
}

versioned!(Task);
