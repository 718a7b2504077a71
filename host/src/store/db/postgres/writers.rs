//! Who writes to the server: a few tasks, each of which takes what waits into one transaction. One of a second operation
//! costs neither a beginning nor a commit of its own, and what all of them add is written together.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use futures::FutureExt as _;
use sqlx::postgres::PgPool;
use tokio::sync::Notify;
use tokio::task::JoinHandle;

use super::Lease;
use super::statistics::Statistics;
use crate::store::db::backlog::{Backlog, Queued};
use crate::store::db::operation::{Ran, Waiting};
use crate::store::db::{Common, DbError, Link, Tx};

/// How many transactions are written side by side, and how many operations share one at most.
pub(super) const WRITERS: u32 = 2;
const BATCH: usize = 64;
/// How often an operation is tried when transactions collide.
const TRIES: u32 = 3;
/// So many batches after one that failed, each operation has a transaction of its own, so that whoever sends what is
/// refused again and again makes others' work run twice once in a while only.
const CAREFUL: u32 = 64;

/// How a transaction begins that several operations share. The rows that one of them has changed stay locked until all
/// are done, so two of those may wait for each other; the server would notice after a second only.
const SHARED: &str = "begin; set local lock_timeout = 200";
/// How one begins that an operation has for itself.
const ALONE: &str = "begin";

/// The way to those who write.
pub(super) struct Writers {
    shared: Arc<Shared>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

struct Shared {
    pool: PgPool,
    common: Common,
    statistics: Statistics,
    waiting: Mutex<Queue>,
    /// Wakes one who has nothing to do.
    wake: Notify,
}

#[derive(Default)]
struct Queue {
    backlog: Backlog,
    is_closed: bool,
}

impl Drop for Writers {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Writers {
    /// Starts them.
    pub(super) fn start(pool: PgPool, common: Common) -> Self {
        let (waiting, wake) = (Mutex::default(), Notify::new());
        let shared = Shared { pool, common, statistics: Statistics::new(), waiting, wake };
        let shared = Arc::new(shared);
        let writer = |_| tokio::spawn(Writer { shared: shared.clone(), careful: 0 }.run());
        let tasks = Mutex::new((0..WRITERS).map(writer).collect());
        Self { shared, tasks }
    }

    /// Takes an operation, unless they have ended.
    pub(super) fn take(&self, operation: Box<dyn Waiting>) -> Result<(), DbError> {
        {
            let mut queue = self.shared.waiting();
            if queue.is_closed {
                return Err(DbError::Unavailable("the database is closed".to_owned()));
            }
            queue.backlog.push(Queued::new(operation));
        }
        self.shared.wake.notify_one();
        Ok(())
    }

    fn stop(&self) {
        self.shared.waiting().is_closed = true;
        self.shared.wake.notify_waiters();
        self.shared.wake.notify_one();
    }

    /// Lets them finish what is queued and end.
    pub(super) async fn close(&self) {
        self.stop();
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            // Each contains the accidents of its operations.
            let _ended = task.await;
        }
    }
}

impl Shared {
    fn waiting(&self) -> MutexGuard<'_, Queue> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What waits, as much as one transaction takes; none when nothing ever will.
    async fn batch(&self) -> Option<Vec<Box<dyn Waiting>>> {
        loop {
            {
                let mut queue = self.waiting();
                if let Some(first) = queue.backlog.first() {
                    let mut batch = vec![first];
                    while batch.len() < BATCH
                        && let Some(next) = queue.backlog.next()
                    {
                        batch.push(next);
                    }
                    return Some(batch);
                }
                if queue.is_closed {
                    // Another may wait for this, too.
                    self.wake.notify_one();
                    return None;
                }
            }
            self.wake.notified().await;
        }
    }
}

/// One who writes.
struct Writer {
    shared: Arc<Shared>,
    /// In so many batches yet each operation has a transaction of its own.
    careful: u32,
}

impl Writer {
    async fn run(mut self) {
        while let Some(mut batch) = self.shared.batch().await {
            if batch.len() > 1 && self.careful == 0 {
                match self.commit(&mut batch, SHARED).await {
                    Ok(()) => {
                        self.settle(batch, &Ok(()));
                        continue;
                    }
                    Err(Undone::Lost(error)) => {
                        self.settle(batch, &Err(error));
                        continue;
                    }
                    // Nothing of it is there: each for itself then.
                    Err(Undone::Refused { .. } | Undone::Database(_)) => self.careful = CAREFUL,
                }
            }
            self.careful = self.careful.saturating_sub(1);
            let mut left = batch.into_iter();
            while let Some(operation) = left.next() {
                if let Err(lost) = self.alone(operation).await {
                    self.settle(left.by_ref().collect(), &Err(lost));
                }
            }
        }
    }

