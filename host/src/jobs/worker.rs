//! Works the queue off: takes due jobs under a lease, hands them to their handlers, and puts back or buries what
//! fails.

use std::sync::Arc;
use std::time::Duration;

use rand::RngExt as _;
use serde_json::json;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::handlers;
use crate::domain::event::NewEvent;
use crate::domain::retry;
use crate::ops::{App, Call, Refusal};
use crate::store::db::{DbError, Tx};
use crate::store::queue::{self, Job};

/// How many jobs run at once.
const SLOTS: usize = 16;
/// How long a worker may work on a job before another may take it; longer than any handler waits for anything.
const LEASE_MILLIS: i64 = 120_000;
/// The queue is looked at at least so often, for what other processes have enqueued.
const POLL: Duration = Duration::from_millis(500);
/// How soon a job is tried again that met a busy database or lost a race.
const SOON_MILLIS: i64 = 200;

/// Works until it is time to stop, then until the jobs under way are done.
pub(super) async fn run(app: App, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(SLOTS));
    let running = TaskTracker::new();
    let mut commits = app.db.commits();
    if !app.db.is_shared()
        && let Err(error) = app.db.write((), |tx, ()| Box::pin(queue::free_all(tx))).await
    {
        tracing::error!(%error, "the last run's jobs could not be freed");
    }
    loop {
        commits.mark_unchanged();
        let pause = match turn(&app, &slots, &running).await {
            Ok(pause) => pause,
            Err(error) => {
                tracing::error!(%error, "no jobs could be taken");
                Duration::from_secs(1)
            }
        };
        if !pause.is_zero() && !super::wait(&mut commits, &stop, pause).await {
            break;
        }
        if stop.is_cancelled() {
            break;
        }
    }
    running.close();
    running.wait().await;
}

/// Takes what is due and starts it; how long nothing will be due after that.
async fn turn(app: &App, slots: &Arc<Semaphore>, running: &TaskTracker) -> Result<Duration, DbError> {
    let free = i64::try_from(slots.available_permits()).unwrap_or(0);
    if free == 0 {
        return Ok(POLL);
    }
    let mut tx = app.db.read().await?;
    let next = queue::next_due(&mut tx).await?;
    let now = tx.now();
    drop(tx);
    let Some(next) = next else { return Ok(POLL) };
    if next > now {
        let millis = u64::try_from(next.millis_since(now)).unwrap_or(0) + 1;
        return Ok(Duration::from_millis(millis).min(POLL));
    }
    let jobs = app.db.write(free, |tx, free| Box::pin(queue::take(tx, *free, LEASE_MILLIS))).await?;
    if jobs.is_empty() {
        // What is due waits for others of its lane; their end is a commit.
        return Ok(POLL);
    }
    for job in jobs {
        let Ok(slot) = slots.clone().try_acquire_owned() else { break };
        let app = app.clone();
        running.spawn(async move {
            work(&app, job).await;
            drop(slot);
        });
    }
    Ok(Duration::ZERO)
}

/// Runs one job to its end or puts it back.
async fn work(app: &App, job: Job) {
    let Err(refusal) = handlers::run(app, &job).await else { return };
    tracing::debug!(job = %job.id, queue = job.queue, attempts = job.attempts, error = %refusal, "a job failed");
    let id = job.id;
    let put_back =
        app.db.write((job, refusal), |tx, (job, refusal)| Box::pin(put_back(tx, job, refusal))).await;
    if let Err(error) = put_back {
        // Its lease runs out, and it is tried again then.
        tracing::error!(job = %id, %error, "a failed job could not be put back");
    }
}

async fn put_back(tx: &mut Tx, job: &Job, refusal: &Refusal) -> Result<(), Refusal> {
    let error = refusal.to_string();
    let soon = tx.now().plus_millis(SOON_MILLIS);
    let hint = match refusal {
        Refusal::Stale { .. } | Refusal::Store(DbError::Collision(_)) => {
            return Ok(queue::postpone(tx, job, soon, &error).await?);
        }
        Refusal::Store(DbError::Unavailable(_)) => {
            return Ok(queue::postpone(tx, job, tx.now().plus_millis(5_000), &error).await?);
        }
        Refusal::Unavailable { retry_after_ms, .. } => i64::try_from(*retry_after_ms).unwrap_or(i64::MAX),
        _ => 0,
    };
    #[expect(clippy::disallowed_methods, reason = "spreading retries needs no reproducible chance")]
    let spread = rand::rng().random_range(0.0..1.0);
    match retry::wait_millis(job.attempts, spread) {
        Some(wait) => Ok(queue::retry(tx, job, tx.now().plus_millis(wait.max(hint)), &error).await?),
        None => bury(tx, job, &error).await,
    }
}

/// Gives a job up and says so in the log.
pub(super) async fn bury(tx: &mut Tx, job: &Job, error: &str) -> Result<(), Refusal> {
    if !queue::bury(tx, job, error).await? {
        return Ok(());
    }
    let buried = NewEvent {
        kind: "job.dead-lettered",
        subject_kind: "job",
        subject: job.id.0,
        customer: None,
        source: None,
        data: json!({"queue": job.queue, "attempts": job.attempts, "error": error}),
    };
    Call::system(job.cause()).record(tx, buried).await.map(|_| ())
}
