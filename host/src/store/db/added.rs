//! Many rows by one statement; and rows that wait for it: whoever adds an event, a job or a notification doesn't look at
//! it again, so those of an operation are written together at its end, or before the first statement that names what they
//! belong to. On SQLite, where many operations share a commit, theirs go in together.

use std::sync::LazyLock;

use super::postgres::arrays::{self, Array};
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
    /// What records are found by, on PostgreSQL.
    SearchRows,
    /// Names of [`Tx::alone_for`] that are let go.
    Claims,
}

impl AddedTo {
    const ALL: [Self; 8] = [
        Self::Customers,
        Self::Identities,
        Self::Events,
        Self::Jobs,
        Self::Notifications,
        Self::Inbox,
        Self::SearchRows,
        Self::Claims,
    ];

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
            Self::SearchRows => &["search_rows"],
            // Whoever claims a name that this transaction has claimed doesn't wait for itself.
            Self::Claims => &[],
        }
    }

    fn insert(self) -> Insert {
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
            // Terms are letters and digits alone, so their text needs no quotes.
            Self::SearchRows => (
                "insert into search_rows (id, kind, digest, terms) \
                 select v.column1, v.column2, v.column3, cast(v.column4 as tsvector) from (",
                ") as v on conflict (id) do update set digest = excluded.digest, terms = excluded.terms \
                 where search_rows.digest <> excluded.digest",
            ),
            Self::Claims => ("delete from claims using (", ") as v where claims.name = v.column1"),
        }
    }
}

/// What stands before and behind the rows.
type Insert = (&'static str, &'static str);

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
        self.write_those(|_| true).await
    }

    /// Writes what waits of some tables: on PostgreSQL, where each statement is a round trip, by one.
    async fn write_those(&mut self, wanted: impl Fn(AddedTo) -> bool) -> Result<(), DbError> {
        let tables = AddedTo::ALL.into_iter().filter(|table| wanted(*table));
        let mut waiting = Vec::new();
        for table in tables {
            let rows = std::mem::take(&mut self.added.0[table as usize]);
            if !rows.is_empty() {
                waiting.push((table.insert(), rows));
            }
        }
        if self.dialect() == Dialect::Postgres {
            return self.write_together(waiting).await;
        }
        for ((head, tail), rows) in waiting {
            self.rows_of(head, rows, tail).await?;
        }
        Ok(())
    }

    /// One statement over the rows of several tables. What refers to another's row is checked at its end. Nobody had these
    /// keys when they were added: where one is taken by now, another transaction was first, and the operation runs again.
    async fn write_together(&mut self, waiting: Vec<(Insert, Vec<Vec<Arg>>)>) -> Result<(), DbError> {
        let Link::Postgres(lease) = &mut self.link else { return Ok(()) };
        let (mut parts, mut arrays) = (Vec::new(), Vec::new());
        for ((head, tail), rows) in waiting {
            let columns = arrays::columns(rows)?;
            parts.push(format!("{head}{}{tail}", arrays::rows_of(arrays.len() + 1, columns.len())));
            arrays.extend(columns);
        }
        let Some(mut sql) = parts.pop() else { return Ok(()) };
        let besides = parts.iter().enumerate().map(|(number, part)| format!("added{number} as ({part})"));
        let besides = besides.collect::<Vec<_>>().join(", ");
        if !besides.is_empty() {
            sql = format!("with {besides} {sql}");
        }
        self.counts.statement(self.writing);
        match lease.execute_made(sql, &arrays).await {
            Err(DbError::Unique(text)) => Err(DbError::Collision(text)),
            done => done.map(|_| ()),
        }
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
        let is_named = |table: &AddedTo| table.names().iter().any(|name| sql.contains(name));
        let waits = |table: &AddedTo| !self.added.0[*table as usize].is_empty();
        if AddedTo::ALL.iter().any(|table| waits(table) && is_named(table)) {
            self.before_change().await?;
            self.write_those(|table| is_named(&table)).await?;
        }
        Ok(())
    }

    /// Runs one statement over many rows: what gives them is put between `head` and `tail`, where its columns are called
    /// `column1`, `column2`, ... on both engines. All rows have the same number of values, of the same kinds.
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
        match &mut self.link {
            Link::Sqlite(lease) => {
                lease.ready().await?;
                for (sql, args) in statements(head, rows, tail) {
                    self.counts.statement(self.writing);
                    found.extend(lease.rows_in_order(&sql, &args, rows::LARGEST)?.whole()?);
                }
            }
            Link::Postgres(lease) if !rows.is_empty() => {
                self.counts.statement(self.writing);
                let (sql, arrays) = over_arrays(head, rows, tail)?;
                let all: Rows<R> = lease.rows_over(sql, &arrays, rows::LARGEST).await?;
                found = all.whole()?;
            }
            Link::Postgres(_) => {}
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
        match &mut self.link {
            Link::Sqlite(lease) => {
                lease.ready().await?;
                for (sql, args) in statements(head, rows, tail) {
                    self.counts.statement(self.writing);
                    lease.execute_in_order(&sql, &args)?;
                }
            }
            Link::Postgres(lease) if !rows.is_empty() => {
                self.counts.statement(self.writing);
                let (sql, arrays) = over_arrays(head, rows, tail)?;
                lease.execute_made(sql, &arrays).await?;
            }
            Link::Postgres(_) => {}
        }
        Ok(())
    }
}

/// PostgreSQL's statement over these rows, and its arguments.
fn over_arrays(head: &str, rows: Vec<Vec<Arg>>, tail: &str) -> Result<(String, Vec<Array>), DbError> {
    let columns = arrays::columns(rows)?;
    Ok((format!("{head}{}{tail}", arrays::rows_of(1, columns.len())), columns))
}

/// SQLite's statements over these rows, each with its arguments, over as many rows as a power of two: so there are few
/// texts, which are prepared once and kept.
fn statements(
    head: &'static str,
    rows: Vec<Vec<Arg>>,
    tail: &'static str,
) -> impl Iterator<Item = (String, Vec<Arg>)> {
    /// It takes 32,766 at least.
    const ARGUMENTS: usize = 30_000;
    let width = rows.first().map_or(1, Vec::len).max(1);
    let most = (ARGUMENTS / width).max(1);
    let mut left = rows.into_iter();
    std::iter::from_fn(move || {
        let count = 1 << left.len().min(most).checked_ilog2()?;
        let args = left.by_ref().take(count).flatten().collect();
        Some((text(head, count, width, tail), args))
    })
}

/// It looks through all parameters before a named one, so that of a thousand it prepares a statement for a long while;
/// without names they are in order.
fn text(head: &str, rows: usize, width: usize, tail: &str) -> String {
    let row = format!("({})", vec!["?"; width].join(", "));
    format!("{head}values {}{tail}", vec![row.as_str(); rows].join(", "))
}
