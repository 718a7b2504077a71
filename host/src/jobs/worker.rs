//! Works the queue off: takes due jobs under a lease, hands them to their handlers, and puts back or buries what
//! fails.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{handlers, retries};
use crate::domain::ids::JobId;
use crate::ops::App;
use crate::store::db::DbError;
use crate::store::queue::{self, Job};

/// How many jobs run at once. Those that end together share a commit, so more of them make fewer waits for the disk.
///
/// Jobs of one installation take [`queue::PER_INSTALLATION`] of them at most, so that several may hang and the rest
/// still flows.
const SLOTS: usize = 64;
/// How long a job stays with a worker that says nothing: a host that was killed, or can't reach the database. A living
/// one renews the leases of its jobs, however long they take.
const LEASE_MILLIS: i64 = 15_000;
/// How often leases are renewed and those of the dead are looked for.
const RENEW: Duration = Duration::from_secs(4);
/// The queue is looked at at least so often, for what other processes have enqueued.
const POLL: Duration = Duration::from_millis(500);

/// Works until it is time to stop, then until the jobs under way are done.
pub(super) async fn run(app: App, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(SLOTS));
    let running = TaskTracker::new();
    let held = Arc::new(Held::default());
    let renewing = tokio::spawn(renew(app.clone(), held.clone()));
    let mut commits = app.db.commits();
    if !app.db.is_shared()
        && let Err(error) = app.db.write((), |tx, ()| Box::pin(queue::free_all(tx))).await
    {
        tracing::error!(%error, "the last run's jobs could not be freed");
    }
    loop {
        commits.mark_unchanged();
        let pause = match turn(&app, &slots, &held, &running).await {
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
    renewing.abort();
}

/// The jobs that this process works on, with their fences.
#[derive(Default)]
struct Held(Mutex<HashMap<JobId, i64>>);

impl Held {
    /// The map has no state that a panic could leave half done.
    fn lock(&self) -> MutexGuard<'_, HashMap<JobId, i64>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Renews the leases of the jobs under way, and frees those whose worker has let its lease run out.
async fn renew(app: App, held: Arc<Held>) {
    loop {
        tokio::time::sleep(RENEW).await;
        let held: Vec<(JobId, i64)> = held.lock().iter().map(|(id, fence)| (*id, *fence)).collect();
        let renewed = app.db.write(held, |tx, held| {
            Box::pin(async move {
                queue::renew(tx, held, LEASE_MILLIS).await?;
                queue::free_expired(tx).await
            })
        });
        match renewed.await {
            Ok(0) => {}
            Ok(freed) => tracing::warn!(freed, "took over jobs whose worker has gone"),
            Err(error) => tracing::error!(%error, "leases of jobs could not be renewed"),
        }
    }
}

/// Takes what is due and starts it; how long nothing will be due after that.
async fn turn(
    app: &App,
    slots: &Arc<Semaphore>,
    held: &Arc<Held>,
    running: &TaskTracker,
) -> Result<Duration, DbError> {
    let free = i64::try_from(slots.available_permits()).unwrap_or(0);
    if free == 0 {
        return Ok(POLL);
    }
    let mut tx = app.db.read().await?;
    let next = queue::waiting(&mut tx).await?.into_iter().map(|waiting| waiting.due).min();
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
        let (app, held) = (app.clone(), held.clone());
        held.lock().insert(job.id, job.fence);
        running.spawn(async move {
            let id = job.id;
            work(&app, job).await;
            held.lock().remove(&id);
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
    let put_back = app
        .db
        .write((job, refusal), |tx, (job, refusal)| Box::pin(retries::put_back(tx, job, refusal)))
        .await;
    if let Err(error) = put_back {
        // Its lease runs out, and it is tried again then.
        tracing::error!(job = %id, %error, "a failed job could not be put back");
    }
}
