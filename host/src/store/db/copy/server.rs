//! The PostgreSQL side: a database that is read, or filled, by a connection of its own.

use std::str::FromStr as _;

use futures::TryStreamExt as _;
use sqlx::postgres::{PgConnectOptions, PgCopyIn};
use sqlx::{AssertSqlSafe, ConnectOptions as _, Connection as _, Executor as _, PgConnection, Row as _};
use tokio::sync::mpsc::{Receiver, Sender};

use super::{CopiedTable, Piece, Table, tables};
use crate::store::db::DbError;

/// What refers to other tables in this schema: how to take it away and how to put it back.
const REFERENCES: &str = "select format('alter table %s drop constraint %I', cast(conrelid as regclass), conname), \
    format('alter table %s add constraint %I %s', cast(conrelid as regclass), conname, pg_get_constraintdef(oid)) \
    from pg_constraint where contype = 'f' and connamespace = cast(current_schema() as regnamespace) order by oid";
/// What draws numbers, with the column that has them.
const SEQUENCES: &str = "select format('select setval(%L, (select coalesce(max(%I), 0) + 1 from %s), false)', \
    pg_get_serial_sequence(cast(a.attrelid as regclass)::text, a.attname), a.attname, cast(a.attrelid as regclass)) \
    from pg_attribute a join pg_class c on c.oid = a.attrelid \
    where a.attidentity <> '' and c.relnamespace = cast(current_schema() as regnamespace) \
    union all select 'select setval(''ticket_numbers'', (select coalesce(max(number), 0) + 1 from tickets), false)'";

async fn connect(url: &str) -> Result<PgConnection, DbError> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|error| DbError::Unavailable(format!("the address of the database: {error}")))?;
    Ok(options.application_name("hospes copy").connect().await?)
}

async fn tables_of(connection: &mut PgConnection) -> Result<Vec<Table>, DbError> {
    let rows = connection
        .fetch_all(
            "select cast(c.relname as text), cast(a.attname as text), format_type(a.atttypid, null) \
             from pg_class c join pg_attribute a on a.attrelid = c.oid \
             where c.relnamespace = cast(current_schema() as regnamespace) and c.relkind in ('r', 'p') \
             and a.attnum > 0 and not a.attisdropped order by c.relname, a.attnum",
        )
        .await?;
    let rows: Result<Vec<_>, sqlx::Error> =
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?, row.try_get(2)?))).collect();
    tables(rows?)
}

/// Reads all rows as they are at one moment.
pub(super) async fn send(url: &str, pieces: Sender<Piece>) -> Result<(), DbError> {
    let mut connection = connect(url).await?;
    connection.execute("begin isolation level repeatable read, read only").await?;
    for table in tables_of(&mut connection).await? {
        let (columns, name) = (table.quoted_columns(), table.quoted_name());
        if pieces.send(Piece::Table(table)).await.is_err() {
            return Ok(());
        }
        let sql = format!("copy (select {columns} from {name}) to stdout");
        let mut rows = connection.copy_out_raw(&sql).await?;
        while let Some(bytes) = rows.try_next().await? {
            if pieces.send(Piece::Rows(bytes.to_vec())).await.is_err() {
                return Ok(());
            }
        }
    }
    connection.execute("commit").await?;
    Ok(())
}

/// A database that is being filled in one transaction, which is taken back when it isn't finished.
pub(super) struct Filling {
    connection: PgConnection,
    tables: Vec<Table>,
    /// The statements that put back what refers to other tables.
    references: Vec<String>,
}

impl Filling {
    /// Takes out what migrations have put in, and what would refuse rows that come before those that they refer to.
    pub(super) async fn begin(url: &str) -> Result<Self, DbError> {
        let mut connection = connect(url).await?;
        connection.execute("begin").await?;
        let tables = tables_of(&mut connection).await?;
        let mut references = Vec::new();
        for row in connection.fetch_all(REFERENCES).await? {
            connection.execute(AssertSqlSafe(row.try_get::<String, _>(0)?)).await?;
            references.push(row.try_get(1)?);
        }
        let names: Vec<String> = tables.iter().map(Table::quoted_name).collect();
        connection.execute(AssertSqlSafe(format!("truncate {}", names.join(", ")))).await?;
        Ok(Self { connection, tables, references })
    }

    /// The tables that it has.
    pub(super) fn tables(&self) -> &[Table] {
        &self.tables
    }

    /// Takes the rows that arrive.
    pub(super) async fn take(&mut self, arriving: &mut Receiver<Piece>) -> Result<Vec<CopiedTable>, DbError> {
        let mut copied = Vec::new();
        let mut next = arriving.recv().await;
        while let Some(Piece::Table(table)) = next {
            let sql = format!("copy {} ({}) from stdin", table.quoted_name(), table.quoted_columns());
            let mut rows = self.connection.copy_in_raw(&sql).await?;
            next = feed(&mut rows, arriving).await?;
            copied.push(CopiedTable { rows: rows.finish().await?, name: table.name });
        }
        Ok(copied)
    }

    /// Puts back what was taken away, which looks whether every row refers to one that is there, and commits.
    pub(super) async fn finish(mut self) -> Result<(), DbError> {
        let sequences = self.connection.fetch_all(SEQUENCES).await?;
        let sequences: Result<Vec<String>, _> = sequences.iter().map(|row| row.try_get(0)).collect();
        for sql in self.references.into_iter().chain(sequences?) {
            self.connection.execute(AssertSqlSafe(sql)).await?;
        }
        self.connection.execute("commit").await?;
        self.connection.execute("analyze").await?;
        Ok(self.connection.close().await?)
    }
}

/// Hands over the rows of a table; what arrives after them.
async fn feed(
    rows: &mut PgCopyIn<&mut PgConnection>,
    arriving: &mut Receiver<Piece>,
) -> Result<Option<Piece>, DbError> {
    loop {
        match arriving.recv().await {
            Some(Piece::Rows(bytes)) => {
                rows.send(bytes).await?;
            }
            next => return Ok(next),
        }
    }
}
