//! What becomes of a job that could not be done: tried again later, or given up.

use rand::RngExt as _;
use serde_json::json;

use crate::domain::event::Subject;
use crate::domain::retry;
use crate::ops::{Call, Refusal};
use crate::store::db::{DbError, Tx};
use crate::store::queue::{self, Job};

/// How soon a job is tried again that met a busy database or lost a race.
const SOON_MILLIS: i64 = 200;
/// How soon a job is tried again that met a database out of service.
const LATER_MILLIS: i64 = 5_000;

/// Puts a job back that could not be done, or gives it up after the last try.
pub(super) async fn put_back(tx: &mut Tx, job: &Job, refusal: &Refusal) -> Result<(), Refusal> {
    let error = refusal.to_string();
    let soon = tx.now().plus_millis(SOON_MILLIS);
    match refusal {
        Refusal::Stale { .. } | Refusal::Store(DbError::Collision(_)) => {
            return Ok(queue::postpone(tx, job, soon, &error).await?);
        }
        Refusal::Store(DbError::Unavailable(_)) => {
            return Ok(queue::postpone(tx, job, tx.now().plus_millis(LATER_MILLIS), &error).await?);
        }
        // Who says when to come again has not failed: a provider's pace, a channel that is switched off for a while.
        Refusal::Unavailable { retry_after_ms, .. } if *retry_after_ms > 0 => {
            let wait = i64::try_from(*retry_after_ms).unwrap_or(i64::MAX);
            return Ok(queue::postpone(tx, job, tx.now().plus_millis(wait), &error).await?);
        }
        _ => {}
    }
    #[expect(clippy::disallowed_methods, reason = "spreading retries needs no reproducible chance")]
    let spread = rand::rng().random_range(0.0..1.0);
    match retry::wait_millis(job.attempts, spread) {
        Some(wait) => Ok(queue::retry(tx, job, tx.now().plus_millis(wait), &error).await?),
        None => bury(tx, job, &error).await,
    }
}

/// Gives a job up and says so in the log.
pub(super) async fn bury(tx: &mut Tx, job: &Job, error: &str) -> Result<(), Refusal> {
    if !queue::bury(tx, job, error).await? {
        return Ok(());
    }
    let data = json!({"queue": job.queue, "attempts": job.attempts, "error": error});
    Call::system(job.cause())
        .record(tx, "job.dead-lettered", Subject::of("job", job.id), data)
        .await
        .map(|_| ())
}
