//! Many rows by one statement; and rows that wait for it: whoever adds an event or a job doesn't look at it again, so
//! those of an operation are written together at its end, or before the first statement that names their table. On
//! SQLite, where many operations share a commit, theirs go in together.

use super::{Arg, DbError, Link, Tx};

/// A table to whose rows this applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum AddedTo {
    Events,
    Jobs,
}

impl AddedTo {
    const ALL: [Self; 2] = [Self::Events, Self::Jobs];

    fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::Jobs => "jobs",
        }
    }

    /// What stands before and behind the rows.
    fn insert(self) -> (&'static str, &'static str) {
        match self {
            Self::Events => (
                "insert into events (id, kind, subject_kind, subject_id, customer_id, source_id, actor_kind, actor_id, \
                 at, cause_id, depth, data, salt, data_digest, seq, hash, chain_version) ",
                "",
            ),
            Self::Jobs => (
                "insert into jobs (id, queue, lane, payload, cause_id, cause_depth, run_at, created_at, \
                 installation_id, attempts, state, fence) select v.*, 0, 'ready', 0 from (",
                ") as v",
            ),
        }
    }
}

/// Rows that wait, by table.
#[derive(Debug, Default)]
pub(super) struct Added([Vec<Vec<Arg>>; 2]);

impl Added {
    pub(super) fn clear(&mut self) {
        self.0.iter_mut().for_each(Vec::clear);
    }
}

impl Tx {
    /// Adds a row, with its values in the order of the table's insert above.
    pub(in crate::store) fn add(&mut self, table: AddedTo, row: Vec<Arg>) {
        self.added.0[table as usize].push(row);
    }

    /// Writes what waits.
    pub(super) async fn write_added(&mut self) -> Result<(), DbError> {
        for table in AddedTo::ALL {
            self.write_added_to(table).await?;
        }
        Ok(())
    }

    async fn write_added_to(&mut self, table: AddedTo) -> Result<(), DbError> {
        // On SQLite several operations' rows wait. The texts of few lengths are prepared once each and kept.
        const MOST: usize = 64;
        let rows = std::mem::take(&mut self.added.0[table as usize]);
        let (head, tail) = table.insert();
        for chunk in rows.chunks(MOST) {
            self.rows_of(head, chunk, tail).await?;
        }
        Ok(())
    }

    /// Before a statement: it is counted, and finds the rows of the tables that it names.
    pub(super) async fn before(&mut self, sql: &str) -> Result<(), DbError> {
        self.counts.statement(self.writing);
        self.write_named(sql).await
    }

    async fn write_named(&mut self, sql: &str) -> Result<(), DbError> {
        for table in AddedTo::ALL {
            if !self.added.0[table as usize].is_empty() && sql.contains(table.name()) {
                self.write_added_to(table).await?;
            }
        }
        Ok(())
    }

    /// Runs one statement over many rows: `values ($1, $2), ($3, $4), ...` is put between `head` and `tail`, where
    /// its columns are called `column1`, `column2`, ... on both engines. All rows have the same number of values.
    pub async fn bulk(
        &mut self,
        head: &'static str,
        rows: &[Vec<Arg>],
        tail: &'static str,
    ) -> Result<(), DbError> {
        self.write_named(head).await?;
        self.write_named(tail).await?;
        self.rows_of(head, rows, tail).await
    }

    async fn rows_of(
        &mut self,
        head: &'static str,
        rows: &[Vec<Arg>],
        tail: &'static str,
    ) -> Result<(), DbError> {
        // Both engines take 32,766 arguments at least.
        const ARGUMENTS: usize = 30_000;
        let Some(width) = rows.first().map(Vec::len) else {
            return Ok(());
        };
        for chunk in rows.chunks((ARGUMENTS / width.max(1)).max(1)) {
            let mut sql = String::from(head);
            for row in 0..chunk.len() {
                sql.push_str(if row == 0 { "values (" } else { ", (" });
                for column in 0..width {
                    let number = row * width + column + 1;
                    sql.push_str(if column == 0 { "$" } else { ", $" });
                    sql.push_str(&number.to_string());
                }
                sql.push(')');
            }
            sql.push_str(tail);
            let args = chunk.concat();
            self.counts.statement(self.writing);
            match &mut self.link {
                Link::Sqlite(lease) => {
                    lease.ready().await?;
                    lease.execute_in_order(&sql, &args)?
                }
                Link::Postgres(lease) => lease.execute_made(sql, &args).await?,
            };
        }
        Ok(())
    }
}
