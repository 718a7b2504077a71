//! The narrow seam between the store's files and the two databases: [`Db`] opens, [`Tx`] speaks.
//!
//! One SQL text serves both engines. Arguments are numbered (`$1`), times are bound as microseconds, and a
//! statement whose arguments don't match its text is an error on both.

mod added;
mod alone;
mod background;
mod backlog;
mod changes;
mod common;
pub mod copy;
pub mod counts;
pub mod deadline;
mod listener;
mod location;
mod operation;
mod part;
mod places;
mod postgres;
mod readers;
mod remembered;
mod rows;
mod sqlite;
mod value;

use std::sync::Arc;

use futures::future::BoxFuture;
use tokio::sync::watch;
use uuid::Uuid;

use self::added::Added;
pub(super) use self::added::AddedTo;
pub use self::background::in_background;
use self::common::{Common, KnownReach};
pub use self::location::Location;
pub use self::remembered::{Remembered, RightsVersion};
pub(super) use self::rows::Rows;
pub use self::sqlite::SqliteFile;
pub use self::value::{Arg, At, Column, First, FromRow, Json, Row};
use super::search::Mark;
use crate::domain::clock::{Clock, Timestamp};
use crate::domain::ids::{Id, IdSource};

/// Makes the arguments of a statement: `args![id, name]`.
macro_rules! args {
    ($($value:expr),* $(,)?) => { &[$($crate::store::db::Arg::from($value)),*] };
}

/// Makes the values of a row that is to be written: `values![id, name]`.
macro_rules! values {
    ($($value:expr),* $(,)?) => { vec![$($crate::store::db::Arg::from($value)),*] };
}

/// Declares a struct that rows are read as, each field from the column of its name.
macro_rules! row {
    ($($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident: $type:ty),* $(,)? })+) => {$(
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type),* }

        impl $crate::store::db::FromRow for $name {
            fn from_row(row: &$crate::store::db::Row<'_>) -> Result<Self, $crate::store::db::DbError> {
                Ok(Self { $($field: row.get(stringify!($field))?),* })
            }
        }
    )+};
}

pub(crate) use {args, row, values};

/// What can go wrong with a database. Its text is for operators, never for clients.
#[derive(Debug, Clone, thiserror::Error)]
pub enum DbError {
    /// A unique index refused a row.
    #[error("a row with this key exists already: {0}")]
    Unique(String),
    /// A row that must be there isn't.
    #[error("no row where one is required: {0}")]
    Missing(&'static str),
    /// Two transactions collided; the same again may succeed.
    #[error("the transaction collided with another: {0}")]
    Collision(String),
    /// The disk is full, the connection is lost, the pool is exhausted: waiting may help.
    #[error("the database can't take it now: {0}")]
    Unavailable(String),
    /// A statement ran longer than whoever waits for it.
    #[error("reading it took longer than the request may take")]
    TooSlow,
    /// What a statement found is more than one answer may have.
    #[error("what was read has more than {0} MiB")]
    TooLarge(usize),
    /// A value isn't what the code expects: a defect.
    #[error("a value can't be read: {0}")]
    Decode(String),
    /// Anything else: a defect or a damaged database.
    #[error("the database refused: {0}")]
    Other(String),
}

/// An error of an operation, which may be the database's.
pub trait Failure: From<DbError> + Send + 'static {
    /// The database's error in it, if it is one.
    fn database(&self) -> Option<&DbError>;
}

impl Failure for DbError {
    fn database(&self) -> Option<&DbError> {
        Some(self)
    }
}

/// Which engine a statement speaks to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    Sqlite,
    Postgres,
}

/// An open database. Cheap to clone.
#[derive(Clone)]
pub struct Db(Arc<Inner>);

struct Inner {
    engine: Engine,
    common: Common,
}

enum Engine {
    Sqlite(SqliteFile),
    Postgres(postgres::Server),
}

impl Db {
    /// Opens the database; a SQLite file is made when it isn't there, and locked against a second server.
    pub async fn open(location: &Location, clock: Arc<dyn Clock>) -> Result<Self, DbError> {
        let common = Common::new(clock, location);
        let engine = match location {
            Location::Sqlite(path) => Engine::Sqlite(SqliteFile::open(path, common.clone())?),
            Location::Postgres(url) => {
                Engine::Postgres(postgres::Server::connect(url).await?.serving(&common))
            }
        };
        Ok(Self(Arc::new(Inner { engine, common })))
    }

    /// Opens the database for reading only, whether or not a server runs on it: its records can't be
    /// changed, it isn't locked, and a file that isn't there is an error.
    pub async fn open_reading(location: &Location, clock: Arc<dyn Clock>) -> Result<Self, DbError> {
        let common = Common::new(clock, location);
        let engine = match location {
            Location::Sqlite(path) => Engine::Sqlite(SqliteFile::open_reading(path)?),
            Location::Postgres(url) => Engine::Postgres(postgres::Server::connect(url).await?),
        };
        Ok(Self(Arc::new(Inner { engine, common })))
    }

    /// The time now, by the clock that the database was opened with.
    pub fn now(&self) -> Timestamp {
        self.0.common.clock.now()
    }

