//! Works the queue off: takes due jobs under a lease, hands them to their handlers, and puts back or buries what
//! fails.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::{Semaphore, watch};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::{handlers, retries};
use crate::domain::clock::Timestamp;
use crate::domain::ids::JobId;
use crate::ops::App;
use crate::store::db::{DbError, in_background};
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
/// Whether the next job is due by now is seen so often, by the clock alone: it may be set, or the machine have slept.
const TICK: Duration = Duration::from_millis(250);

/// Works until it is time to stop, then until the jobs under way are done.
pub(super) async fn run(app: App, stop: CancellationToken) {
    let slots = Arc::new(Semaphore::new(SLOTS));
    let running = TaskTracker::new();
    let held = Arc::new(Held::default());
    let renewing = tokio::spawn(in_background(renew(app.clone(), held.clone())));
    let mut commits = app.db.commits();
    if !app.db.is_shared()
        && let Err(error) = app.db.write((), |tx, ()| Box::pin(queue::free_all(tx))).await
    {
        tracing::error!(%error, "the last run's jobs could not be freed");
    }
    loop {
        commits.mark_unchanged();
        let goes_on = match turn(&app, &slots, &held, &running).await {
            Ok(Next::Now) => true,
            Ok(Next::At(due)) => wait_until(&app, due, &mut commits, &stop).await,
            Err(error) => {
                tracing::error!(%error, "no jobs could be taken");
                super::wait(&mut commits, &stop, Duration::from_secs(1)).await
            }
        };
        if !goes_on || stop.is_cancelled() {
            break;
        }
    }
    running.close();
    running.wait().await;
    renewing.abort();
}

/// When the queue is to be looked at again.
enum Next {
    Now,
    /// At this time or after a commit; with none, after a commit.
    At(Option<Timestamp>),
}

/// Waits for a commit, or until this time has come; false when it is time to stop.
async fn wait_until(
    app: &App,
    due: Option<Timestamp>,
    commits: &mut watch::Receiver<u64>,
    stop: &CancellationToken,
) -> bool {
    let since = Instant::now();
    loop {
        let patience = super::patience(app).saturating_sub(since.elapsed());
        let now = app.db.now();
        // A part of a millisecond counts as a whole one.
        let left = due.map(|due| match due <= now {
            true => 0,
            false => u64::try_from(due.millis_since(now).saturating_add(1)).unwrap_or(0),
        });
        let left = left.map_or(patience, |millis| Duration::from_millis(millis).min(TICK).min(patience));
        if left.is_zero() {
            return !stop.is_cancelled();
        }
        tokio::select! {
            () = stop.cancelled() => return false,
            _ = commits.changed() => return true,
            () = tokio::time::sleep(left) => {}
        }
    }
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
        match renew_all(&app, held).await {
            Ok(0) => {}
            Ok(freed) => tracing::warn!(freed, "took over jobs whose worker has gone"),
            Err(error) => tracing::error!(%error, "leases of jobs could not be renewed"),
        }
    }
}

async fn renew_all(app: &App, held: Vec<(JobId, i64)>) -> Result<u64, DbError> {
    // A host that does nothing writes nothing.
    if held.is_empty() && !queue::has_expired(&mut app.db.read().await?).await? {
        return Ok(0);
    }
    app.db
        .write(held, |tx, held| {
            Box::pin(async move {
                queue::renew(tx, held, LEASE_MILLIS).await?;
                queue::free_expired(tx).await
            })
        })
        .await
}

/// Takes what is due and starts it.
async fn turn(
    app: &App,
    slots: &Arc<Semaphore>,
    held: &Arc<Held>,
    running: &TaskTracker,
) -> Result<Next, DbError> {
    let free = i64::try_from(slots.available_permits()).unwrap_or(0);
    if free == 0 {
        // The end of a job is a commit.
        return Ok(Next::At(None));
    }
    let mut tx = app.db.read().await?;
    let next = queue::waiting(&mut tx).await?.into_iter().map(|waiting| waiting.due).min();
    let now = tx.now();
    drop(tx);
    if next.is_none_or(|next| next > now) {
        return Ok(Next::At(next));
    }
    let jobs = app.db.write(free, |tx, free| Box::pin(queue::take(tx, *free, LEASE_MILLIS))).await?;
    if jobs.is_empty() {
        // What is due waits for others of its lane: for their end, which is a commit, or until they are tried again.
        let mut tx = app.db.read().await?;
        return Ok(Next::At(queue::next_after(&mut tx, now).await?));
    }
    for job in jobs {
        let Ok(slot) = slots.clone().try_acquire_owned() else { break };
        let (app, held) = (app.clone(), held.clone());
        held.lock().insert(job.id, job.fence);
        running.spawn(in_background(async move {
            let id = job.id;
            work(&app, job).await;
            held.lock().remove(&id);
            drop(slot);
        }));
    }
    Ok(Next::Now)
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
