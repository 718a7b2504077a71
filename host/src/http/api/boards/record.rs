//! A board, as the API shows it.

use crate::domain::clock::Timestamp;
use crate::domain::ids::{BoardId, TeamId, UserId};
use crate::domain::task::TaskStatus;
use crate::http::response::{mirror, versioned};

mirror! {
    /// A saved view of tasks: those of a team or of a person, in columns by state.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-000000000012", "name": "售后", "team_id": "019b8a3e-0000-7000-8000-000000000008",
        "owner_id": null, "columns": ["open", "in-progress", "done"], "created_at": "2026-01-05T08:00:00Z", "version": 1,
    }))]
    pub struct Board from crate::domain::task::Board {
        /// Its id.
        pub id: BoardId,
        /// Its name.
        pub name: String,
        /// The team whose tasks it shows.
        pub team_id: Option<TeamId>,
        /// The person whose tasks it shows.
        pub owner_id: Option<UserId>,
        /// The states that have a column, from left to right.
        pub columns: Vec<TaskStatus>,
        /// When it was made.
        pub created_at: Timestamp,
        /// Grows by one with every change of the board itself; the record's ETag.
        pub version: i64,
    }
}

versioned!(Board);