    /// A fresh id.
    pub fn id(&self) -> Uuid {
        self.0.common.ids.next(self.now())
    }

    /// Changes whenever this process has committed something, and when another notifies it that the log has grown:
    /// whoever follows the log waits on it, and looks now and then all the same, because a notification may be lost.
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.0.common.commits.subscribe()
    }

    /// Changes whenever this process has committed something that may change who may do what.
    pub fn rights_version(&self) -> RightsVersion {
        self.0.common.rights_version()
    }

    /// What this process has counted of its statements and commits.
    pub fn counts(&self) -> counts::CountSums {
        self.0.common.counts.sums()
    }

    /// Whether any number of processes may share this database.
    pub fn is_shared(&self) -> bool {
        self.0.common.is_shared
    }

    /// The place up to which the log is sealed, as this process knows by what it commits and is notified of: it changes as
    /// the log grows, and is 0 in the beginning.
    pub fn head(&self) -> watch::Receiver<i64> {
        self.0.common.head.subscribe()
    }

    /// Whether this process is notified of what others commit. Where it isn't, whoever follows the log has to poll.
    pub fn is_notified(&self) -> bool {
        match &self.0.engine {
            // Nobody else writes to the file.
            Engine::Sqlite(_) => true,
            Engine::Postgres(server) => server.is_notified(),
        }
    }

    /// Something to read through. Each statement sees what is committed when it runs.
    pub async fn read(&self) -> Result<Tx, DbError> {
        let link = match &self.0.engine {
            Engine::Sqlite(file) => Link::Sqlite(file.reader().await?),
            Engine::Postgres(server) => Link::Postgres(server.reader().await?),
        };
        Ok(Tx::new(link, &self.0.common, false))
    }

    /// Runs an operation in a transaction and returns after it is durable. It runs in a task or thread of its
    /// own: when the caller goes away it runs on to its end. It may run again after a collision, so it does
    /// nothing but speak to the `Tx`.
    pub async fn write<I, T, E, F>(&self, input: I, operation: F) -> Result<T, E>
    where
        I: Send + Sync + 'static,
        T: Send + 'static,
        E: Failure,
        F: for<'t> Fn(&'t mut Tx, &'t I) -> BoxFuture<'t, Result<T, E>> + Send + Sync + 'static,
    {
        let (waiting, answer) = operation::waiting(input, operation);
        self.take(waiting)?;
        let lost = |_| Err(DbError::Other("the operation ended without an answer".to_owned()).into());
        answer.await.unwrap_or_else(lost)
    }

    fn take(&self, waiting: Box<dyn operation::Waiting>) -> Result<(), DbError> {
        match &self.0.engine {
            Engine::Sqlite(file) => file.take(waiting),
            Engine::Postgres(server) => server.take(waiting),
        }
    }

    /// Applies the schema's migrations that are missing.
    pub async fn migrate(&self) -> Result<(), DbError> {
        super::migrate::run(self).await
    }

    /// Finishes what is queued and closes.
    pub async fn close(&self) {
        match &self.0.engine {
            Engine::Sqlite(file) => file.close().await,
            Engine::Postgres(server) => server.close().await,
        }
    }
}

enum Link {
    Sqlite(sqlite::Lease),
    Postgres(postgres::Lease),
}

/// The event log's end: the last place and the last link.
#[derive(Debug, Clone, Copy)]
pub(super) struct Chain {
    pub sequence: i64,
    pub hash: [u8; 32],
}

/// A connection in the middle of an operation: its statements, its time, its ids.
pub struct Tx {
    link: Link,
    now: Timestamp,
    ids: Arc<IdSource>,
    /// Whose texts this transaction has written, so far as their terms don't follow yet.
    marks: Vec<Mark>,
    /// Rows that are added and not written yet.
    added: Added,
    /// The part that goes on.
    part: Option<part::Begun>,
    /// Whether it is a transaction that writes.
    writing: bool,
    changes: changes::Changes,
    counts: Arc<counts::Counts>,
    process: Uuid,
    /// What is remembered of people's reach: nothing in a transaction that writes, which may have changed it.
    pub(super) reach: Option<KnownReach>,
    /// The log's end as this transaction leaves it, once it is known to SQLite's one writer.
    pub(super) chain: Option<Chain>,
}

impl Tx {
    fn new(link: Link, common: &Common, writing: bool) -> Self {
        let reach = (!writing).then(|| common.known_reach());
        Self {
            link,
            now: common.clock.now(),
            ids: common.ids.clone(),
            marks: Vec::new(),
            added: Added::default(),
            part: None,
            writing,
            changes: changes::Changes::default(),
            counts: common.counts.clone(),
            process: common.process,
            reach,
            chain: None,
        }
    }

    /// When the operation began. All that it writes has this time.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// A fresh id.
    pub fn id<T: Id>(&self) -> T {
        self.ids.next(self.now).into()
    }

    /// Notes a record whose text was written.
    pub(super) fn mark(&mut self, mark: Mark) {
        self.changes.any = true;
        self.marks.push(mark);
    }

    pub(super) fn take_marks(&mut self) -> Vec<Mark> {
        std::mem::take(&mut self.marks)
    }

