//! A dead letter, as the API shows it.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::ids::{InstallationId, JobId};
use crate::ops::dead_letters;
use crate::store::queue;

/// Work that was given up after its last try.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "id": "019b8a3e-0000-7000-8000-00000000000e", "queue": "send",
    "subject": "interaction/019b8a3e-0000-7000-8000-00000000000f",
    "installation_id": "019b8a3e-0000-7000-8000-000000000003", "attempts": 8,
    "last_error": "unavailable: Telegram answered with the status 502", "created_at": "2026-01-05T08:00:00Z",
    "dead_since": "2026-01-06T17:00:00Z",
}))]
pub struct DeadLetter {
    /// Its id.
    id: JobId,
    /// What was to be done: `send` a message, `hook`, `score`, ...
    queue: String,
    /// The record that it is about, as `kind/id`.
    subject: Option<String>,
    /// The installation that was to do it.
    installation_id: Option<InstallationId>,
    /// How often it was tried.
    attempts: i64,
    /// What went wrong last.
    last_error: Option<String>,
    /// When the work came up.
    created_at: Timestamp,
    /// When it was given up.
    dead_since: Option<Timestamp>,
}

impl From<queue::DeadLetter> for DeadLetter {
    fn from(letter: queue::DeadLetter) -> Self {
        Self {
            subject: dead_letters::subject(&letter),
            installation_id: dead_letters::installation(&letter),
            id: letter.id,
            queue: letter.queue,
            attempts: letter.attempts,
            last_error: letter.last_error,
            created_at: letter.created_at,
            dead_since: letter.buried_at,
        }
    }
}
