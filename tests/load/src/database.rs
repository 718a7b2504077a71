//! The two databases that the host runs on: made, copied, read and written by the measurements in the same way.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result};
use rusqlite::types::{ToSql, ToSqlOutput, ValueRef};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use uuid::Uuid;

use crate::postgres::Server;

/// What databases are made in.
pub enum Engine {
    /// Files in this folder.
    Sqlite(PathBuf),
    /// A server.
    Postgres(Server),
}

/// One database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Database {
    /// A file.
    Sqlite(PathBuf),
    /// `postgres://user@host:port/name`
    Postgres(String),
}

impl Engine {
    /// What the table calls it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Sqlite(_) => "SQLite",
            Self::Postgres(_) => "PostgreSQL",
        }
    }

    /// An empty database for one measurement.
    pub async fn fresh(&self, name: &str) -> Result<Database> {
        match self {
            Self::Sqlite(folder) => Ok(Database::Sqlite(folder.join(format!("{name}.db")))),
            Self::Postgres(server) => Ok(Database::Postgres(server.create(name, "template0").await?)),
        }
    }

    /// A copy of a database that nobody is connected to.
    pub async fn copy(&self, source: &Database, name: &str) -> Result<Database> {
        match (self, source) {
            (Self::Postgres(server), Database::Postgres(url)) => {
                let (_, template) = url.rsplit_once('/').context("an address with a database's name")?;
                Ok(Database::Postgres(server.create(name, template).await?))
            }
            (_, Database::Sqlite(source)) => {
                let copy = self.fresh(name).await?;
                std::fs::copy(source, copy.file()?)?;
                Ok(copy)
            }
            (Self::Sqlite(_), Database::Postgres(url)) => anyhow::bail!("{url} is no file"),
        }
    }

    /// Drops what was made for single measurements.
    pub async fn finish(&self) -> Result<()> {
        match self {
            // Its folder goes by itself.
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(server) => server.drop_made().await,
        }
    }
}

impl Database {
    /// For the host's `--database`.
    pub fn address(&self) -> String {
        match self {
            Self::Sqlite(file) => format!("sqlite:{}", file.display()),
            Self::Postgres(url) => url.clone(),
        }
    }

    /// The one of this address.
    pub fn of(address: &str) -> Self {
        match address.strip_prefix("sqlite:") {
            Some(file) => Self::Sqlite(file.into()),
            None => Self::Postgres(address.to_owned()),
        }
    }

    /// The file, where it is one.
    pub fn file(&self) -> Result<&PathBuf> {
        match self {
            Self::Sqlite(file) => Ok(file),
            Self::Postgres(url) => anyhow::bail!("{url} is no file"),
        }
    }

    /// A connection beside the host's.
    pub async fn open(&self) -> Result<Session> {
        match self {
            Self::Sqlite(file) => {
                let connection = rusqlite::Connection::open(file)?;
                connection.busy_timeout(Duration::from_secs(30))?;
                Ok(Session::Sqlite(connection))
            }
            Self::Postgres(url) => Ok(Session::Postgres(PgConnection::connect(url).await?)),
        }
    }
}

/// A connection to a database. Statements have the same text for both: `$1` binds by number.
pub enum Session {
    /// To a file.
    Sqlite(rusqlite::Connection),
    /// To a server.
    Postgres(PgConnection),
}

impl Session {
    /// A number that a statement counts.
    pub async fn count(&mut self, sql: &str, values: &[Value]) -> Result<u64> {
        let count: i64 = match self {
            Self::Sqlite(connection) => {
                let mut statement = connection.prepare_cached(sql)?;
                statement.query_row(rusqlite::params_from_iter(values), |row| row.get(0))?
            }
            Self::Postgres(connection) => {
                let query = bound!(sqlx::query_scalar(AssertSqlSafe(sql.to_owned())), values.iter().cloned());
                query.fetch_one(connection).await?
            }
        };
        Ok(u64::try_from(count)?)
    }

    /// Runs a statement that returns nothing.
    pub async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<()> {
        match self {
            Self::Sqlite(connection) => {
                connection.execute(sql, rusqlite::params_from_iter(values))?;
            }
            Self::Postgres(connection) => {
                let query = bound!(sqlx::query(AssertSqlSafe(sql.to_owned())), values.iter().cloned());
                query.execute(connection).await?;
            }
        }
        Ok(())
    }
}

/// A value that a statement is given.
#[derive(Debug, Clone)]
pub enum Value {
    /// An id.
    Id(Uuid),
    /// A number or a time.
    Integer(i64),
    /// Text.
    Text(String),
    /// JSON.
    Json(serde_json::Value),
    /// Bytes.
    Bytes(Vec<u8>),
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Id(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
            Self::Integer(number) => ToSqlOutput::Owned((*number).into()),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Json(json) => ToSqlOutput::Owned(json.to_string().into()),
            Self::Bytes(bytes) => ToSqlOutput::Borrowed(ValueRef::Blob(bytes)),
        })
    }
}

/// A query of sqlx with values bound to it. It is a macro because each of sqlx's databases has query types of its own.
macro_rules! bound {
    ($query:expr, $values:expr) => {
        $values.fold($query, |query, value| match value {
            $crate::database::Value::Id(id) => query.bind(id),
            $crate::database::Value::Integer(number) => query.bind(number),
            $crate::database::Value::Text(text) => query.bind(text),
            $crate::database::Value::Json(json) => query.bind(json),
            $crate::database::Value::Bytes(bytes) => query.bind(bytes),
        })
    };
}
pub(crate) use bound;
