//! Lists that are narrowed by a condition, sorted by named fields and read page by page.

use sha2::{Digest, Sha256};

use super::Statement;
use super::added;
use super::by_holder;
use super::cel::{self, ConditionError};
use super::customer_rows::CustomerRows;
use super::operand::Names;
use super::ordering::{Ordering, SortPosition};
use crate::domain::actor::Scope;
use crate::domain::catalogue::{Kind, Record};
use crate::domain::terms;
use crate::store::db::{Arg, DbError, Dialect, FromRow, Row, Rows, Tx, row};
use crate::store::page::{DEFAULT_LIMIT, Page, PageRequest};
use crate::store::search::{self, Searched};
use crate::store::visible;

/// The most fields that a list is sorted by.
pub const MOST_KEYS: usize = 3;
/// Of more records than these that are found by words, the newest are listed.
const MOST_FOUND: i64 = 10_000;

/// Which page of a list somebody asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListQuery {
    /// How many rows, 1 to 500.
    pub limit: i64,
    /// The `next` of the page before.
    pub cursor: Option<String>,
    /// Names of fields, separated by commas; `-` before one sorts the greatest first.
    pub sort: Option<String>,
    /// A condition in CEL.
    pub filter: Option<String>,
    /// What its records are searched for.
    pub q: Option<String>,
}

impl Default for ListQuery {
    fn default() -> Self {
        Self { limit: DEFAULT_LIMIT, cursor: None, sort: None, filter: None, q: None }
    }
}

impl ListQuery {
    /// Whether it would tell something of fields by which records are there and in which order.
    pub fn asks_for_values(&self) -> bool {
        self.sort.is_some() || self.filter.is_some() || self.q.is_some()
    }
}

impl From<PageRequest> for ListQuery {
    /// The first rows in the usual order.
    fn from(page: PageRequest) -> Self {
        Self { limit: page.limit, ..Self::default() }
    }
}

/// Why a list can't be given.
#[derive(Debug, thiserror::Error)]
pub enum ListError {
    /// The condition is wrong.
    #[error("filter, {0}")]
    Filter(#[from] ConditionError),
    /// The order is wrong.
    #[error("sort: {0}")]
    Sort(String),
    /// The cursor isn't one of this list's.
    #[error("cursor: {0}")]
    Cursor(&'static str),
    /// The database's own.
    #[error(transparent)]
    Store(#[from] DbError),
}

/// What narrows a list besides the condition.
#[derive(Debug, Clone, Copy, Default)]
pub struct Narrow<'a> {
    /// Whose rows; everybody's when not said.
    pub customer: Option<CustomerRows>,
    /// Where there is a value: what stands before it, `status =`, and the value.
    pub values: &'a [(&'static str, Option<Arg>)],
}

impl Narrow<'_> {
    fn is_empty(&self) -> bool {
        self.customer.is_none() && self.values.iter().all(|(_, value)| value.is_none())
    }
}

/// A page of a list.
pub async fn page<R: Record>(
    tx: &mut Tx,
    query: &ListQuery,
    narrow: Narrow<'_>,
    scope: Scope,
) -> Result<Page<R, String>, ListError> {
    page_of(tx, R::KIND, query, narrow, scope).await
}

