//! What records are found by: their terms, kept with them in the same transaction, and looked up.
//!
//! Whoever writes a record's text marks it ([`marks`]); before the commit [`catch_up`] reads what the texts of those that
//! were changed are now. So a record whose text changes three times in a transaction is indexed once, and on SQLite, where
//! many operations share a commit, they share the index's write, too.

mod marks;

use std::collections::HashMap;

use serde_json::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

pub(super) use self::marks::Mark;
use self::marks::{Sum, Text};
use super::db::{AddedTo, Arg, DbError, Dialect, FromRow, Tx, args, row, values};
use super::visible::seen;
use crate::domain::actor::Scope;
use crate::domain::catalogue::Kind;
use crate::domain::terms::{Terms, Wanted};
use crate::domain::words::words;

words! {
    /// The kinds of records that are found by their texts.
    pub enum Searched {
        /// By name, identities and the texts of fields that were added, those of merged records among them.
        Customer = "customer",
        /// By subject.
        Ticket = "ticket",
        /// By name.
        Deal = "deal",
        /// By title and description.
        Task = "task",
        /// By text.
        Interaction = "interaction",
        /// By number.
        Order = "order",
        /// Records of declared kinds: by the texts of their fields.
        Record = "record",
    }
}

impl Searched {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Customer, Self::Ticket, Self::Deal, Self::Task, Self::Interaction, Self::Order, Self::Record];
}

impl Searched {
    /// What words find records of a kind as; none of a kind that isn't found by words.
    pub fn of(kind: &Kind) -> Option<Self> {
        if kind.is_declared() { Some(Self::Record) } else { kind.name.parse().ok() }
    }
}

/// How many records' texts are read at once.
const AT_ONCE: usize = 16;

macro_rules! of_sixteen {
    ($select:literal) => {
        concat!($select, " in ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)")
    };
}

/// Brings the terms of all marked records up to date.
///
/// SQLite's index keeps what it is given in memory until a statement needs a savepoint, and writes a segment of its own
/// then, to be merged later. So all the rows come first and the new terms after them, those of a kind by one statement: a
/// segment a commit, not one a record.
pub(super) async fn catch_up(tx: &mut Tx) -> Result<(), DbError> {
    let Sum { added, changed } = marks::summed_up(tx.take_marks());
    let mut found: Vec<Found> = added.iter().filter_map(|(kind, text)| Found::of(*kind, text)).collect();
    for kind in Searched::ALL {
        let ids: Vec<Uuid> = changed.iter().filter(|(of, _)| *of == kind).map(|(_, id)| *id).collect();
        for some in ids.chunks(AT_ONCE) {
            let texts = texts(tx, kind, some).await?;
            for id in some {
                match texts.iter().find(|text| text.id == *id).and_then(|text| Found::of(kind, text)) {
                    Some(now) => found.push(now),
                    None => forget(tx, kind, *id).await?,
                }
            }
        }
    }
    put(tx, found).await
}

/// What a record is found by now.
struct Found {
    kind: Searched,
    id: Uuid,
    digest: i64,
    terms: String,
}

impl Found {
    /// None when there is nothing to find it by.
    fn of(kind: Searched, text: &Text) -> Option<Self> {
        let terms = Some(terms(kind, text)).filter(|terms| !terms.is_empty())?.joined();
        let hash = Sha256::digest(&terms);
        let digest = i64::from_be_bytes(std::array::from_fn(|index| hash[index]));
        Some(Self { kind, id: text.id, digest, terms })
    }
}

/// The texts of those that are there and can be found.
async fn texts(tx: &mut Tx, kind: Searched, ids: &[Uuid]) -> Result<Vec<Text>, DbError> {
    let mut args = args![].to_vec();
    args.extend((0..AT_ONCE).map(|index| ids.get(index).copied().into()));
    let sql = match kind {
        Searched::Customer => {
            args.push("\n".into());
            of_sixteen!(
                "select c.id, c.name || coalesce($17 || (select string_agg(m.name, $17) from customers m \
                 where m.canonical_id = c.id), '') as text, (select string_agg(known.value, $17) from ( \
                 select i.value from identities i where i.customer_id = c.id union all \
                 select i.value from customers m join identities i on i.customer_id = m.id \
                 where m.canonical_id = c.id) known) as others, c.custom \
                 from customers c where c.canonical_id is null and c.id"
            )
        }
        Searched::Ticket => {
            of_sixteen!(
                "select id, subject || ' ' || cast(number as text) as text, cast(null as text) as others, custom \
                 from tickets where id"
            )
        }
        Searched::Deal => {
            of_sixteen!("select id, name as text, cast(null as text) as others, custom from deals where id")
        }
        Searched::Task => {
            of_sixteen!(
                "select id, title || ' ' || description as text, cast(null as text) as others, custom \
                 from tasks where id"
            )
        }
        Searched::Interaction => {
            of_sixteen!(
                "select id, text, cast(null as text) as others, cast(null as jsonb) as custom \
                 from interactions where id"
            )
        }
        Searched::Order => {
            of_sixteen!(
                "select id, number as text, cast(null as text) as others, cast(null as jsonb) as custom \
                 from orders where id"
            )
        }
        Searched::Record => match tx.dialect() {
            Dialect::Sqlite => of_sixteen!(
                "select id, '' as text, cast(null as text) as others, json_patch(data, custom) as custom \
                 from records where id"
            ),
            Dialect::Postgres => of_sixteen!(
                "select id, '' as text, cast(null as text) as others, data || custom as custom from records where id"
            ),
        },
    };
    tx.all(sql, &args).await
}