    /// Which engine it is, for the few statements that can't be one text.
    pub(super) fn dialect(&self) -> Dialect {
        match self.link {
            Link::Sqlite(_) => Dialect::Sqlite,
            Link::Postgres(_) => Dialect::Postgres,
        }
    }

    /// Lets the short reads from here on see one state of the database where that costs nothing: SQLite. On PostgreSQL it
    /// would be two more round trips, and each statement sees what is committed when it runs.
    pub async fn snapshot(&mut self) -> Result<(), DbError> {
        match &mut self.link {
            Link::Sqlite(lease) => {
                lease.ready().await?;
                lease.snapshot()
            }
            Link::Postgres(_) => Ok(()),
        }
    }

    /// Runs a statement and says how many rows it touched.
    pub async fn execute(&mut self, sql: &'static str, args: &[Arg]) -> Result<u64, DbError> {
        self.before(sql).await?;
        match &mut self.link {
            Link::Sqlite(lease) => {
                lease.ready().await?;
                lease.execute(sql, args)
            }
            Link::Postgres(lease) => lease.execute(sql, args).await,
        }
    }

    /// Every row.
    pub async fn all<R: FromRow + Send>(
        &mut self,
        sql: &'static str,
        args: &[Arg],
    ) -> Result<Vec<R>, DbError> {
        self.before(sql).await?;
        let found: Rows<R> = match &mut self.link {
            Link::Sqlite(lease) => {
                lease.ready().await?;
                lease.rows(sql, args, rows::LARGEST)?
            }
            Link::Postgres(lease) => lease.rows(sql, args, rows::LARGEST).await?,
        };
        found.whole()
    }

    /// The rows of a statement that the filter has put together, as many as make one answer.
    pub(super) async fn all_filtered<R: FromRow + Send + 'static>(
        &mut self,
        statement: super::filter::Statement,
    ) -> Result<Rows<R>, DbError> {
        let super::filter::Statement { sql, args, long } = statement;
        self.before(&sql).await?;
        match &mut self.link {
            Link::Sqlite(lease) if long => lease.long_rows(sql, args, rows::PAGE).await,
            Link::Sqlite(lease) => {
                lease.ready().await?;
                lease.rows(&sql, &args, rows::PAGE)
            }
            Link::Postgres(lease) => {
                if long {
                    lease.wait_for_long().await?;
                }
                lease.rows_made(sql, &args, rows::PAGE).await
            }
        }
    }

    /// The first row, if there is one.
    pub async fn optional<R: FromRow + Send>(
        &mut self,
        sql: &'static str,
        args: &[Arg],
    ) -> Result<Option<R>, DbError> {
        Ok(self.all(sql, args).await?.into_iter().next())
    }

    /// The first row, which must be there.
    pub async fn one<R: FromRow + Send>(&mut self, sql: &'static str, args: &[Arg]) -> Result<R, DbError> {
        self.optional(sql, args).await?.ok_or(DbError::Missing(sql))
    }

    /// The first column of the first row, which must be there.
    pub async fn scalar<T: Column + Send>(&mut self, sql: &'static str, args: &[Arg]) -> Result<T, DbError> {
        self.one::<First<T>>(sql, args).await.map(|row| row.0)
    }

    /// The first column of the first row, if there is one.
    pub async fn optional_scalar<T: Column + Send>(
        &mut self,
        sql: &'static str,
        args: &[Arg],
    ) -> Result<Option<T>, DbError> {
        Ok(self.optional::<First<T>>(sql, args).await?.map(|row| row.0))
    }

    /// The first column of every row.
    pub async fn scalars<T: Column + Send>(
        &mut self,
        sql: &'static str,
        args: &[Arg],
    ) -> Result<Vec<T>, DbError> {
        Ok(self.all::<First<T>>(sql, args).await?.into_iter().map(|row| row.0).collect())
    }

    /// Runs a statement that was put together from names of the catalogue.
    pub(super) async fn execute_made(&mut self, sql: String, args: Vec<Arg>) -> Result<u64, DbError> {
        self.before(&sql).await?;
        match &mut self.link {
            Link::Sqlite(lease) => {
                lease.ready().await?;
                lease.execute(&sql, &args)
            }
            Link::Postgres(lease) => lease.execute_made(sql, &args).await,
        }
    }

    /// Runs a statement that changes the schema, made from what the catalogue says.
    pub(super) async fn define(&mut self, sql: String) -> Result<(), DbError> {
        self.before(&sql).await?;
        match &mut self.link {
            Link::Sqlite(lease) => lease.execute(&sql, &[]).map(|_| ()),
            Link::Postgres(lease) => lease.execute_made::<Arg>(sql, &[]).await.map(|_| ()),
        }
    }

    /// Runs several statements without arguments, as migrations do.
    pub async fn script(&mut self, sql: &'static str) -> Result<(), DbError> {
        self.before(sql).await?;
        match &mut self.link {
            Link::Sqlite(lease) => {
                lease.ready().await?;
                lease.script(sql)
            }
            Link::Postgres(lease) => lease.script(sql).await,
        }
    }
}