/// A page of a list of a kind whose rows are read so.
pub(in crate::store) async fn page_of<R: FromRow + Send + 'static>(
    tx: &mut Tx,
    kind: &'static Kind,
    query: &ListQuery,
    narrow: Narrow<'_>,
    scope: Scope,
) -> Result<Page<R, String>, ListError> {
    let dialect = tx.dialect();
    let added =
        added::read(tx, kind, query.sort.as_deref().into_iter().chain(query.filter.as_deref())).await?;
    let mut order = Ordering::read(kind, &added, query.sort.as_deref())?;
    let seen = visible::rows_of(tx, kind, scope).await?;
    let alone = query.filter.is_none() && narrow.is_empty() && seen == visible::Rows::All;
    let walked = if alone { walked(kind, query, &order, dialect) } else { None };
    if walked.is_some() {
        order = Ordering::as_found();
    }
    let digest = digest(kind, &order, query, narrow);
    let after =
        query.cursor.as_deref().map(|cursor| SortPosition::read(cursor, &digest, &order)).transpose()?;
    let now = tx.now();
    // What isn't the usual list from an index may have to look at many rows before it has a page.
    let long = query.filter.is_some() || query.sort.is_some() || query.q.is_some() && walked.is_none();
    let mut statement = Statement { sql: String::from("select *"), args: Vec::new(), long };
    for slot in 0..MOST_KEYS {
        let key = order.keys.get(slot).map_or("cast(null as text)", |key| &key.text);
        statement.sql.push_str(&format!(", {key} as sort_{}", slot + 1));
    }
    statement.sql.push_str(" from ");
    if let Some((searched, words)) = walked {
        by_number(&mut statement, searched, words);
    }
    statement.sql.push_str(kind.table);
    let conditions = statement.sql.len();
    statement.sql.push_str(&format!(" where {}", kind.always.unwrap_or("true")));
    if walked.is_some() {
        statement.sql.push_str(" and id = found_id");
    }
    let by_holder = by_holder::of(kind, &seen, query);
    if by_holder.is_none() {
        statement.within(kind, &seen);
    }
    if let Some(rows) = narrow.customer {
        statement.of_customer(rows, rows.has_merged(tx).await?);
    }
    for (before, value) in narrow.values {
        if let Some(value) = value {
            statement.args.push(value.clone());
            let number = statement.args.len();
            statement.sql.push_str(&format!(" and {before} ${number}"));
        }
    }
    if let Some(filter) = &query.filter {
        cel::add(&mut statement, Names { kind, added: &added, now }, filter, dialect)?;
    }
    if let (Some(words), Some(searched), None) = (&query.q, Searched::of(kind), walked) {
        found(&mut statement, searched, words, dialect);
    }
    if let Some(after) = &after {
        order.behind(&mut statement, after, dialect);
    }
    if let Some(holders) = by_holder {
        let mut order_of_page = Statement { sql: String::new(), args: Vec::new(), long };
        order.by(&mut order_of_page, dialect);
        holders.side_by_side(&mut statement, conditions, &order_of_page.sql, query.limit);
    }
    order.by(&mut statement, dialect);
    statement.args.push((query.limit + 1).into());
    statement.sql.push_str(&format!(" limit ${}", statement.args.len()));
    let rows: Rows<Keyed<R>> = tx.all_filtered(statement).await?;
    let page = Page::of(rows, query.limit, |row: &Keyed<R>| row.place.written(&digest, order.keys.len()));
    Ok(Page { items: page.items.into_iter().map(|keyed| keyed.row).collect(), next: page.next })
}

row! {
    struct Counted {
        count: i64,
    }
}

/// Refuses a list whose condition or order can't be understood, without reading any row.
pub async fn check(tx: &mut Tx, kind: &'static Kind, query: &ListQuery) -> Result<(), ListError> {
    let (dialect, now) = (tx.dialect(), tx.now());
    let added =
        added::read(tx, kind, query.sort.as_deref().into_iter().chain(query.filter.as_deref())).await?;
    Ordering::read(kind, &added, query.sort.as_deref())?;
    if let Some(filter) = &query.filter {
        let mut statement = Statement { sql: String::new(), args: Vec::new(), long: true };
        cel::add(&mut statement, Names { kind, added: &added, now }, filter, dialect)?;
    }
    Ok(())
}

