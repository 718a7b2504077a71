//! How the domain's records are read from rows and bound to statements.

use std::collections::HashMap;
use std::sync::LazyLock;

use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::db::{Arg, At, Column, DbError, FromRow, Json, Row, Tx, row};
use super::declared_records;
use super::filter::{self, Statement};
use super::search::Searched;
use crate::domain::catalogue::{Field, KINDS, Kind, Mismatch, Record, Shown, Source, Type};
use crate::domain::conversation::Delivery;
use crate::domain::customer::{CustomerKind, Stage};
use crate::domain::deal::{DealStatus, PipelineKind};
use crate::domain::delivery::DeliveryState;
use crate::domain::entity::RecordKind;
use crate::domain::hand_off::HandOffStatus;
use crate::domain::money::Money;
use crate::domain::partner::{ShareDelivery, ShareState};
use crate::domain::reason::Reason;
use crate::domain::task::TaskStatus;
use crate::domain::ticket::TicketStatus;
use crate::domain::triage::{Class, Priority};

/// The column of an amount's currency.
const CURRENCY: &str = "currency";

/// Lets words of the domain stand in `text` columns.
macro_rules! word_columns {
    ($($word:ty),+ $(,)?) => {$(
        impl From<$word> for Arg {
            fn from(word: $word) -> Self {
                Self::from(word.as_str())
            }
        }

        impl From<Option<$word>> for Arg {
            fn from(word: Option<$word>) -> Self {
                Self::Text(word.map(|word| word.as_str().to_owned()))
            }
        }

        impl Column for Option<$word> {
            fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
                let text: Option<String> = Column::read(row, at)?;
                let parse = |text: String| text.parse().map_err(|error| DbError::Decode(format!("{at:?}: {error}")));
                text.map(parse).transpose()
            }
        }

        impl Column for $word {
            fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
                let missing = || DbError::Decode(format!("{at:?} is NULL where a word is required"));
                Option::<Self>::read(row, at)?.ok_or_else(missing)
            }
        }
    )+};
}

word_columns!(
    Class,
    CustomerKind,
    DealStatus,
    Delivery,
    DeliveryState,
    HandOffStatus,
    RecordKind,
    PipelineKind,
    Priority,
    ShareDelivery,
    ShareState,
    Stage,
    TicketStatus,
    TaskStatus,
);

impl Column for Option<Reason> {
    fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
        Ok(Option::<String>::read(row, at)?.map(Reason::kept))
    }
}

impl<R: Record> FromRow for R {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        R::read(&mut Stored(row))
    }
}

/// A record as a row has it.
struct Stored<'a, 'r>(&'a Row<'r>);

impl Source for Stored<'_, '_> {
    type Error = DbError;

    fn boolean(&mut self, field: &'static Field) -> Result<Option<bool>, DbError> {
        self.0.get(field.column)
    }

    fn integer(&mut self, field: &'static Field) -> Result<Option<i64>, DbError> {
        self.0.get(field.column)
    }

    fn number(&mut self, field: &'static Field) -> Result<Option<f64>, DbError> {
        self.0.get(field.column)
    }

    fn text(&mut self, field: &'static Field) -> Result<Option<String>, DbError> {
        self.0.get(field.column)
    }

    fn id(&mut self, field: &'static Field) -> Result<Option<Uuid>, DbError> {
        self.0.get(field.column)
    }

    fn money(&mut self, field: &'static Field) -> Result<Option<Money>, DbError> {
        let cents: Option<i64> = self.0.get(field.column)?;
        let currency: Option<String> = self.0.get(CURRENCY)?;
        Ok(cents.zip(currency).map(|(cents, currency)| Money::new(cents, currency)))
    }

    fn json<T: DeserializeOwned>(&mut self, field: &'static Field) -> Result<Option<T>, DbError> {
        Ok(self.0.get::<Option<Json<T>>>(field.column)?.map(|json| json.0))
    }

    fn bytes(&mut self, field: &'static Field) -> Result<Option<Vec<u8>>, DbError> {
        self.0.get(field.column)
    }
}

impl From<Mismatch> for DbError {
    fn from(mismatch: Mismatch) -> Self {
        Self::Decode(mismatch.to_string())
    }
}

