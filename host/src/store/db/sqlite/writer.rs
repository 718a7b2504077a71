//! The one who writes to the file: a thread that takes all operations that wait into one transaction.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::executor::block_on;
use futures::future::BoxFuture;
use rusqlite::Connection;
use tokio::sync::{Semaphore, mpsc};

use super::Lease;
use crate::store::db::backlog::{Backlog, Queued};
use crate::store::db::operation::{Ran, Waiting};
use crate::store::db::{Chain, Common, DbError, Link, Tx};

/// How many operations share a commit at most, and for how long a batch may gather them.
const BATCH: usize = 256;
const BATCH_TIME: Duration = Duration::from_millis(20);
/// In so many batches after one with an operation that failed each has a savepoint, so that whoever sends what is refused
/// again and again makes others' work run twice once in a while only.
const CAREFUL: u32 = 64;

/// The way to the thread that writes.
pub(super) struct Writer {
    queue: mpsc::UnboundedSender<Queued>,
    closed: Arc<Semaphore>,
}

impl Writer {
    /// Starts the thread.
    pub(super) fn start(connection: Connection, common: Common) -> Result<Self, DbError> {
        let (queue, waiting) = mpsc::unbounded_channel();
        let closed = Arc::new(Semaphore::new(0));
        let done = closed.clone();
        std::thread::Builder::new()
            .name("sqlite-writer".to_owned())
            .spawn(move || {
                Worker { connection: Some(connection), common, chain: None, careful: 0 }.run(Queue {
                    incoming: waiting,
                    backlog: Backlog::default(),
                    last: None,
                });
                done.add_permits(1);
            })
            .map_err(|error| DbError::Unavailable(format!("the writer's thread: {error}")))?;
        Ok(Self { queue, closed })
    }

    /// One that refuses every write.
    pub(super) fn none() -> Self {
        // Nobody takes from this queue, so every write finds it closed.
        let (queue, _) = mpsc::unbounded_channel();
        Self { queue, closed: Arc::new(Semaphore::new(0)) }
    }

    /// Takes an operation, unless the writer has ended.
    pub(super) fn take(&self, operation: Box<dyn Waiting>) -> Result<(), DbError> {
        let closed = |_| DbError::Unavailable("the database is closed".to_owned());
        self.queue.send(Queued::new(operation)).map_err(closed)
    }

    /// Lets the thread finish what is queued and end.
    pub(super) async fn close(&self) {
        if self.queue.send(Queued::new(Box::new(Stop))).is_ok() {
            // The semaphore is never closed, so waiting can't fail.
            let _ended = self.closed.acquire().await;
        }
    }
}

/// What waits for the writer, and what comes in.
struct Queue {
    incoming: mpsc::UnboundedReceiver<Queued>,
    backlog: Backlog,
    /// What ends the writer when nothing else is left.
    last: Option<Box<dyn Waiting>>,
}

impl Queue {
    /// The first operation of a batch, when there is one; none when there never will be.
    fn first(&mut self) -> Option<Box<dyn Waiting>> {
        self.take_in();
        if let Some(first) = self.backlog.first().or_else(|| self.last.take()) {
            return Some(first);
        }
        let queued = self.incoming.blocking_recv()?;
        self.sort(queued);
        self.take_in();
        self.backlog.first().or_else(|| self.last.take())
    }

    /// The next operation of the batch, if there is one.
    fn next(&mut self) -> Option<Box<dyn Waiting>> {
        self.take_in();
        self.backlog.next()
    }

    fn take_in(&mut self) {
        while let Ok(queued) = self.incoming.try_recv() {
            self.sort(queued);
        }
    }

    fn sort(&mut self, queued: Queued) {
        if queued.operation.is_last() {
            self.last = Some(queued.operation);
        } else {
            self.backlog.push(queued);
        }
    }
}

struct Stop;

impl Waiting for Stop {
    fn run<'t>(&'t mut self, _tx: &'t mut Tx) -> BoxFuture<'t, Ran> {
        Box::pin(std::future::ready(Ran::Done))
    }

    fn fail(&mut self, _error: DbError) {}

    fn settle(self: Box<Self>, _commit: Result<(), DbError>) {}

    fn is_last(&self) -> bool {
        true
    }
}

/// The connection that writes, in its thread.
struct Worker {
    connection: Option<Connection>,
    common: Common,
    /// The event log's end, as the last commit left it.
    chain: Option<Chain>,
    /// In so many batches yet each operation has a savepoint.
    careful: u32,
}