/// How many records a list has; `most` and one where it has more.
pub async fn count(
    tx: &mut Tx,
    kind: &'static Kind,
    query: &ListQuery,
    scope: Scope,
    most: i64,
) -> Result<i64, ListError> {
    let (dialect, now) = (tx.dialect(), tx.now());
    let added = added::read(tx, kind, query.filter.as_deref()).await?;
    let (table, always) = (kind.table, kind.always.unwrap_or("true"));
    let sql = format!("select count(*) as count from (select 1 from {table} where {always}");
    let mut statement = Statement { sql, args: Vec::new(), long: true };
    let seen = visible::rows_of(tx, kind, scope).await?;
    statement.within(kind, &seen);
    if let Some(filter) = &query.filter {
        cel::add(&mut statement, Names { kind, added: &added, now }, filter, dialect)?;
    }
    if let (Some(words), Some(searched)) = (&query.q, Searched::of(kind)) {
        found(&mut statement, searched, words, dialect);
    }
    statement.args.push((most + 1).into());
    statement.sql.push_str(&format!(" limit ${}) as counted", statement.args.len()));
    let rows: Rows<Counted> = tx.all_filtered(statement).await?;
    Ok(rows.items.first().map_or(0, |counted| counted.count))
}

/// The words of a search whose finds are read from SQLite's index in its own order, the newest first: the search ends
/// with the page, however many there are. Where anything else narrows the list, it might have to look at all of them.
fn walked<'w>(
    kind: &'static Kind,
    query: &'w ListQuery,
    order: &Ordering,
    dialect: Dialect,
) -> Option<(Searched, &'w str)> {
    let newest_first = order.keys.is_empty() && order.falling;
    let found = Searched::of(kind).zip(query.q.as_deref())?;
    (dialect == Dialect::Sqlite && newest_first && !terms::wanted(found.1).is_empty()).then_some(found)
}

/// What is found by words, each with its number in the index. A record gets the next number when it is made.
fn by_number(statement: &mut Statement, kind: Searched, words: &str) {
    statement.args.push(search::expression(Dialect::Sqlite, &terms::wanted(words)).into());
    let (index, number) = (format!("search_{kind}s"), statement.args.len());
    statement.sql.push_str(&format!(
        "(select r.id as found_id, f.rowid as found_number from {index} f cross join search_rows r \
         on r.number = f.rowid where {index} match ${number}) as found cross join "
    ));
}

/// Records that are found by words: the newest of those that are.
fn found(statement: &mut Statement, kind: Searched, words: &str, dialect: Dialect) {
    let wanted = terms::wanted(words);
    if wanted.is_empty() {
        statement.sql.push_str(" and false");
        return;
    }
    statement.args.push(search::expression(dialect, &wanted).into());
    let number = statement.args.len();
    let sql = match dialect {
        Dialect::Sqlite => {
            let index = format!("search_{kind}s");
            format!(
                " and id in (select r.id from {index} f cross join search_rows r on r.number = f.rowid \
                 where {index} match ${number} order by f.rowid desc limit {MOST_FOUND})"
            )
        }
        Dialect::Postgres => format!(
            " and id in (select r.id from search_rows r where r.kind = '{kind}' \
             and r.terms @@ cast(${number} as tsquery) order by r.id desc limit {MOST_FOUND})"
        ),
    };
    statement.sql.push_str(&sql);
}

/// A row and its place in the list.
struct Keyed<R> {
    row: R,
    place: SortPosition,
}

impl<R: FromRow> FromRow for Keyed<R> {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let mut keys = Vec::new();
        for name in ["sort_1", "sort_2", "sort_3"] {
            keys.extend(row.get::<Option<String>>(name)?);
        }
        Ok(Self { place: SortPosition { keys, id: row.get("id")? }, row: R::from_row(row)? })
    }
}

/// What tells lists apart whose cursors must not be mixed up.
fn digest(kind: &Kind, order: &Ordering, query: &ListQuery, narrow: Narrow<'_>) -> [u8; 8] {
    let mut hash = Sha256::new();
    let mut part = |text: &str| {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    };
    part(kind.name);
    for key in &order.keys {
        part(&key.name);
        part(if key.falling { "falling" } else { "rising" });
    }
    part(if order.falling { "falling" } else { "rising" });
    part(query.filter.as_deref().unwrap_or_default());
    part(query.q.as_deref().unwrap_or_default());
    part(&format!("{:?}", narrow.customer.map(CustomerRows::customer)));
    for (column, value) in narrow.values {
        part(column);
        part(&format!("{value:?}"));
    }
    let whole = hash.finalize();
    std::array::from_fn(|index| whole[index])
}
