//! PostgreSQL: each operation a transaction of its own, in a task that nobody's hanging up can cancel.

use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use futures::TryStreamExt as _;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Executor as _, PgConnection, Postgres, Transaction};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::listener::Listener;
use super::operation::{Ran, Waiting};
use super::{Arg, Common, DbError, FromRow, Link, Row, Rows, Tx, deadline};

/// Connections that write and connections that read, and how many of these may look at many rows.
const WRITERS: u32 = 10;
const READERS: u32 = 10;
const LONG: u32 = 4;
/// How often an operation is tried when transactions collide.
const TRIES: u32 = 3;

/// A PostgreSQL server's database.
pub(super) struct Server {
    writers: PgPool,
    readers: PgPool,
    long: Arc<Semaphore>,
    listener: Option<Listener>,
}

impl Server {
    pub(super) async fn connect(url: &str) -> Result<Self, DbError> {
        let options = PgConnectOptions::from_str(url)
            .map_err(|error| DbError::Unavailable(format!("the address of the database: {error}")))?
            .application_name("hospes")
            .statement_cache_capacity(512);
        let pool = |size| PgPoolOptions::new().max_connections(size).acquire_timeout(Duration::from_secs(10));
        let longest = deadline::LONGEST.as_millis().to_string();
        let reading = options
            .clone()
            .options([("default_transaction_read_only", "on"), ("statement_timeout", longest.as_str())]);
        Ok(Self {
            writers: pool(WRITERS).connect_with(options).await?,
            readers: pool(READERS + LONG).connect_lazy_with(reading),
            long: Arc::new(Semaphore::new(LONG as usize)),
            listener: None,
        })
    }

    /// The same, notified of what other processes commit.
    pub(super) fn listening(self, common: &Common) -> Self {
        let options = (*self.writers.connect_options()).clone();
        // The one that listens, and one by which it is seen whether notifications arrive.
        let wait = Duration::from_secs(5);
        let pool = PgPoolOptions::new().max_connections(2).acquire_timeout(wait).idle_timeout(2 * wait);
        let listener = Listener::start(pool.connect_lazy_with(options), common);
        Self { listener: Some(listener), ..self }
    }

    pub(super) fn is_notified(&self) -> bool {
        self.listener.as_ref().is_some_and(Listener::is_notified)
    }

    pub(super) async fn reader(&self) -> Result<Lease, DbError> {
        let connection = Some(self.readers.acquire().await?);
        let (readers, long) = (self.readers.clone(), self.long.clone());
        Ok(Lease::Reading(Box::new(Reader { connection, permit: None, readers, long })))
    }

    /// Takes an operation to be committed.
    pub(super) fn take(&self, common: Common, operation: Box<dyn Waiting>) {
        tokio::spawn(perform(self.writers.clone(), common, operation));
    }

    pub(super) async fn close(&self) {
        if let Some(listener) = &self.listener {
            listener.stop();
        }
        self.writers.close().await;
        self.readers.close().await;
    }
}

/// Commits an operation, and tries again when it collides with others.
async fn perform(writers: PgPool, common: Common, mut operation: Box<dyn Waiting>) {
    let mut tries = 1;
    let commit = loop {
        match attempt(&writers, &common, operation.as_mut()).await {
            Err(undone) if tries < TRIES && undone.is_collision() => tries += 1,
            Ok(()) | Err(Undone::Refused { .. }) => break Ok(()),
            Err(Undone::Database(error)) => break Err(error),
        }
    };
    common.commits.send_modify(|count| *count += 1);
    operation.settle(commit);
}

/// Why an operation came to nothing.
enum Undone {
    /// By itself.
    Refused { collided: bool },
    /// By the database.
    Database(DbError),
}

impl Undone {
    fn is_collision(&self) -> bool {
        matches!(self, Self::Refused { collided: true } | Self::Database(DbError::Collision(_)))
    }
}

impl<E: Into<DbError>> From<E> for Undone {
    fn from(error: E) -> Self {
        Self::Database(error.into())
    }
}

async fn attempt(writers: &PgPool, common: &Common, operation: &mut dyn Waiting) -> Result<(), Undone> {
    let started = Instant::now();
    common.counts.statement(true);
    let transaction = writers.begin().await?;
    let mut tx = Tx::new(Link::Postgres(Lease::Writing(Box::new(transaction))), common, true);
    // On an error the transaction is dropped and so rolled back.
    if let Ran::Failed { collided } = operation.run(&mut tx).await {
        return Err(Undone::Refused { collided });
    }
    tx.write_added().await?;
    crate::store::search::catch_up(&mut tx).await?;
    common.counts.statement(true);
    if let Link::Postgres(Lease::Writing(transaction)) = tx.link {
        transaction.commit().await?;
        common.counts.commit(1, started.elapsed());
        if let Some(chain) = tx.chain {
            common.sealed(chain.sequence);
        }
    }
    Ok(())
}