impl Worker {
    fn run(mut self, mut queue: Queue) {
        while let Some(first) = queue.first() {
            let mut settled = Vec::new();
            let mut last = false;
            let started = Instant::now();
            let mut rights_changed = false;
            let commit = self.batch(first, &mut queue, &mut settled, (&mut last, &mut rights_changed));
            self.common.counts.commit(settled.len(), started.elapsed());
            if let Err(error) = &commit {
                tracing::error!(%error, operations = settled.len(), "a batch of writes was not committed");
            }
            let commit = commit.map_err(|error| error.to_string());
            self.common.committed(rights_changed);
            if let Some(chain) = self.chain {
                self.common.sealed(chain.sequence);
            }
            for operation in settled {
                operation.settle(commit.clone().map_err(DbError::Unavailable));
            }
            if last {
                return;
            }
        }
    }

    /// Runs all that waits in one transaction. Only where an operation has failed lately has each a savepoint of its own:
    /// SQLite copies every page before its first change within a savepoint, which is a tenth of all work.
    fn batch(
        &mut self,
        first: Box<dyn Waiting>,
        queue: &mut Queue,
        settled: &mut Vec<Box<dyn Waiting>>,
        (last, rights_changed): (&mut bool, &mut bool),
    ) -> Result<(), DbError> {
        let lease = Lease { connection: self.connection.take(), readers: None, permit: None };
        let mut tx = Tx::new(Link::Sqlite(lease), &self.common, true);
        tx.chain = self.chain;
        let started = Instant::now();
        let mut next = Some(first);
        let mut outcome = tx.sqlite("begin immediate");
        while let Some(operation) = next {
            *last = operation.is_last();
            settled.push(operation);
            if outcome.is_ok() {
                outcome = self.run_newest(&mut tx, settled);
            }
            let room = !*last && settled.len() < BATCH && started.elapsed() < BATCH_TIME;
            next = if room { queue.next() } else { None };
        }
        self.careful = self.careful.saturating_sub(1);
        *rights_changed = tx.changes.rights;
        let outcome = outcome
            .and_then(|()| block_on(tx.write_added()))
            .and_then(|()| block_on(crate::store::search::catch_up(&mut tx)))
            .and_then(|()| tx.sqlite("commit"));
        // After a commit that failed, the log's end is read again.
        self.chain = tx.chain.filter(|_| outcome.is_ok());
        if outcome.is_err() {
            // After some errors SQLite has rolled back by itself, and this has nothing left to do.
            let _already = tx.sqlite("rollback");
        }
        if let Link::Sqlite(lease) = &mut tx.link {
            self.connection = lease.connection.take();
        }
        outcome
    }

    /// Runs the operation that was added last. When it fails and has no savepoint to go back to, the batch begins again,
    /// and each of its operations gets one.
    fn run_newest(&mut self, tx: &mut Tx, batch: &mut [Box<dyn Waiting>]) -> Result<(), DbError> {
        let Some(newest) = batch.last_mut() else { return Ok(()) };
        tx.now = self.common.clock.now();
        if self.careful > 0 {
            return in_savepoint(tx, newest.as_mut());
        }
        if is_done(tx, newest.as_mut()) {
            return Ok(());
        }
        self.careful = CAREFUL;
        // After some errors SQLite has rolled back by itself, and this has nothing left to do.
        let _already = tx.sqlite("rollback");
        tx.marks.clear();
        tx.added.clear();
        tx.chain = self.chain;
        tx.sqlite("begin immediate")?;
        batch.iter_mut().try_for_each(|operation| {
            tx.now = self.common.clock.now();
            in_savepoint(tx, operation.as_mut())
        })
    }
}

/// Runs an operation; whether the transaction can go on with what it has changed, which is nothing where it has refused
/// beforehand.
fn is_done(tx: &mut Tx, operation: &mut dyn Waiting) -> bool {
    tx.changes.any = false;
    // It speaks to nothing but this connection, whose verbs are ready at once, so it never waits.
    match std::panic::catch_unwind(AssertUnwindSafe(|| block_on(operation.run(tx)))) {
        Ok(Ran::Done) => true,
        Ok(Ran::Failed { by_database, .. }) => !tx.changes.any && !by_database,
        Err(_) => {
            operation.fail(DbError::Other("the operation panicked".to_owned()));
            false
        }
    }
}

fn in_savepoint(tx: &mut Tx, operation: &mut dyn Waiting) -> Result<(), DbError> {
    block_on(tx.write_added())?;
    tx.sqlite("savepoint operation")?;
    let marked = tx.marks.len();
    let chain = tx.chain;
    if !is_done(tx, operation) {
        tx.marks.truncate(marked);
        tx.added.clear();
        tx.sqlite("rollback to operation")?;
        tx.chain = chain;
    }
    tx.sqlite("release operation")
}

impl Tx {
    fn sqlite(&self, sql: &'static str) -> Result<(), DbError> {
        self.counts.statement(self.writing);
        match &self.link {
            Link::Sqlite(lease) => lease.execute(sql, &[]).map(|_| ()),
            Link::Postgres(_) => Err(DbError::Other("not a SQLite connection".to_owned())),
        }
    }
}
