//! What becomes of a job that could not be done: tried again later, or given up.

use futures::future::BoxFuture;
use rand::RngExt as _;
use serde_json::json;

use crate::domain::event::Subject;
use crate::domain::retry;
use crate::ops::{App, Refusal, RequestContext};
use crate::plugins::CallError;
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
        // Counted: a guest that always names a version of the past would come back for ever.
        Refusal::LostRace if job.attempts < retry::ATTEMPTS => {
            return Ok(queue::retry(tx, job, soon, &error).await?);
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
        None => give_up(tx, job, &error).await.map(|_| ()),
    }
}

/// Whether a job that a plugin failed has had its last try. What waits for the plugin alone, because it is busy or left
/// alone for a while, may be tried without end.
pub(super) fn is_spent(job: &Job, error: &CallError) -> bool {
    let waits = matches!(error, CallError::Busy { .. } | CallError::Broken { .. });
    error.is_final() || job.attempts >= retry::ATTEMPTS && !waits
}

/// What a plugin failed, to be tried again when it says, or on the schedule.
pub(super) fn later(error: &CallError) -> Refusal {
    let retry_after_ms = error.retry_after_ms().map_or(0, u64::from);
    Refusal::Unavailable { reason: error.to_string(), retry_after_ms }
}

/// What becomes of a job that a plugin failed. What it refuses for good fails at once, what may go later is tried on the
/// schedule, and the last try's failure is said where the job's work was to show, by `say`.
pub(super) async fn after<I, F>(app: &App, job: &Job, error: &CallError, id: I, say: F) -> Result<(), Refusal>
where
    I: Send + Sync + 'static,
    F: for<'t> Fn(&'t mut Tx, &'t RequestContext, &'t I, &'t str) -> BoxFuture<'t, Result<(), Refusal>>
        + Send
        + Sync
        + 'static,
{
    if !is_spent(job, error) {
        return Err(later(error));
    }
    let input = (id, error.to_string(), job.clone(), error.is_final(), say);
    app.db
        .write(input, |tx, (id, failure, job, is_final, say)| {
            Box::pin(async move {
                if !end(tx, job, failure, *is_final).await? {
                    return Ok(());
                }
                say(tx, &RequestContext::system(job.cause()), id, failure).await
            })
        })
        .await
}

/// Ends a job that won't be tried again: it is done when what it wanted was refused for good, and is given up when it
/// was only tried often enough. False when another worker has finished it meanwhile; then nothing is to be done.
pub(super) async fn end(tx: &mut Tx, job: &Job, error: &str, is_refused: bool) -> Result<bool, Refusal> {
    if is_refused {
        return Ok(queue::finish(tx, job).await?);
    }
    give_up(tx, job, error).await
}

/// Gives a job up and says so in the log. False when another worker has finished it meanwhile.
pub(super) async fn give_up(tx: &mut Tx, job: &Job, error: &str) -> Result<bool, Refusal> {
    if !queue::give_up(tx, job, error).await? {
        return Ok(false);
    }
    let data = json!({"queue": job.queue, "attempts": job.attempts, "error": error});
    RequestContext::system(job.cause())
        .record(tx, "job.dead-lettered", Subject::of("job", job.id), data)
        .await?;
    Ok(true)
}