/// A value as the argument of a statement.
fn bound(field: &Field, value: &Shown<'_>) -> Arg {
    match value {
        Shown::Null => match field.of {
            Type::Text | Type::LongText | Type::Word(_) | Type::Date | Type::Reason => Arg::Text(None),
            Type::Id(_) => Arg::Uuid(None),
            Type::Time | Type::Integer | Type::Money => Arg::Int(None),
            Type::Boolean => Arg::Bool(None),
            Type::Number => Arg::Real(None),
            Type::Texts | Type::Words(_) | Type::Attributes | Type::Reasons | Type::Json => Arg::Json(None),
            Type::Bytes => Arg::Bytes(None),
        },
        Shown::Boolean(flag) => (*flag).into(),
        Shown::Integer(number) => (*number).into(),
        Shown::Number(number) => (*number).into(),
        Shown::Text(text) => (*text).into(),
        Shown::Id(id) => (*id).into(),
        Shown::Time(at) => (*at).into(),
        Shown::Money(money) => money.cents.into(),
        Shown::Reason(reason) => reason.to_kept().into(),
        Shown::Bytes(bytes) => (*bytes).into(),
        deeper => deeper.to_json().into(),
    }
}

/// The columns and the arguments of a record's fields that a statement writes.
fn written<R: Record>(record: &R, writes: impl Fn(&Field) -> bool) -> Vec<Arg> {
    let mut args = Vec::with_capacity(R::KIND.fields.len() + 1);
    for (field, value) in record.values().filter(|(field, _)| writes(field)) {
        args.push(bound(field, &value));
        if field.of == Type::Money {
            args.push(Arg::Text(match &value {
                Shown::Money(money) => Some(money.currency.clone()),
                _ => None,
            }));
        }
    }
    args
}

fn columns(kind: &Kind, writes: impl Fn(&Field) -> bool) -> Vec<&'static str> {
    let mut columns = Vec::new();
    for field in kind.fields.iter().filter(|field| writes(field)) {
        columns.push(field.column);
        if field.of == Type::Money {
            columns.push(CURRENCY);
        }
    }
    columns
}

/// Stands for the value of a given column that is the next argument.
pub(super) const NEXT: &str = "$";

/// The statement that adds a record of a kind: its columns, then those that are `given` with what stands for their
/// values, then `tail`. A given column that is a field takes the place of the field's value.
pub(super) fn insert_sql(kind: &'static Kind, given: &[(&str, &str)], tail: &str) -> String {
    let own = columns(kind, |field| !given.iter().any(|(column, _)| *column == field.column));
    let mut values: Vec<String> = (1..=own.len()).map(|number| format!("${number}")).collect();
    let mut arguments = own.len();
    for (_, value) in given {
        arguments += usize::from(*value == NEXT);
        values.push(if *value == NEXT { format!("${arguments}") } else { (*value).to_owned() });
    }
    let (head, values) = (insert_head(kind, given), values.join(", "));
    format!("{head} values ({values}) {tail}")
}

/// What stands before the values of [`insert_sql`], one row of them or many.
pub(super) fn insert_head(kind: &'static Kind, given: &[(&str, &str)]) -> String {
    let own = columns(kind, |field| !given.iter().any(|(column, _)| *column == field.column));
    let names: Vec<&str> = own.into_iter().chain(given.iter().map(|(column, _)| *column)).collect();
    format!("insert into {} ({}) ", kind.table, names.join(", "))
}

/// The arguments of [`insert_sql`] before those that are given.
pub(super) fn insert_args<R: Record>(record: &R, given: &[&str]) -> Vec<Arg> {
    written(record, |field| !given.contains(&field.column))
}

/// Adds a record as it is.
pub(super) async fn insert<R: Record>(tx: &mut Tx, record: &R) -> Result<(), DbError> {
    let sql = STATEMENTS.get(R::KIND.name).map(|of| of.insert.as_str()).unwrap_or_default();
    tx.execute(sql, &insert_args(record, &[])).await?;
    Ok(())
}

/// Writes back what of a locked record isn't fixed.
pub(super) async fn update<R: Record>(tx: &mut Tx, record: &R) -> Result<(), DbError> {
    let sql = STATEMENTS.get(R::KIND.name).map(|of| of.update.as_str()).unwrap_or_default();
    let mut args = written(record, |field| !field.fixed);
    args.extend(written(record, |field| field.name == "id"));
    tx.execute(sql, &args).await?;
    Ok(())
}

/// How many records of a kind have a value of an added field; with `value`, of those that have this one.
pub(super) async fn count_custom(
    tx: &mut Tx,
    kind: &'static Kind,
    name: &str,
    value: Option<&str>,
) -> Result<i64, DbError> {
    if kind.is_declared() {
        return declared_records::count_custom(tx, kind, name, value).await;
    }
    let sql = STATEMENTS.get(kind.name).map(|of| of.count_custom.as_str()).unwrap_or_default();
    tx.scalar(sql, &[name.into(), value.map(str::to_owned).into()]).await
}

row! {
    struct Cleared {
        id: Uuid,
    }
}

