//! SQLite: one writer thread that commits all waiting operations at once, and readers beside it.
//!
//! rusqlite runs a statement in a few microseconds without changing threads; a short read therefore happens where it is
//! asked for. The wait for the disk at a commit and long reads have threads of their own.

mod writer;

use std::fs::File;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::functions::FunctionFlags;
use rusqlite::{CachedStatement, Connection, OpenFlags};
use tokio::sync::OwnedSemaphorePermit;

use self::writer::Writer;
use super::operation::Waiting;
use super::places::Places;
use super::readers::Readers;
use super::{Arg, Common, DbError, FromRow, Row, Rows};

/// The first SQLite without a defect that could damage the write-ahead log.
const OLDEST_SQLITE: i32 = 3_051_003;
/// Who may read and write a new file, and who else might.
pub(super) const OWNER_ONLY: u32 = 0o600;
const OTHERS: u32 = 0o077;
/// The write-ahead log is carried over into the file after so many pages, 16 MB: a page that changes with each commit, as
/// most of them do under load, is then written there once in a while.
const CHECKPOINT: i64 = 4_000;

/// An open SQLite file.
pub struct SqliteFile {
    writer: Writer,
    readers: Arc<Readers>,
    _lock: Option<File>,
}

impl SqliteFile {
    /// Opens or makes the file, locks it against a second server and starts the writer.
    pub(super) fn open(path: &Path, common: Common) -> Result<Self, DbError> {
        if rusqlite::version_number() < OLDEST_SQLITE {
            let version = rusqlite::version();
            return Err(DbError::Other(format!("SQLite {version} is too old; 3.51.3 or later is needed")));
        }
        let lock = lock(path)?;
        let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
        connection.pragma_update(None, "journal_mode", "wal")?;
        // FULL: NORMAL would lose acknowledged commits when the power fails.
        connection.pragma_update(None, "synchronous", "full")?;
        connection.pragma_update(None, "wal_autocheckpoint", CHECKPOINT)?;
        let readers =
            Readers::open(|_| connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(read_only))?;
        let writer = Writer::start(connection, common)?;
        Ok(Self { writer, readers, _lock: Some(lock) })
    }

    /// Opens a file that is there for reading only; a server may be writing to it. Writes are refused.
    pub(super) fn open_reading(path: &Path) -> Result<Self, DbError> {
        // With SQLITE_OPEN_READ_ONLY the write-ahead log's empty files would be left behind, perhaps as another
        // user's, and the next server could not open them. A file that can't be written is opened all the same.
        let readers = Readers::few(|_| connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE).and_then(read_only))?;
        Ok(Self { writer: Writer::none(), readers, _lock: None })
    }

    pub(super) async fn reader(&self) -> Result<Lease, DbError> {
        self.readers.short().await
    }

    /// Takes an operation to be committed, unless the file is closed, or there for reading only.
    pub(super) fn take(&self, operation: Box<dyn Waiting>) -> Result<(), DbError> {
        self.writer.take(operation)
    }

    /// Lets the writer finish what is queued and end.
    pub(super) async fn close(&self) {
        self.writer.close().await;
    }
}

pub(super) fn connect(path: &Path, flags: OpenFlags) -> Result<Connection, DbError> {
    let connection = Connection::open_with_flags(path, flags | OpenFlags::SQLITE_OPEN_NO_MUTEX)
        .map_err(|error| DbError::Unavailable(format!("{}: {error}", path.display())))?;
    connection.busy_timeout(Duration::from_secs(10))?;
    connection.set_prepared_statement_cache_capacity(512);
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    // What savepoints would have to undo is kept in memory; in a file it was written and read for each operation.
    connection.pragma_update(None, "temp_store", "memory")?;
    // A statement keeps the plan that it was prepared with. Else SQLite looks at the values that are bound to ranges, and
    // prepares the statement anew for each: most of a plugin's reads and each look into the queue.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    fold_case(&connection)?;
    Ok(connection)
}

/// SQLite's own `lower` knows ASCII only; PostgreSQL's knows every letter, and so does this.
fn fold_case(connection: &Connection) -> Result<(), DbError> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC;
    connection.create_scalar_function("lower", 1, flags, |context| {
        Ok(context.get::<Option<String>>(0)?.map(|text| text.to_lowercase()))
    })?;
    Ok(())
}