/// A connection while a [`Tx`] has it.
pub(super) enum Lease {
    Reading(Box<Reader>),
    Writing(Box<Transaction<'static, Postgres>>),
}

/// A connection that reads, while it isn't given back.
pub(super) struct Reader {
    connection: Option<PoolConnection<Postgres>>,
    /// The right to look at many rows.
    permit: Option<OwnedSemaphorePermit>,
    readers: PgPool,
    long: Arc<Semaphore>,
}

impl Lease {
    async fn connection(&mut self) -> Result<&mut PgConnection, DbError> {
        match self {
            Self::Reading(reader) => {
                if reader.connection.is_none() {
                    reader.connection = Some(reader.readers.acquire().await?);
                }
                let missing = || DbError::Unavailable("the connection is gone".to_owned());
                Ok(&mut **reader.connection.as_mut().ok_or_else(missing)?)
            }
            Self::Writing(transaction) => Ok(transaction),
        }
    }

    /// Waits until few others look at many rows. Meanwhile the connection isn't kept from short reads.
    pub(super) async fn wait_for_long(&mut self) -> Result<(), DbError> {
        let Self::Reading(reader) = self else { return Ok(()) };
        if reader.permit.is_none() {
            reader.connection = None;
            let wait = tokio::time::timeout_at(deadline::next().into(), reader.long.clone().acquire_owned());
            let closed = |_| DbError::Unavailable("the database is closed".to_owned());
            reader.permit = Some(wait.await.map_err(|_| DbError::TooSlow)?.map_err(closed)?);
        }
        Ok(())
    }

    pub(super) async fn execute(&mut self, sql: &'static str, args: &[Arg]) -> Result<u64, DbError> {
        check(sql, args)?;
        let query = bind(sqlx::query(sql), args);
        Ok(self.connection().await?.execute(query).await?.rows_affected())
    }

    /// As `execute`, for text that [`Tx::bulk`] has made from constants and numbers alone.
    pub(super) async fn execute_made(&mut self, sql: String, args: &[Arg]) -> Result<u64, DbError> {
        let query = bind(sqlx::query(sqlx::AssertSqlSafe(sql)), args);
        Ok(self.connection().await?.execute(query).await?.rows_affected())
    }

    pub(super) async fn rows<R: FromRow>(
        &mut self,
        sql: &'static str,
        args: &[Arg],
        most: usize,
    ) -> Result<Rows<R>, DbError> {
        check(sql, args)?;
        let query = bind(sqlx::query(sql), args);
        read(self.connection().await?, query, most).await
    }

    /// As `rows`, for text that the filter has put together from constants and numbers alone.
    pub(super) async fn rows_made<R: FromRow>(
        &mut self,
        sql: String,
        args: &[Arg],
        most: usize,
    ) -> Result<Rows<R>, DbError> {
        let query = bind(sqlx::query(sqlx::AssertSqlSafe(sql)), args);
        let reading = read(self.connection().await?, query, most);
        let found = tokio::time::timeout_at(deadline::next().into(), reading).await;
        if let (Err(_), Self::Reading(reader)) = (&found, self) {
            // The server is still busy with it: nobody else should get this connection, and it notices the end.
            drop(reader.connection.take().map(PoolConnection::detach));
        }
        found.map_err(|_| DbError::TooSlow)?
    }

    pub(super) async fn script(&mut self, sql: &'static str) -> Result<(), DbError> {
        self.connection().await?.execute(sqlx::raw_sql(sql)).await?;
        Ok(())
    }
}

/// Every row, or the first ones that have about `most` bytes together.
async fn read<R: FromRow>(
    connection: &mut PgConnection,
    query: Query<'_>,
    most: usize,
) -> Result<Rows<R>, DbError> {
    let mut rows = connection.fetch(query);
    let mut found = Rows::new(most);
    while let Some(row) = rows.try_next().await? {
        if !found.add(&Row::Postgres(&row))? {
            break;
        }
    }
    Ok(found)
}

/// The server notices a missing argument, but not one too many.
fn check(sql: &str, args: &[Arg]) -> Result<(), DbError> {
    let numbers = sql.split('$').skip(1).map(|rest| {
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        rest[..digits].parse::<usize>().unwrap_or(0)
    });
    let highest = numbers.max().unwrap_or(0);
    if highest == args.len() {
        return Ok(());
    }
    Err(DbError::Other(format!("{} arguments are given, but {highest} used", args.len())))
}

type Query<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;

fn bind<'q>(query: Query<'q>, args: &'q [Arg]) -> Query<'q> {
    args.iter().fold(query, |query, arg| match arg {
        Arg::Bool(value) => query.bind(value),
        Arg::Int(value) => query.bind(value),
        Arg::Real(value) => query.bind(value),
        Arg::Text(value) => query.bind(value),
        Arg::Uuid(value) => query.bind(value),
        Arg::Bytes(value) => query.bind(value),
        Arg::Json(value) => query.bind(value),
    })
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let text = error.to_string();
        match &error {
            sqlx::Error::Database(inner) => match inner.code().as_deref() {
                _ if inner.is_unique_violation() => Self::Unique(text),
                Some("40001" | "40P01") => Self::Collision(text),
                Some("57014") => Self::TooSlow,
                // Out of disk, memory or connections; shutting down; read-only after a fail-over.
                Some(code) if code.starts_with("53") || code.starts_with("57P") || code == "25006" => {
                    Self::Unavailable(text)
                }
                _ => Self::Other(text),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed => Self::Unavailable(text),
            sqlx::Error::ColumnDecode { .. } | sqlx::Error::ColumnNotFound(_) | sqlx::Error::Decode(_) => {
                Self::Decode(text)
            }
            _ => Self::Other(text),
        }
    }
}