    /// Commits one operation, and tries again when it collides with others. An error says that the database is lost for
    /// the moment.
    async fn alone(&self, operation: Box<dyn Waiting>) -> Result<(), DbError> {
        let mut one = vec![operation];
        let mut tries = 1;
        let (commit, lost) = loop {
            match self.commit(&mut one, ALONE).await {
                Err(undone) if tries < TRIES && undone.is_collision() => tries += 1,
                Ok(()) | Err(Undone::Refused { .. }) => break (Ok(()), Ok(())),
                Err(Undone::Database(error)) => break (Err(error), Ok(())),
                Err(Undone::Lost(error)) => break (Err(error.clone()), Err(error)),
            }
        };
        self.settle(one, &commit);
        lost
    }

    fn settle(&self, batch: Vec<Box<dyn Waiting>>, commit: &Result<(), DbError>) {
        for operation in batch {
            operation.settle(commit.clone());
        }
    }

    /// Runs operations in one transaction. One that refuses before it has changed anything leaves the others alone.
    async fn commit(&self, batch: &mut [Box<dyn Waiting>], begin: &'static str) -> Result<(), Undone> {
        let Shared { pool, common, statistics, .. } = &*self.shared;
        let started = Instant::now();
        common.counts.statement(true);
        let transaction = pool.begin_with(begin).await.map_err(|error| Undone::Lost(error.into()))?;
        let mut tx = Tx::new(Link::Postgres(Lease::Writing(Box::new(transaction))), common, true);
        // On an error the transaction is dropped and so rolled back.
        let mut changed = false;
        for operation in batch.iter_mut() {
            (tx.now, tx.changes.any) = (common.clock.now(), false);
            let ran = match AssertUnwindSafe(operation.run(&mut tx)).catch_unwind().await {
                Ok(ran) => ran,
                Err(_) => {
                    operation.fail(DbError::Other("the operation panicked".to_owned()));
                    Ran::Failed { collided: false, by_database: true }
                }
            };
            changed |= tx.changes.any;
            if let Ran::Failed { collided, by_database } = ran
                && (tx.changes.any || by_database)
            {
                return Err(Undone::Refused { collided });
            }
        }
        if !changed {
            // Nobody waits for what changes nothing to be on the disk.
            return Ok(());
        }
        crate::store::search::catch_up(&mut tx).await?;
        tx.write_added().await?;
        common.counts.statement(true);
        if let Link::Postgres(Lease::Writing(transaction)) = tx.link {
            let committed = transaction.commit().await;
            common.committed(tx.changes.rights);
            committed.map_err(Undone::of_commit)?;
            common.counts.commit(batch.len(), started.elapsed());
            if statistics.are_due(tx.changes.rows) {
                tokio::spawn(Statistics::take(pool.clone()));
            }
            if let Some(chain) = tx.chain {
                common.sealed(chain.sequence);
            }
        }
        Ok(())
    }
}

/// Why a transaction came to nothing.
enum Undone {
    /// By one of its operations.
    Refused { collided: bool },
    /// By the database.
    Database(DbError),
    /// There is no connection, or it was lost: at the commit, so that it may be there.
    Lost(DbError),
}

impl Undone {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Refused { collided: true } | Self::Database(DbError::Collision(_)))
    }

    fn of_commit(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(_) => Self::Database(error.into()),
            _ => Self::Lost(error.into()),
        }
    }
}

impl<E: Into<DbError>> From<E> for Undone {
    fn from(error: E) -> Self {
        Self::Database(error.into())
    }
}
