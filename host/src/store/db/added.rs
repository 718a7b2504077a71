//! Many rows by one statement; and rows that wait for it: whoever adds an event, a job or a notification doesn't look at
//! it again, so those of an operation are written together at its end, or before the first statement that names what they
//! belong to. On SQLite, where many operations share a commit, theirs go in together.

use std::sync::LazyLock;

use super::{Arg, DbError, Dialect, FromRow, Link, Rows, Tx, rows};
use crate::domain::catalogue::Record as _;
use crate::domain::customer::{Customer, Identity};
use crate::store::records;

/// A table to whose rows this applies, in the order in which they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store) enum AddedTo {
    Customers,
    /// The identities of customers that are added with them.
    Identities,
    Events,
    Jobs,
    Notifications,
    /// Those who get a notification: everybody of a team, or a person, but not who did it.
    Inbox,
}

impl AddedTo {
    const ALL: [Self; 6] =
        [Self::Customers, Self::Identities, Self::Events, Self::Jobs, Self::Notifications, Self::Inbox];

    /// What in a statement says that it has to find the rows; for an inbox also what decides who gets a notification.
    fn names(self) -> &'static [&'static str] {
        match self {
            // Also in the `customer_id` of what belongs to one.
            Self::Customers => &["customer"],
            Self::Identities => &["identities"],
            Self::Events => &["events"],
            Self::Jobs => &["jobs"],
            Self::Notifications | Self::Inbox => {
                &["notifications", "notification_outbox", "inbox", "team_members", "users"]
            }
        }
    }

    /// What stands before and behind the rows.
    fn insert(self) -> (&'static str, &'static str) {
        static CUSTOMERS: LazyLock<String> = LazyLock::new(|| records::insert_head(Customer::KIND, &[]));
        static IDENTITIES: LazyLock<String> = LazyLock::new(|| records::insert_head(Identity::KIND, &[]));
        match self {
            Self::Customers => (&CUSTOMERS, ""),
            Self::Identities => (&IDENTITIES, " on conflict (customer_id, scheme, issuer, value) do nothing"),
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
            Self::Notifications => (
                "insert into notifications (id, team_id, user_id, kind, subject_kind, subject_id, text, arguments, \
                 created_at) ",
                "",
            ),
            Self::Inbox => (
                "insert into inbox (user_id, notification_id) with given (id, team_id, user_id, doer_id) as (",
                ") select u.id, given.id from given cross join team_members m cross join users u \
                 where m.team_id = given.team_id and u.id = m.user_id and u.active \
                 and u.id is distinct from given.doer_id \
                 union all select u.id, given.id from given cross join users u \
                 where u.id = given.user_id and u.active and u.id is distinct from given.doer_id",
            ),
        }
    }
}

/// Rows that wait, by table.
#[derive(Debug, Default)]
pub(super) struct Added([Vec<Vec<Arg>>; AddedTo::ALL.len()]);

/// How many rows of each table wait.
pub(super) type Marks = [usize; AddedTo::ALL.len()];

impl Added {
    pub(super) fn clear(&mut self) {
        self.0.iter_mut().for_each(Vec::clear);
    }

    pub(super) fn marks(&self) -> Marks {
        self.0.each_ref().map(Vec::len)
    }

    /// What was added since.
    pub(super) fn split_off(&mut self, marks: Marks) -> Self {
        let mut marks = marks.into_iter();
        Self(self.0.each_mut().map(|rows| rows.split_off(marks.next().unwrap_or(0).min(rows.len()))))
    }
}

impl Tx {
    /// Adds a row, with its values in the order of the table's insert above.
    pub(in crate::store) fn add(&mut self, table: AddedTo, row: Vec<Arg>) {
        self.changes.any = true;
        self.changes.rows += 1;
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
        let rows = std::mem::take(&mut self.added.0[table as usize]);
        let (head, tail) = table.insert();
        self.rows_of(head, rows, tail).await
    }

    /// Before a statement: it is counted, and finds the rows of the tables that it names.
    pub(super) async fn before(&mut self, sql: &str) -> Result<(), DbError> {
        if !sql.starts_with("select") {
            self.changes.note(sql);
            self.before_change().await?;
        }
        self.counts.statement(self.writing);
        self.write_named(sql).await
    }

