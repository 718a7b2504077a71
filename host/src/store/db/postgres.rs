//! PostgreSQL: what waits to be written in tasks that nobody's hanging up can cancel, what is read by anybody.

pub(super) mod arrays;
mod statistics;
mod writers;

use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt as _;
use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgArguments, PgConnectOptions, PgPool, PgPoolOptions};
use sqlx::{Connection as _, Executor as _, PgConnection, Postgres, Transaction};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use self::writers::Writers;
use super::listener::Listener;
use super::operation::Waiting;
use super::{Arg, Common, DbError, FromRow, Row, Rows, deadline};

/// Connections that read, and how many may look at many rows besides.
const READERS: u32 = 10;
const LONG: u32 = 4;
/// A connection that nobody had for so long is asked whether it is still there. To ask each time is a round trip more for
/// each read.
const ASK_AFTER: Duration = Duration::from_secs(1);

/// A PostgreSQL server's database.
pub(super) struct Server {
    /// The connections that write, and who writes; nobody where it is only read.
    writing: PgPool,
    writers: Option<Writers>,
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
        let pool = |size| {
            let pool = PgPoolOptions::new().max_connections(size).acquire_timeout(Duration::from_secs(10));
            pool.test_before_acquire(false).before_acquire(|connection, kept| {
                Box::pin(async move {
                    let is_known = kept.idle_for < ASK_AFTER;
                    Ok(is_known || connection.ping().await.is_ok())
                })
            })
        };
        let longest = deadline::LONGEST.as_millis().to_string();
        let reading = options
            .clone()
            .options([("default_transaction_read_only", "on"), ("statement_timeout", longest.as_str())]);
        Ok(Self {
            // One more for the statistics.
            writing: pool(writers::WRITERS + 1).connect_with(options).await?,
            writers: None,
            readers: pool(READERS + LONG).connect_lazy_with(reading),
            long: Arc::new(Semaphore::new(LONG as usize)),
            listener: None,
        })
    }

    /// The same, which can be written to, and is notified of what other processes commit.
    pub(super) fn serving(self, common: &Common) -> Self {
        let options = (*self.writing.connect_options()).clone();
        // The one that listens, and one by which it is seen whether notifications arrive.
        let wait = Duration::from_secs(5);
        let pool = PgPoolOptions::new().max_connections(2).acquire_timeout(wait).idle_timeout(2 * wait);
        let listener = Listener::start(pool.connect_lazy_with(options), common);
        let writers = Writers::start(self.writing.clone(), common.clone());
        Self { listener: Some(listener), writers: Some(writers), ..self }
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
    pub(super) fn take(&self, operation: Box<dyn Waiting>) -> Result<(), DbError> {
        let only_read = || DbError::Unavailable("the database was opened for reading".to_owned());
        self.writers.as_ref().ok_or_else(only_read)?.take(operation)
    }

    pub(super) async fn close(&self) {
        if let Some(listener) = &self.listener {
            listener.stop();
        }
        if let Some(writers) = &self.writers {
            writers.close().await;
        }
        self.writing.close().await;
        self.readers.close().await;
    }
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

    /// As `execute`, for text that was made from constants and numbers alone.
    pub(super) async fn execute_made<A: Argument>(
        &mut self,
        sql: String,
        args: &[A],
    ) -> Result<u64, DbError> {
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
        if let Some((sql, others)) = limited(sql, args) {
            return self.rows_over(sql, others, most).await;
        }
        read(self.connection().await?, bind(sqlx::query(sql), args), most).await
    }

    /// As `rows`, for text that was made from constants and numbers alone.
    pub(super) async fn rows_made<R: FromRow>(
        &mut self,
        sql: String,
        args: &[Arg],
        most: usize,
    ) -> Result<Rows<R>, DbError> {
        let (sql, args) = limited(&sql, args).unwrap_or((sql, args));
        let reading = self.rows_over(sql, args, most);
        let found = tokio::time::timeout_at(deadline::next().into(), reading).await;
        if let (Err(_), Self::Reading(reader)) = (&found, self) {
            // The server is still busy with it: nobody else should get this connection, and it notices the end.
            drop(reader.connection.take().map(PoolConnection::detach));
        }
        found.map_err(|_| DbError::TooSlow)?
    }

    /// As `rows_made`, for whoever waits until it ends.
    pub(super) async fn rows_over<R: FromRow>(
        &mut self,
        sql: String,
        args: &[impl Argument],
        most: usize,
    ) -> Result<Rows<R>, DbError> {
        let query = bind(sqlx::query(sqlx::AssertSqlSafe(sql)), args);
        read(self.connection().await?, query, most).await
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

/// A statement that ends with how many rows it gives, with the number itself in the place of its argument, the last one,
/// and the other arguments. There are few such numbers. The server doesn't know how many rows one lets through that is
/// bound, so it would plan for each anew, which takes it longer than most of these reads.
fn limited<'a>(sql: &str, args: &'a [Arg]) -> Option<(String, &'a [Arg])> {
    let (Arg::Int(Some(most)), others) = args.split_last()? else { return None };
    let argument = format!("${}", args.len());
    let before = sql.strip_suffix(&argument).filter(|before| before.ends_with("limit "))?;
    (!before.contains(&argument)).then(|| (format!("{before}{most}"), others))
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

pub(super) type Query<'q> = sqlx::query::Query<'q, Postgres, PgArguments>;

/// What a statement can be given.
pub(super) trait Argument {
    /// Binds it as the next one.
    fn bind<'q>(&'q self, query: Query<'q>) -> Query<'q>;
}

impl Argument for Arg {
    fn bind<'q>(&'q self, query: Query<'q>) -> Query<'q> {
        match self {
            Self::Bool(value) => query.bind(value),
            Self::Int(value) => query.bind(value),
            Self::Real(value) => query.bind(value),
            Self::Text(value) => query.bind(value),
            Self::Uuid(value) => query.bind(value),
            Self::Bytes(value) => query.bind(value),
            Self::Json(value) => query.bind(value),
        }
    }
}

fn bind<'q>(query: Query<'q>, args: &'q [impl Argument]) -> Query<'q> {
    args.iter().fold(query, |query, arg| arg.bind(query))
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        let text = error.to_string();
        match &error {
            sqlx::Error::Database(inner) => match inner.code().as_deref() {
                _ if inner.is_unique_violation() => Self::Unique(text),
                Some("40001" | "40P01" | "55P03") => Self::Collision(text),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_rows_stands_in_the_text_where_it_is_the_last() {
        let args = [Arg::from("a"), Arg::from(50_i64)];
        let (sql, others) = limited("select * from t where a = $1 order by id limit $2", &args).unwrap();
        assert_eq!((sql.as_str(), others), ("select * from t where a = $1 order by id limit 50", &args[..1]));
        assert_eq!(limited("select * from t where a = $1 and n < $2 limit $2", &args), None);
        assert_eq!(limited("select * from t where a = $1 and n < $2", &args), None);
        assert_eq!(limited("select * from t where a = $1", &args[..1]), None);
        assert_eq!(limited("select * from t limit $1", &[Arg::Int(None)]), None);
    }
}
