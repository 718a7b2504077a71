//! SQLite's readers. A statement that is sure to be short runs in the thread that asks for it, which takes no longer than
//! handing it to another. One that may have to look at many rows runs in a thread of its own, few of them at a time: nobody
//! else waits for it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use rusqlite::Connection;
use tokio::sync::{AcquireError, OwnedSemaphorePermit, Semaphore};

use super::sqlite::Lease;
use super::{DbError, deadline};

/// How many short reads run at once; more would only share two cores' worth of time.
pub(super) const SHORT: usize = 8;
/// How many long ones.
const LONG: usize = 3;
/// After so many steps SQLite asks whether it should go on: about a millisecond.
const STEPS: i32 = 50_000;

/// The connections that read.
pub(super) struct Readers {
    idle: Mutex<Vec<Connection>>,
    short: Arc<Semaphore>,
    long: Arc<Semaphore>,
}

impl Readers {
    /// Readers that share these connections; `long` of them are kept for long reads.
    fn new(connections: Vec<Connection>, long: usize) -> Arc<Self> {
        let short = connections.len() - long;
        let (short, long) = (Arc::new(Semaphore::new(short)), Arc::new(Semaphore::new(long)));
        Arc::new(Self { idle: Mutex::new(connections), short, long })
    }

    /// As many as a server has.
    pub(super) fn open(
        connect: impl FnMut(usize) -> Result<Connection, DbError>,
    ) -> Result<Arc<Self>, DbError> {
        let connections = (0..SHORT + LONG).map(connect).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(connections, LONG))
    }

    /// Two of them, for a program that does one thing at a time.
    pub(super) fn few(
        connect: impl FnMut(usize) -> Result<Connection, DbError>,
    ) -> Result<Arc<Self>, DbError> {
        let connections = (0..2).map(connect).collect::<Result<Vec<_>, _>>()?;
        Ok(Self::new(connections, 1))
    }

    /// A connection for short reads, when one is free.
    pub(super) async fn short(self: &Arc<Self>) -> Result<Lease, DbError> {
        let permit = self.short.clone().acquire_owned().await;
        self.lease(permit)
    }

    /// A connection for one long read, when few others are under way. Waiting counts towards the deadline.
    pub(super) async fn long(self: &Arc<Self>) -> Result<Lease, DbError> {
        let wait = tokio::time::timeout_at(deadline::next().into(), self.long.clone().acquire_owned());
        let permit = wait.await.map_err(|_| DbError::TooSlow)?;
        self.lease(permit)
    }

    fn lease(self: &Arc<Self>, permit: Result<OwnedSemaphorePermit, AcquireError>) -> Result<Lease, DbError> {
        let closed = || DbError::Unavailable("the database is closed".to_owned());
        let permit = permit.map_err(|_| closed())?;
        let connection = self.lock().pop().ok_or_else(closed)?;
        let until = deadline::next();
        connection.progress_handler(STEPS, Some(move || Instant::now() > until))?;
        Ok(Lease::reading(connection, self.clone(), permit))
    }

    /// Takes a connection back.
    pub(super) fn take_back(&self, connection: Connection) {
        self.lock().push(connection);
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
