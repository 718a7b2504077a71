//! Tasks that people and teams give each other, and the boards that show them.

use uuid::Uuid;

use super::clock::Timestamp;
use super::ids::{BoardId, CustomerId, InstallationId, TaskId, TeamId, UserId};
use super::triage::Priority;
use super::words::words;

words! {
    /// Where a task stands.
    pub enum TaskStatus {
        /// Nobody has begun.
        Open = "open",
        /// Somebody works on it.
        InProgress = "in-progress",
        /// It waits for something else.
        Waiting = "waiting",
        /// It is done.
        Done = "done",
        /// Nobody needs it any more.
        Cancelled = "cancelled",
    }
}

impl TaskStatus {
    /// Whether nothing is left to do.
    pub fn is_closed(self) -> bool {
        matches!(self, Self::Done | Self::Cancelled)
    }
}

/// The most tasks that stand above a task.
pub const MAX_DEPTH: i64 = 5;

/// Who is reminded of a task is reminded when a fifth of its time is left, but at most a day before it is due.
const REMIND_MILLIS: i64 = 24 * 3_600_000;

/// When to remind of something due, where nobody says when.
pub fn usual_reminder(now: Timestamp, due: Timestamp) -> Option<Timestamp> {
    let left = due.millis_since(now);
    (left > 0).then(|| due.plus_millis(-(left / 5).min(REMIND_MILLIS)))
}

/// Something to be done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// Its id.
    pub id: TaskId,
    /// The task that it is a part of.
    pub parent_id: Option<TaskId>,
    /// How many tasks stand above it.
    pub depth: i64,
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
    /// Its place among all tasks.
    pub position: Vec<u8>,
    /// Who made it, as `kind:id`.
    pub created_by: String,
    /// When it was done or cancelled.
    pub closed_at: Option<Timestamp>,
    /// The installation that brought it in.
    pub source_id: Option<InstallationId>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change.
    pub version: i64,
}

/// A saved view of tasks: those of a team or of a person, in columns by state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Board {
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
    /// Grows by one with every change.
    pub version: i64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reminder_comes_when_a_fifth_is_left_and_at_most_a_day_before() {
        let now = Timestamp::from_micros(1_767_600_000_000_000);
        let minutes =
            |due: i64| usual_reminder(now, now.plus_minutes(due)).map(|at| at.millis_since(now) / 60_000);
        assert_eq!(minutes(100), Some(80));
        assert_eq!(minutes(30 * 24 * 60), Some(29 * 24 * 60));
        assert_eq!((minutes(0), minutes(-5)), (None, None));
    }
}