fn read_only(connection: Connection) -> Result<Connection, DbError> {
    connection.pragma_update(None, "query_only", true)?;
    Ok(connection)
}

/// One server a file: the writer's batches and the chain of events live in one process. The file itself is locked,
/// whatever links lead to it; SQLite's own locks are of another sort and don't meet this one. A new file is readable by
/// its owner alone, and so are those that SQLite puts beside it.
fn lock(path: &Path) -> Result<File, DbError> {
    let unable = |error: std::io::Error| DbError::Unavailable(format!("{}: {error}", path.display()));
    let file = File::options().create(true).truncate(false).write(true).mode(OWNER_ONLY).open(path);
    let file = file.map_err(unable)?;
    let mode = file.metadata().map_err(unable)?.mode();
    if mode & OTHERS != 0 {
        let path = path.display();
        tracing::warn!(%path, "others than the owner may read the database; close it to them with chmod 600");
    }
    match rustix::fs::flock(&file, rustix::fs::FlockOperation::NonBlockingLockExclusive) {
        Ok(()) => Ok(file),
        Err(rustix::io::Errno::WOULDBLOCK) => Err(DbError::Unavailable(format!(
            "{} is in use by another hospes; stop that one, use another file, or put both on PostgreSQL",
            path.display()
        ))),
        Err(error) => Err(unable(error.into())),
    }
}

/// A connection while a [`Tx`] has it; a reader's goes back afterwards.
pub(super) struct Lease {
    connection: Option<Connection>,
    /// Where a reader's connection belongs, and its right to have one.
    readers: Option<Arc<Readers>>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Lease {
    fn drop(&mut self) {
        self.give_back();
    }
}

impl Lease {
    pub(super) fn reading(
        connection: Connection,
        readers: Arc<Readers>,
        permit: OwnedSemaphorePermit,
    ) -> Self {
        Self { connection: Some(connection), readers: Some(readers), permit: Some(permit) }
    }

    /// Lets a reader's statements see one state of the file until its connection goes back. Each that runs by itself takes
    /// and leaves the file's locks: with the dozen of a 360 view that was a tenth of its time.
    pub(super) fn snapshot(&self) -> Result<(), DbError> {
        if self.readers.is_some() && self.connection()?.is_autocommit() {
            self.execute("begin", &[])?;
        }
        Ok(())
    }

    /// Gives a reader's connection back before its end; [`ready`](Self::ready) takes one again.
    fn give_back(&mut self) {
        if !self.connection.as_ref().is_none_or(Connection::is_autocommit)
            && self.readers.is_some()
            && let Err(error) = self.execute("rollback", &[])
        {
            tracing::error!(%error, "a snapshot couldn't be ended");
        }
        if let (Some(readers), Some(connection)) = (&self.readers, self.connection.take()) {
            readers.take_back(connection);
            self.permit = None;
        }
    }

    /// Takes a connection again if it was given back.
    pub(super) async fn ready(&mut self) -> Result<(), DbError> {
        if let (None, Some(readers)) = (&self.connection, &self.readers) {
            *self = readers.clone().short().await?;
        }
        Ok(())
    }

    /// As [`rows`](Self::rows), for a statement that may have to look at many rows: on a reader it runs in a thread of its
    /// own, and the connection for short reads isn't kept from others meanwhile.
    pub(super) async fn long_rows<R: FromRow + Send + 'static>(
        &mut self,
        sql: String,
        args: Vec<Arg>,
        most: usize,
    ) -> Result<Rows<R>, DbError> {
        let Some(readers) = self.readers.clone() else { return self.rows(&sql, &args, most) };
        self.give_back();
        let lease = readers.long().await?;
        let read = tokio::task::spawn_blocking(move || lease.rows(&sql, &args, most));
        read.await.map_err(|error| DbError::Other(format!("a read ended: {error}")))?
    }

    fn connection(&self) -> Result<&Connection, DbError> {
        self.connection.as_ref().ok_or_else(|| DbError::Unavailable("the connection is gone".to_owned()))
    }