    async fn write_named(&mut self, sql: &str) -> Result<(), DbError> {
        for table in AddedTo::ALL {
            let waiting = !self.added.0[table as usize].is_empty();
            if waiting && table.names().iter().any(|name| sql.contains(name)) {
                self.before_change().await?;
                self.write_added_to(table).await?;
            }
        }
        Ok(())
    }

    /// Runs one statement over many rows: `values (...), (...), ...` is put between `head` and `tail`, where
    /// its columns are called `column1`, `column2`, ... on both engines. All rows have the same number of values.
    pub async fn bulk(
        &mut self,
        head: &'static str,
        rows: Vec<Vec<Arg>>,
        tail: &'static str,
    ) -> Result<(), DbError> {
        self.before_bulk(head, tail).await?;
        self.rows_of(head, rows, tail).await
    }

    /// As [`bulk`](Self::bulk), for a statement that returns rows.
    pub async fn bulk_all<R: FromRow + Send>(
        &mut self,
        head: &'static str,
        rows: Vec<Vec<Arg>>,
        tail: &'static str,
    ) -> Result<Vec<R>, DbError> {
        self.before_bulk(head, tail).await?;
        let mut found = Vec::with_capacity(rows.len());
        for (sql, args) in statements(self.dialect(), head, rows, tail) {
            self.counts.statement(self.writing);
            let some: Rows<R> = match &mut self.link {
                Link::Sqlite(lease) => {
                    lease.ready().await?;
                    lease.rows_in_order(&sql, &args, rows::LARGEST)?
                }
                Link::Postgres(lease) => lease.rows_made(sql, &args, rows::LARGEST).await?,
            };
            found.extend(some.whole()?);
        }
        Ok(found)
    }

    async fn before_bulk(&mut self, head: &str, tail: &str) -> Result<(), DbError> {
        if !head.starts_with("select") {
            self.changes.note(head);
            self.before_change().await?;
        }
        self.write_named(head).await?;
        self.write_named(tail).await
    }

    async fn rows_of(
        &mut self,
        head: &'static str,
        rows: Vec<Vec<Arg>>,
        tail: &'static str,
    ) -> Result<(), DbError> {
        for (sql, args) in statements(self.dialect(), head, rows, tail) {
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

/// The statements over these rows, each with its arguments. On SQLite each is over as many rows as a power of two: so
/// there are few texts, which are prepared once and kept. On PostgreSQL it is a round trip, so there are few of them.
fn statements(
    dialect: Dialect,
    head: &'static str,
    rows: Vec<Vec<Arg>>,
    tail: &'static str,
) -> impl Iterator<Item = (String, Vec<Arg>)> {
    // Both engines take 32,766 arguments at least.
    const ARGUMENTS: usize = 30_000;
    let width = rows.first().map_or(1, Vec::len).max(1);
    let most = (ARGUMENTS / width).max(1);
    let mut left = rows.into_iter();
    std::iter::from_fn(move || {
        let count = match (left.len().min(most), dialect) {
            (0, _) => return None,
            (count, Dialect::Postgres) => count,
            (count, Dialect::Sqlite) => 1 << count.ilog2(),
        };
        let args = left.by_ref().take(count).flatten().collect();
        Some((text(dialect, head, count, width, tail), args))
    })
}

/// SQLite looks through all parameters before a named one, so that of a thousand it prepares a statement for a long while;
/// without names they are in order.
fn text(dialect: Dialect, head: &str, rows: usize, width: usize, tail: &str) -> String {
    let mut sql = String::with_capacity(head.len() + tail.len() + rows * width * 7);
    sql.push_str(head);
    for row in 0..rows {
        sql.push_str(if row == 0 { "values (" } else { ", (" });
        for column in 0..width {
            sql.push_str(if column == 0 { "" } else { ", " });
            match dialect {
                Dialect::Sqlite => sql.push('?'),
                Dialect::Postgres => {
                    sql.push('$');
                    sql.push_str(&(row * width + column + 1).to_string());
                }
            }
        }
        sql.push(')');
    }
    sql.push_str(tail);
    sql
}
