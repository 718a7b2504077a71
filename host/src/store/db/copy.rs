//! The rows of a whole database, carried between a SQLite file and PostgreSQL.
//!
//! Both engines have the same tables and columns, so rows go over as they are, in the text that PostgreSQL's COPY reads and
//! writes. What an engine derives from them (what words find) stays behind and is made anew where they arrive.

mod file;
mod server;
mod text;

use std::path::Path;

use tokio::sync::mpsc;

use super::DbError;

/// How many pieces may wait between the engine that reads and the one that writes.
const WAITING: usize = 8;
/// Tables whose rows belong to one database or to processes that serve it.
const LEFT_BEHIND: &[&str] = &["migrations", "hosts", "host_versions", "claims"];
/// What an engine derives from other rows.
const DERIVED: &str = "search_";

/// How many rows of a table have gone over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CopiedTable {
    /// The table.
    pub name: String,
    /// Its rows.
    pub rows: u64,
}

/// A table and its columns, each with its type, in the order in which their values go over.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Table {
    name: String,
    columns: Vec<(String, ColumnType)>,
}

/// The types that columns have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ColumnType {
    Boolean,
    Integer,
    Real,
    Text,
    Uuid,
    Bytes,
    Json,
}

impl ColumnType {
    /// The type that migrations call so.
    fn named(name: &str) -> Option<Self> {
        Some(match name {
            "boolean" => Self::Boolean,
            "bigint" => Self::Integer,
            "double precision" => Self::Real,
            "text" => Self::Text,
            "uuid" => Self::Uuid,
            "bytea" => Self::Bytes,
            "jsonb" => Self::Json,
            _ => return None,
        })
    }
}

/// What goes from the engine that reads to the one that writes.
enum Piece {
    /// The rows of this table follow.
    Table(Table),
    /// Some bytes of its rows.
    Rows(Vec<u8>),
}

/// Copies a SQLite file, of whatever version, into a new one, while a server may be writing to it: what was committed
/// before it began. The new file is readable by its owner alone.
pub async fn file_to_file(from: &Path, to: &Path) -> Result<(), DbError> {
    let (from, to) = (from.to_owned(), to.to_owned());
    blocking(move || file::copy(&from, &to)).await
}

/// Copies all rows of a PostgreSQL database into a SQLite file that has been migrated and holds nothing else, as they were
/// at one moment while hosts may be writing.
pub async fn server_to_file(url: &str, to: &Path) -> Result<Vec<CopiedTable>, DbError> {
    let (pieces, arriving) = mpsc::channel(WAITING);
    let to = to.to_owned();
    let writing = tokio::spawn(blocking(move || file::fill(&to, arriving)));
    let read = server::send(url, pieces).await;
    let written = ended(writing.await);
    // Whoever reads ends without an error when nobody takes what is read: the reason is the writer's then.
    read?;
    written
}

/// Copies all rows of a SQLite file into a PostgreSQL database that has been migrated and holds nothing else, in one
/// transaction.
pub async fn file_to_server(from: &Path, url: &str) -> Result<Vec<CopiedTable>, DbError> {
    let mut server = server::Filling::begin(url).await?;
    let (pieces, mut arriving) = mpsc::channel(WAITING);
    let (from, tables) = (from.to_owned(), server.tables().to_vec());
    let reading = tokio::spawn(blocking(move || file::send(&from, &tables, &pieces)));
    let written = server.take(&mut arriving).await;
    drop(arriving);
    let read = ended(reading.await);
    read?;
    let copied = written?;
    server.finish().await?;
    Ok(copied)
}

/// Whether a SQLite file is whole, as far as SQLite itself can tell: its pages, its indexes, and what rows refer to.
pub async fn check_file(path: &Path) -> Result<(), DbError> {
    let path = path.to_owned();
    blocking(move || file::check(&path)).await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DbError> + Send + 'static,
) -> Result<T, DbError> {
    ended(tokio::task::spawn_blocking(work).await)
}

fn ended<T>(task: Result<Result<T, DbError>, tokio::task::JoinError>) -> Result<T, DbError> {
    task.unwrap_or_else(|error| Err(DbError::Other(format!("the copying ended: {error}"))))
}

fn goes_over(table: &str) -> bool {
    !LEFT_BEHIND.contains(&table) && !table.starts_with(DERIVED)
}

/// Puts a table together from rows of its name, a column and the column's type, sorted by table.
fn tables(rows: Vec<(String, String, String)>) -> Result<Vec<Table>, DbError> {
    let mut tables: Vec<Table> = Vec::new();
    for (name, column, of) in rows.into_iter().filter(|(name, ..)| goes_over(name)) {
        let unknown = || {
            DbError::Other(format!("the column {column} of {name} has the type {of}, which doesn't go over"))
        };
        let of = ColumnType::named(&of).ok_or_else(unknown)?;
        match tables.last_mut() {
            Some(table) if table.name == name => table.columns.push((column, of)),
            _ => tables.push(Table { name, columns: vec![(column, of)] }),
        }
    }
    Ok(tables)
}

fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

impl Table {
    fn quoted_name(&self) -> String {
        quoted(&self.name)
    }

    fn quoted_columns(&self) -> String {
        let columns: Vec<String> = self.columns.iter().map(|(name, _)| quoted(name)).collect();
        columns.join(", ")
    }
}