    pub(super) fn execute(&self, sql: &str, args: &[Arg]) -> Result<u64, DbError> {
        let mut statement = self.connection()?.prepare_cached(sql)?;
        bind(&mut statement, args)?;
        let touched = if statement.column_count() == 0 {
            statement.raw_execute()?
        } else {
            let mut rows = statement.raw_query();
            let mut count = 0;
            while rows.next()?.is_some() {
                count += 1;
            }
            count
        };
        Ok(touched as u64)
    }

    /// As [`execute`](Self::execute), for text whose parameters have no names: `?` for each argument, in their order.
    pub(super) fn execute_in_order(&self, sql: &str, args: &[Arg]) -> Result<u64, DbError> {
        let mut statement = self.connection()?.prepare_cached(sql)?;
        bind_in_order(&mut statement, args)?;
        Ok(statement.raw_execute()? as u64)
    }

    /// As [`execute_in_order`](Self::execute_in_order), for a statement that returns rows.
    pub(super) fn rows_in_order<R: FromRow>(
        &self,
        sql: &str,
        args: &[Arg],
        most: usize,
    ) -> Result<Rows<R>, DbError> {
        let mut statement = self.connection()?.prepare_cached(sql)?;
        bind_in_order(&mut statement, args)?;
        read(&mut statement, most)
    }

    /// Every row, or the first ones that have about `most` bytes together.
    pub(super) fn rows<R: FromRow>(&self, sql: &str, args: &[Arg], most: usize) -> Result<Rows<R>, DbError> {
        let mut statement = self.connection()?.prepare_cached(sql)?;
        bind(&mut statement, args)?;
        read(&mut statement, most)
    }

    pub(super) fn script(&self, sql: &str) -> Result<(), DbError> {
        Ok(self.connection()?.execute_batch(sql)?)
    }
}

/// Binds `$1`, `$2`, ... by their number, as PostgreSQL does; SQLite itself would take them as names in the order
/// of their first appearance.
fn bind(statement: &mut CachedStatement<'_>, args: &[Arg]) -> Result<(), DbError> {
    let mut highest = 0;
    for index in 1..=statement.parameter_count() {
        let number =
            statement.parameter_name(index).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let number = number.ok_or_else(|| DbError::Other("a parameter isn't of the form $1".to_owned()))?;
        let arg = args.get(number - 1).ok_or_else(|| DbError::Other(format!("${number} has no argument")))?;
        statement.raw_bind_parameter(index, arg)?;
        highest = highest.max(number);
    }
    if highest != args.len() {
        let given = args.len();
        return Err(DbError::Other(format!("{given} arguments are given, but {highest} used")));
    }
    Ok(())
}

fn bind_in_order(statement: &mut CachedStatement<'_>, args: &[Arg]) -> Result<(), DbError> {
    for (index, arg) in args.iter().enumerate() {
        statement.raw_bind_parameter(index + 1, arg)?;
    }
    Ok(())
}

/// Every row, or the first ones that have about `most` bytes together.
fn read<R: FromRow>(statement: &mut CachedStatement<'_>, most: usize) -> Result<Rows<R>, DbError> {
    let mut rows = statement.raw_query();
    let mut found = Rows::new(most);
    let places = Places::default();
    while let Some(row) = rows.next()? {
        places.begin();
        if !found.add(&Row::Sqlite(row, &places))? {
            break;
        }
    }
    Ok(found)
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode;
        let text = error.to_string();
        match error.sqlite_error() {
            Some(inner) => match (inner.code, inner.extended_code) {
                (
                    _,
                    rusqlite::ffi::SQLITE_CONSTRAINT_UNIQUE | rusqlite::ffi::SQLITE_CONSTRAINT_PRIMARYKEY,
                ) => Self::Unique(text),
                (ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked, _) => Self::Collision(text),
                (ErrorCode::OperationInterrupted, _) => Self::TooSlow,
                (ErrorCode::DiskFull | ErrorCode::SystemIoFailure | ErrorCode::CannotOpen, _) => {
                    Self::Unavailable(text)
                }
                _ => Self::Other(text),
            },
            None => match error {
                rusqlite::Error::FromSqlConversionFailure(..)
                | rusqlite::Error::InvalidColumnType(..)
                | rusqlite::Error::InvalidColumnName(_)
                | rusqlite::Error::IntegralValueOutOfRange(..) => Self::Decode(text),
                _ => Self::Other(text),
            },
        }
    }
}