fn terms(kind: Searched, text: &Text) -> Terms {
    let mut terms = Terms::default();
    match kind {
        Searched::Customer => text.text.lines().for_each(|name| terms.name(name)),
        _ => terms.text(&text.text),
    }
    for value in text.others.iter().flat_map(|others| others.lines()) {
        terms.identity(value);
    }
    // Words and texts that the company has fields of its own for.
    let added = text.custom.iter().flat_map(|custom| custom.0.values());
    added.for_each(|value| spoken(value).for_each(|text| terms.text(text)));
    terms
}

/// The texts of a field that people say: none of an id.
pub fn spoken(value: &Value) -> impl Iterator<Item = &str> {
    let items = value.as_array().map(Vec::as_slice).unwrap_or(std::slice::from_ref(value));
    items.iter().filter_map(Value::as_str).filter(|text| Uuid::try_parse(text).is_err())
}

/// A statement on the index or the table of a kind: what stands before its name, and behind it.
macro_rules! of_kind {
    ($kind:expr, $before:literal, $behind:literal) => {
        match $kind {
            Searched::Customer => concat!($before, "customers", $behind),
            Searched::Ticket => concat!($before, "tickets", $behind),
            Searched::Deal => concat!($before, "deals", $behind),
            Searched::Task => concat!($before, "tasks", $behind),
            Searched::Interaction => concat!($before, "interactions", $behind),
            Searched::Order => concat!($before, "orders", $behind),
            Searched::Record => concat!($before, "records", $behind),
        }
    };
}

/// Notes what records are found by.
async fn put(tx: &mut Tx, found: Vec<Found>) -> Result<(), DbError> {
    match tx.dialect() {
        Dialect::Sqlite => put_in_indexes(tx, found).await,
        Dialect::Postgres => {
            for Found { kind, id, digest, terms } in found {
                tx.add(AddedTo::SearchRows, values![id, kind.as_str(), digest, terms]);
            }
            Ok(())
        }
    }
}

row! {
    struct Numbered {
        id: Uuid,
        number: i64,
    }
}

/// SQLite's indexes look for what they are to replace in several places, so new records are kept apart from known ones, and
/// those that are found by the same as before are left alone.
async fn put_in_indexes(tx: &mut Tx, found: Vec<Found>) -> Result<(), DbError> {
    let rows = found.iter().map(|of| values![of.kind.as_str(), of.id, of.digest]).collect();
    let added: Vec<Numbered> = tx
        .bulk_all(
            "insert into search_rows (kind, id, digest) ",
            rows,
            " on conflict (id) do nothing returning id, number",
        )
        .await?;
    let added: HashMap<Uuid, i64> = added.into_iter().map(|row| (row.id, row.number)).collect();
    let mut new: [Vec<Vec<Arg>>; Searched::ALL.len()] = Default::default();
    let mut replaced = Vec::new();
    for Found { kind, id, digest, terms } in found {
        if let Some(number) = added.get(&id) {
            new[kind as usize].push(values![*number, terms]);
            continue;
        }
        let changed = "update search_rows set digest = $2 where id = $1 and digest <> $2 returning number";
        let number: Option<i64> = tx.optional_scalar(changed, args![id, digest]).await?;
        replaced.extend(number.map(|number| (kind, number, terms)));
    }
    for (kind, rows) in Searched::ALL.into_iter().zip(new) {
        tx.bulk(of_kind!(kind, "insert into search_", " (rowid, terms) "), rows, "").await?;
    }
    for (kind, number, terms) in replaced {
        let sql = of_kind!(kind, "replace into search_", " (rowid, terms) values ($1, $2)");
        tx.execute(sql, args![number, terms]).await?;
    }
    Ok(())
}

