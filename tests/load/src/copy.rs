//! The company on PostgreSQL: SQLite makes the rows in memory, and they go over by `copy` as they come.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use rusqlite::types::ValueRef;
use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};

use crate::data::{Given, TABLES, Table};

/// So much text goes over at once.
const CHUNK: usize = 1 << 20;

/// Fills the tables of an empty database. Rows come without their indexes, which are made afterwards over what is there.
pub async fn fill(url: &str, given: &Given) -> Result<()> {
    let source = rusqlite::Connection::open_in_memory()?;
    let mut target = PgConnection::connect(url).await?;
    // The rows are known to refer to each other rightly. Whoever may not say so waits for the checks.
    let _ = target.execute("set session_replication_role = replica").await;
    for table in &TABLES {
        let indexes = drop_indexes(&mut target, table).await?;
        rows(&source, &mut target, table, given).await.context(table.name)?;
        for index in indexes {
            target.execute(AssertSqlSafe(index)).await?;
        }
    }
    // The next ticket's number comes from a sequence, which knows nothing of those that were copied.
    target.execute("select setval('ticket_numbers', (select coalesce(max(number), 1) from tickets))").await?;
    target.execute("vacuum analyze").await?;
    target.close().await?;
    Ok(())
}

/// Drops a table's indexes but those of its constraints; returns what makes them again.
async fn drop_indexes(target: &mut PgConnection, table: &Table) -> Result<Vec<String>> {
    let sql = "select i.indexrelid::regclass::text, pg_get_indexdef(i.indexrelid) from pg_index i \
        where i.indrelid = $1::regclass and not exists (select 1 from pg_constraint c where c.conindid = i.indexrelid)";
    let indexes: Vec<(String, String)> = sqlx::query_as(sql).bind(table.name).fetch_all(&mut *target).await?;
    for (name, _) in &indexes {
        target.execute(AssertSqlSafe(format!("drop index {name}"))).await?;
    }
    Ok(indexes.into_iter().map(|(_, sql)| sql).collect())
}

async fn rows(
    source: &rusqlite::Connection,
    target: &mut PgConnection,
    table: &Table,
    given: &Given,
) -> Result<()> {
    let sql = "select a.attname::text from pg_attribute a where a.attrelid = $1::regclass and a.atttypid = 'bytea'::regtype";
    let bytes: Vec<String> = sqlx::query_scalar(sql).bind(table.name).fetch_all(&mut *target).await?;
    let columns: Vec<&str> = table.columns.split(',').map(str::trim).collect();
    let is_bytes: Vec<bool> = columns.iter().map(|column| bytes.iter().any(|name| name == column)).collect();
    let mut query = source.prepare(table.rows)?;
    ensure!(query.column_count() == columns.len(), "as many values as columns");
    given.bind(&mut query)?;
    let mut rows = query.raw_query();
    let copy = format!("copy {} ({}) from stdin", table.name, table.columns);
    let mut sink = target.copy_in_raw(&copy).await?;
    let mut text = String::with_capacity(CHUNK + 4_096);
    while let Some(row) = rows.next()? {
        for (index, is_bytes) in is_bytes.iter().enumerate() {
            if index > 0 {
                text.push('\t');
            }
            put(&mut text, row.get_ref(index)?, *is_bytes)?;
        }
        text.push('\n');
        if text.len() >= CHUNK {
            sink.send(text.as_bytes()).await?;
            text.clear();
        }
    }
    sink.send(text.as_bytes()).await?;
    sink.finish().await?;
    Ok(())
}

/// Writes a value as `copy` reads it; an id is a blob for SQLite and digits for PostgreSQL.
fn put(text: &mut String, value: ValueRef<'_>, is_bytes: bool) -> Result<()> {
    match value {
        ValueRef::Null => text.push_str("\\N"),
        ValueRef::Integer(number) => write!(text, "{number}")?,
        ValueRef::Real(number) => write!(text, "{number}")?,
        // No text of the company has a character that would have to be escaped.
        ValueRef::Text(value) => text.push_str(std::str::from_utf8(value)?),
        ValueRef::Blob(bytes) => {
            if is_bytes {
                text.push_str("\\\\x");
            }
            for byte in bytes {
                write!(text, "{byte:02x}")?;
            }
        }
    }
    Ok(())
}
