//! The SQLite side: a file that is read, or filled.

use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use rusqlite::{Connection, OpenFlags, params_from_iter};
use tokio::sync::mpsc::{Receiver, Sender};

use super::text::{self, Lines};
use super::{CopiedTable, Piece, Table, tables};
use crate::store::db::DbError;
use crate::store::db::sqlite::{OWNER_ONLY, connect};

/// A piece has so many bytes or a little more.
const PIECE: usize = 1 << 18;

/// Copies a file into one that isn't there yet.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), DbError> {
    let connection = connect(from, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let unable = |error: std::io::Error| DbError::Unavailable(format!("{}: {error}", to.display()));
    // SQLite takes an empty file as its own, with the rights that it has.
    std::fs::File::options().write(true).create_new(true).mode(OWNER_ONLY).open(to).map_err(unable)?;
    let name = to.to_str().ok_or_else(|| DbError::Other(format!("{} is no text", to.display())))?;
    connection.execute("vacuum into $1", [name])?;
    std::fs::File::open(to).and_then(|file| file.sync_all()).map_err(unable)
}

/// Looks at every page, index and reference.
pub(super) fn check(path: &Path) -> Result<(), DbError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let damage: String = connection.query_row("pragma integrity_check(1)", [], |row| row.get(0))?;
    if damage != "ok" {
        return Err(DbError::Other(format!("{} is damaged: {damage}", path.display())));
    }
    check_references(&connection)
}

fn check_references(connection: &Connection) -> Result<(), DbError> {
    let mut statement = connection.prepare("pragma foreign_key_check")?;
    let mut rows = statement.query([])?;
    match rows.next()? {
        None => Ok(()),
        Some(row) => {
            let (table, other): (String, String) = (row.get(0)?, row.get(2)?);
            Err(DbError::Other(format!("a row of {table} refers to one of {other} that isn't there")))
        }
    }
}

/// Reads the rows of these tables.
pub(super) fn send(path: &Path, wanted: &[Table], pieces: &Sender<Piece>) -> Result<(), DbError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    alike(&tables_of(&connection)?, wanted)?;
    connection.execute_batch("begin")?;
    for table in wanted {
        if pieces.blocking_send(Piece::Table(table.clone())).is_err() {
            return Ok(());
        }
        let sql = format!("select {} from {}", table.quoted_columns(), table.quoted_name());
        let mut statement = connection.prepare(&sql)?;
        let mut rows = statement.query([])?;
        let mut piece = Vec::with_capacity(PIECE);
        while let Some(row) = rows.next()? {
            text::encode(row, table, &mut piece)?;
            if piece.len() >= PIECE && pieces.blocking_send(Piece::Rows(std::mem::take(&mut piece))).is_err()
            {
                return Ok(());
            }
        }
        if !piece.is_empty() && pieces.blocking_send(Piece::Rows(piece)).is_err() {
            return Ok(());
        }
    }
    Ok(())
}

/// Puts the rows that arrive in the place of those that migrations have made, all or none.
pub(super) fn fill(path: &Path, mut arriving: Receiver<Piece>) -> Result<Vec<CopiedTable>, DbError> {
    let connection = connect(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    // Rows come table by table, and refer to tables that come later; that all refer to something is seen at the end.
    connection.pragma_update(None, "foreign_keys", false)?;
    connection.execute_batch("begin immediate")?;
    let own = tables_of(&connection)?;
    let mut copied: Vec<CopiedTable> = Vec::new();
    let mut lines = Lines::default();
    let mut arrived = Vec::new();
    while let Some(piece) = arriving.blocking_recv() {
        match piece {
            Piece::Table(table) => {
                connection.execute(&format!("delete from {}", table.quoted_name()), [])?;
                copied.push(CopiedTable { name: table.name.clone(), rows: 0 });
                arrived.push(table);
            }
            Piece::Rows(bytes) => {
                let (Some(table), Some(count)) = (arrived.last(), copied.last_mut()) else { continue };
                let places = vec!["?"; table.columns.len()].join(", ");
                let sql = format!(
                    "insert into {} ({}) values ({places})",
                    table.quoted_name(),
                    table.quoted_columns()
                );
                let mut insert = connection.prepare_cached(&sql)?;
                lines.add(&bytes, |line| {
                    insert.execute(params_from_iter(text::decode(line, table)?))?;
                    count.rows += 1;
                    Ok(())
                })?;
            }
        }
    }
    alike(&own, &arrived)?;
    if lines.is_open() {
        return Err(DbError::Other("the last row is cut off".to_owned()));
    }
    check_references(&connection)?;
    connection.execute_batch("commit; pragma wal_checkpoint(truncate)")?;
    Ok(copied)
}

fn tables_of(connection: &Connection) -> Result<Vec<Table>, DbError> {
    let mut statement = connection.prepare(
        "select t.name, c.name, lower(c.type) from sqlite_schema t join pragma_table_info(t.name) c \
         where t.type = 'table' and t.name not like 'sqlite!_%' escape '!' order by t.name, c.cid",
    )?;
    let rows = statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
    // An integer that is a key is called so; of PostgreSQL's types it is a bigint.
    let bigint = |of: String| if of == "integer" { "bigint".to_owned() } else { of };
    let rows = rows.map(|row| row.map(|(table, column, of)| (table, column, bigint(of))));
    tables(rows.collect::<Result<_, _>>()?)
}

/// Both sides have the same tables with the same columns, in whatever order.
fn alike(own: &[Table], other: &[Table]) -> Result<(), DbError> {
    let sorted = |tables: &[Table]| {
        let mut tables = tables.to_vec();
        tables.sort_by(|a, b| a.name.cmp(&b.name));
        tables.iter_mut().for_each(|table| table.columns.sort_by(|a, b| a.0.cmp(&b.0)));
        tables
    };
    let (own, other) = (sorted(own), sorted(other));
    match own.iter().zip(&other).find(|(a, b)| a != b) {
        None if own.len() == other.len() => Ok(()),
        None => Err(DbError::Other("one of the databases lacks a table".to_owned())),
        Some((a, b)) => {
            Err(DbError::Other(format!("the tables {} and {} differ: {a:?}, {b:?}", a.name, b.name)))
        }
    }
}