/// Takes the values of an added field out of all records of a kind; how many had one. They are found by their texts as
/// they are then.
pub(super) async fn clear_custom(tx: &mut Tx, kind: &'static Kind, name: &str) -> Result<usize, DbError> {
    // Also of customers that were merged into others.
    let rows = if kind.is_declared() { kind.always.unwrap_or("true") } else { "true" };
    let having = format!("from {} where {rows} and custom ->> $1 is not null", kind.table);
    let sql = format!("select id {having}");
    let found = tx.all_filtered::<Cleared>(Statement { sql, args: vec![name.into()], long: false }).await?;
    let without = filter::without_added(tx.dialect());
    let sql = format!(
        "update {} set custom = {without}, updated_at = $2, version = version + 1 where {rows} and custom ->> $1 is not null",
        kind.table
    );
    tx.execute_made(sql, vec![name.into(), tx.now().into()]).await?;
    if let Some(searched) = Searched::of(kind) {
        found.items.iter().for_each(|row| tx.texts_changed(searched, row.id));
    }
    Ok(found.items.len())
}

row! {
    struct Titled {
        id: Uuid,
        title: String,
    }
}

/// How many titles are read at once.
const AT_ONCE: usize = 16;

/// What people know records of a kind by; nothing of a kind that has no title.
pub async fn titles(tx: &mut Tx, kind: &'static Kind, ids: &[Uuid]) -> Result<Vec<(Uuid, String)>, DbError> {
    if kind.is_declared() {
        return declared_records::titles(tx, kind, ids).await;
    }
    let sql = STATEMENTS.get(kind.name).map(|of| of.titles.as_str()).unwrap_or_default();
    let mut found = Vec::with_capacity(ids.len());
    for some in ids.chunks(AT_ONCE).filter(|_| !kind.title.is_empty()) {
        let args: Vec<Arg> = (0..AT_ONCE).map(|place| some.get(place).copied().into()).collect();
        let rows: Vec<Titled> = tx.all(sql, &args).await?;
        found.extend(rows.into_iter().map(|row| (row.id, row.title)));
    }
    Ok(found)
}

/// What people know the first records of a kind by.
pub async fn first_titles(
    tx: &mut Tx,
    kind: &'static Kind,
    limit: i64,
) -> Result<Vec<(Uuid, String)>, DbError> {
    if kind.title.is_empty() {
        return Ok(Vec::new());
    }
    if kind.is_declared() {
        return declared_records::first_titles(tx, kind, limit).await;
    }
    let sql = STATEMENTS.get(kind.name).map(|of| of.first_titles.as_str()).unwrap_or_default();
    let rows: Vec<Titled> = tx.all(sql, &[limit.into()]).await?;
    Ok(rows.into_iter().map(|row| (row.id, row.title)).collect())
}

/// The ids of records of a kind that people know by exactly this, two at most.
pub async fn called(tx: &mut Tx, kind: &'static Kind, title: &str) -> Result<Vec<Uuid>, DbError> {
    if kind.title.is_empty() {
        return Ok(Vec::new());
    }
    if kind.is_declared() {
        return declared_records::called(tx, kind, title).await;
    }
    let sql = STATEMENTS.get(kind.name).map(|of| of.called.as_str()).unwrap_or_default();
    tx.scalars(sql, &[title.into()]).await
}

/// The statements of a kind: those that add a record and write one back, count values of added fields, and tell what
/// records are called.
struct Statements {
    insert: String,
    update: String,
    count_custom: String,
    titles: String,
    first_titles: String,
    called: String,
}

static STATEMENTS: LazyLock<HashMap<&'static str, Statements>> = LazyLock::new(|| {
    let statements = |kind: &'static Kind| {
        let columns = columns(kind, |field| !field.fixed);
        let sets = columns.iter().zip(1..).map(|(column, number)| format!("{column} = ${number}"));
        let (table, sets, id) = (kind.table, sets.collect::<Vec<_>>().join(", "), columns.len() + 1);
        let update = format!("update {table} set {sets} where id = ${id}");
        let count_custom = format!(
            "select count(*) from {table} where custom ->> $1 is not null and ($2 is null or custom ->> $1 = $2)"
        );
        let (title, always) = (kind.title, kind.always.unwrap_or("true"));
        let sixteen = (1..=AT_ONCE).map(|number| format!("${number}")).collect::<Vec<_>>().join(", ");
        let titles =
            format!("select id, cast({title} as text) as title from {table} where id in ({sixteen})");
        let first_titles = format!(
            "select id, cast({title} as text) as title from {table} where {always} order by id limit $1"
        );
        let called = format!("select id from {table} where {title} = $1 and {always} order by id limit 2");
        let insert = insert_sql(kind, &[], "");
        (kind.name, Statements { insert, update, count_custom, titles, first_titles, called })
    };
    KINDS.iter().copied().map(statements).collect()
});