/// Forgets a record.
async fn forget(tx: &mut Tx, kind: Searched, id: Uuid) -> Result<(), DbError> {
    match tx.dialect() {
        Dialect::Sqlite => {
            let sql = "delete from search_rows where id = $1 returning number";
            if let Some(number) = tx.optional_scalar::<i64>(sql, args![id]).await? {
                let sql = of_kind!(kind, "delete from search_", " where rowid = $1");
                tx.execute(sql, args![number]).await?;
            }
        }
        Dialect::Postgres => {
            tx.execute("delete from search_rows where id = $1", args![id]).await?;
        }
    }
    Ok(())
}

/// Marks the records of a kind that come after an id, so that they are indexed with this transaction; the last one's
/// id, if there are as many as were asked for.
pub async fn mark_after(
    tx: &mut Tx,
    kind: Searched,
    after: Uuid,
    limit: i64,
) -> Result<Option<Uuid>, DbError> {
    let sql = of_kind!(kind, "select id from ", " where id > $1 order by id limit $2");
    let ids: Vec<Uuid> = tx.scalars(sql, args![after, limit]).await?;
    for id in &ids {
        tx.texts_changed(kind, *id);
    }
    Ok(ids.last().copied().filter(|_| i64::try_from(ids.len()) == Ok(limit)))
}

/// Records of a kind that have all the terms, the newest first.
pub async fn find<R: FromRow + Send>(
    tx: &mut Tx,
    kind: Searched,
    wanted: &[Wanted],
    limit: i64,
    scope: Scope,
) -> Result<Vec<R>, DbError> {
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let dialect = tx.dialect();
    macro_rules! on_sqlite {
        ($index:literal, $table:literal, $condition:tt, $besides:literal) => {
            seen!(
                scope,
                concat!(
                    "select t.* from ",
                    $index,
                    " f cross join search_rows r on r.number = f.rowid cross join ",
                    $table,
                    " t on t.id = r.id where ",
                    $index,
                    " match $1 and "
                ),
                $condition,
                concat!($besides, " order by f.rowid desc limit $3")
            )
        };
    }
    macro_rules! on_postgres {
        ($kind:literal, $table:literal, $condition:tt, $besides:literal) => {
            seen!(
                scope,
                concat!(
                    "select t.* from search_rows r join ",
                    $table,
                    " t on t.id = r.id where r.kind = '",
                    $kind,
                    "' and r.terms @@ cast($1 as tsquery) and "
                ),
                $condition,
                concat!($besides, " order by r.id desc limit $3")
            )
        };
    }
    macro_rules! sql {
        ($($case:ident: $kind:literal, $index:literal, $table:literal, $condition:tt, $besides:literal;)+) => {
            match (dialect, kind) {
                $(
                    (Dialect::Sqlite, Searched::$case) => on_sqlite!($index, $table, $condition, $besides),
                    (Dialect::Postgres, Searched::$case) => on_postgres!($kind, $table, $condition, $besides),
                )+
            }
        };
    }
    let sql = sql! {
        Customer: "customer", "search_customers", "customers", ("customer", "t.id", "$2"), " and t.canonical_id is null";
        Ticket: "ticket", "search_tickets", "tickets", ("ticket", "t.id", "$2"), "";
        Deal: "deal", "search_deals", "deals", ("deal", "t.id", "$2"), "";
        Task: "task", "search_tasks", "tasks", ("task", "t.id", "$2"), "";
        Interaction: "interaction", "search_interactions", "interactions", ("interaction", "t.id", "$2"), "";
        Order: "order", "search_orders", "orders", ("order", "t.id", "$2"), "";
        Record: "record", "search_records", "records", (in "t.kind", "t.id", "$2"), "";
    };
    tx.all(sql, args![expression(dialect, wanted), scope.viewer(), limit]).await
}

/// What is looked for, as the engine wants it said. Terms are letters and digits alone, so nothing needs an escape.
pub(super) fn expression(dialect: Dialect, wanted: &[Wanted]) -> String {
    let (quote, open, and) = match dialect {
        Dialect::Sqlite => ("\"", "*", " AND "),
        Dialect::Postgres => ("'", ":*", " & "),
    };
    let terms: Vec<String> = wanted
        .iter()
        .map(|term| format!("{quote}{}{quote}{}", term.text, if term.open { open } else { "" }))
        .collect();
    terms.join(and)
}
