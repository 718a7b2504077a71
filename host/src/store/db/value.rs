//! What goes into a statement and what comes out of a row, alike for both engines.

use rusqlite::types::{FromSql, ToSqlOutput, ValueRef};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::Row as _;
use uuid::Uuid;

use super::DbError;
use super::places::Places;
use crate::domain::clock::Timestamp;
use crate::domain::ids::Id;

/// A bound argument. Each kind carries its own absence, because PostgreSQL wants to know the type of a NULL.
#[derive(Debug, Clone, PartialEq)]
pub enum Arg {
    /// `boolean`.
    Bool(Option<bool>),
    /// `bigint`.
    Int(Option<i64>),
    /// `double precision`.
    Real(Option<f64>),
    /// `text`.
    Text(Option<String>),
    /// `uuid`; sixteen bytes on SQLite.
    Uuid(Option<Uuid>),
    /// `bytea`.
    Bytes(Option<Vec<u8>>),
    /// `jsonb`; text on SQLite.
    Json(Option<serde_json::Value>),
}

/// A JSON column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Json<T>(pub T);

macro_rules! args_from {
    ($($from:ty => $kind:ident, $value:ident => $arg:expr;)+) => {$(
        impl From<$from> for Arg {
            fn from($value: $from) -> Self {
                Self::$kind(Some($arg))
            }
        }

        impl From<Option<$from>> for Arg {
            fn from(value: Option<$from>) -> Self {
                Self::$kind(value.map(|$value| $arg))
            }
        }
    )+};
}

args_from! {
    bool => Bool, value => value;
    i64 => Int, value => value;
    i32 => Int, value => i64::from(value);
    f64 => Real, value => value;
    String => Text, value => storable(value);
    &str => Text, value => storable(value.to_owned());
    &String => Text, value => storable(value.clone());
    Uuid => Uuid, value => value;
    Vec<u8> => Bytes, value => value;
    &[u8] => Bytes, value => value.to_vec();
    Timestamp => Int, value => value.as_micros();
    serde_json::Value => Json, value => storable_json(value);
}

/// PostgreSQL's texts can't hold U+0000. Whatever a customer or a plugin sends is kept all the same, on both engines
/// with the replacement character in its place.
fn storable(text: String) -> String {
    if text.contains('\0') { text.replace('\0', "\u{fffd}") } else { text }
}

/// As for texts. PostgreSQL's JSON has no zero below zero either.
fn storable_json(value: serde_json::Value) -> serde_json::Value {
    // It is looked through first: hardly any has one, and to put one together again costs more than to look.
    if is_storable(&value) { value } else { made_storable(value) }
}

fn is_storable(value: &serde_json::Value) -> bool {
    use serde_json::Value;
    match value {
        Value::String(text) => !text.contains('\0'),
        Value::Array(items) => items.iter().all(is_storable),
        Value::Object(fields) => {
            fields.iter().all(|(name, value)| !name.contains('\0') && is_storable(value))
        }
        Value::Number(number) => !is_below_zero(number),
        Value::Null | Value::Bool(_) => true,
    }
}

fn made_storable(value: serde_json::Value) -> serde_json::Value {
    use serde_json::Value;
    match value {
        Value::String(text) => Value::String(storable(text)),
        Value::Array(items) => items.into_iter().map(made_storable).collect(),
        Value::Object(fields) => {
            fields.into_iter().map(|(name, value)| (storable(name), made_storable(value))).collect()
        }
        Value::Number(number) if is_below_zero(&number) => 0.0.into(),
        plain => plain,
    }
}

/// Whether it is a zero below zero.
fn is_below_zero(number: &serde_json::Number) -> bool {
    number.is_f64() && number.as_f64().is_some_and(|number| number == 0.0 && number.is_sign_negative())
}

impl<T: Id> From<T> for Arg {
    fn from(id: T) -> Self {
        Self::Uuid(Some(id.into()))
    }
}

impl<T: Id> From<Option<T>> for Arg {
    fn from(id: Option<T>) -> Self {
        Self::Uuid(id.map(Into::into))
    }
}

impl<T: Serialize> From<Json<&T>> for Arg {
    fn from(json: Json<&T>) -> Self {
        // The shapes kept in columns are plain structs, lists and maps with text keys: they always serialise.
        Self::Json(Some(storable_json(serde_json::to_value(json.0).unwrap_or_default())))
    }
}

impl rusqlite::ToSql for Arg {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        use rusqlite::types::Value;
        Ok(match self {
            Self::Bool(Some(value)) => ToSqlOutput::Owned(Value::Integer(i64::from(*value))),
            Self::Int(Some(value)) => ToSqlOutput::Owned(Value::Integer(*value)),
            Self::Real(Some(value)) => ToSqlOutput::Owned(Value::Real(*value)),
            Self::Text(Some(value)) => ToSqlOutput::Borrowed(ValueRef::Text(value.as_bytes())),
            Self::Uuid(Some(value)) => ToSqlOutput::Borrowed(ValueRef::Blob(value.as_bytes())),
            Self::Bytes(Some(value)) => ToSqlOutput::Borrowed(ValueRef::Blob(value)),
            Self::Json(Some(value)) => ToSqlOutput::Owned(Value::Text(value.to_string())),
            Self::Bool(None) | Self::Int(None) | Self::Real(None) | Self::Text(None) => null(),
            Self::Uuid(None) | Self::Bytes(None) | Self::Json(None) => null(),
        })
    }
}

fn null() -> ToSqlOutput<'static> {
    ToSqlOutput::Owned(rusqlite::types::Value::Null)
}

/// One row of an answer.
pub enum Row<'r> {
    /// From SQLite, with where its statement's columns stand.
    Sqlite(&'r rusqlite::Row<'r>, &'r Places),
    /// From PostgreSQL.
    Postgres(&'r sqlx::postgres::PgRow),
}

impl Row<'_> {
    /// The value of a column by its name.
    pub fn get<T: Column>(&self, name: &'static str) -> Result<T, DbError> {
        T::read(self, At::Name(name))
    }

    /// How many bytes its texts and blobs have.
    pub(super) fn size(&self) -> usize {
        match self {
            Self::Sqlite(row, _) => {
                let columns = row.as_ref().column_count();
                let sizes = (0..columns).map(|column| match row.get_ref(column) {
                    Ok(ValueRef::Text(bytes) | ValueRef::Blob(bytes)) => bytes.len(),
                    _ => 0,
                });
                sizes.sum()
            }
            Self::Postgres(row) => {
                let sizes = (0..row.len()).map(|column| {
                    row.try_get_raw(column).ok().and_then(|raw| raw.as_bytes().ok()).map_or(0, <[u8]>::len)
                });
                sizes.sum()
            }
        }
    }

    /// The value of the first column.
    pub fn first<T: Column>(&self) -> Result<T, DbError> {
        T::read(self, At::First)
    }
}

/// Where a value stands in its row.
#[derive(Debug, Clone, Copy)]
pub enum At {
    /// In the column of this name.
    Name(&'static str),
    /// In the first column.
    First,
}

/// A type that a column can be read as.
pub trait Column: Sized {
    /// Reads it.
    fn read(row: &Row<'_>, at: At) -> Result<Self, DbError>;
}

fn sqlite<T: FromSql>(row: &rusqlite::Row<'_>, places: &Places, at: At) -> Result<T, DbError> {
    Ok(row.get(places.of(row, at)?)?)
}

fn postgres<'r, T>(row: &'r sqlx::postgres::PgRow, at: At) -> Result<T, DbError>
where
    T: sqlx::Decode<'r, sqlx::Postgres> + sqlx::Type<sqlx::Postgres>,
{
    match at {
        At::Name(name) => Ok(row.try_get(name)?),
        At::First => Ok(row.try_get(0)?),
    }
}

macro_rules! columns {
    ($($plain:ty,)+) => {$(
        impl Column for $plain {
            fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
                match row {
                    Row::Sqlite(row, places) => sqlite(row, places, at),
                    Row::Postgres(row) => postgres(row, at),
                }
            }
        }

        impl Column for Option<$plain> {
            fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
                match row {
                    Row::Sqlite(row, places) => sqlite(row, places, at),
                    Row::Postgres(row) => postgres(row, at),
                }
            }
        }
    )+};
}

columns! { bool, i64, f64, String, Vec<u8>, }

/// Sixteen bytes as SQLite keeps a [`Uuid`].
struct Sixteen(Uuid);

impl FromSql for Sixteen {
    fn column_result(value: ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        let bytes = value.as_blob()?;
        Uuid::from_slice(bytes)
            .map(Self)
            .map_err(|error| rusqlite::types::FromSqlError::Other(Box::new(error)))
    }
}

impl Column for Option<Uuid> {
    fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
        match row {
            Row::Sqlite(row, places) => Ok(sqlite::<Option<Sixteen>>(row, places, at)?.map(|id| id.0)),
            Row::Postgres(row) => postgres(row, at),
        }
    }
}

fn present<T>(value: Option<T>, at: At) -> Result<T, DbError> {
    value.ok_or_else(|| DbError::Decode(format!("{at:?} is NULL where a value is required")))
}

impl Column for Uuid {
    fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
        present(Option::<Self>::read(row, at)?, at)
    }
}

impl<T: Id> Column for T {
    fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
        Uuid::read(row, at).map(Into::into)
    }
}

impl<T: Id> Column for Option<T> {
    fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
        Ok(Option::<Uuid>::read(row, at)?.map(Into::into))
    }
}

impl Column for Timestamp {
    fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
        i64::read(row, at).map(Self::from_micros)
    }
}

impl Column for Option<Timestamp> {
    fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
        Ok(Option::<i64>::read(row, at)?.map(Timestamp::from_micros))
    }
}

impl<T: DeserializeOwned> Column for Option<Json<T>> {
    fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
        let decode = |error: serde_json::Error| DbError::Decode(format!("{at:?}: {error}"));
        match row {
            Row::Sqlite(row, places) => {
                let wrong =
                    |error: rusqlite::types::FromSqlError| DbError::Decode(format!("{at:?}: {error}"));
                // It is kept as text, but a bare number comes back as one: a column of type `jsonb` has SQLite's numeric
                // affinity.
                let json = match row.get_ref(places.of(row, at)?)? {
                    ValueRef::Null => return Ok(None),
                    ValueRef::Integer(number) => serde_json::from_str(&number.to_string()),
                    ValueRef::Real(number) => serde_json::from_str(&number.to_string()),
                    text => serde_json::from_str(text.as_str().map_err(wrong)?),
                };
                json.map(|json| Some(Json(json))).map_err(decode)
            }
            Row::Postgres(row) => {
                let json: Option<serde_json::Value> = postgres(row, at)?;
                json.map(|json| serde_json::from_value(json).map(Json).map_err(decode)).transpose()
            }
        }
    }
}

impl<T: DeserializeOwned> Column for Json<T> {
    fn read(row: &Row<'_>, at: At) -> Result<Self, DbError> {
        present(Option::<Self>::read(row, at)?, at)
    }
}

/// A struct that a row can be read as; [`row!`](crate::store::db::row) makes them.
pub trait FromRow: Sized {
    /// Reads it.
    fn from_row(row: &Row<'_>) -> Result<Self, DbError>;
}

/// Two structs that share a row.
impl<A: FromRow, B: FromRow> FromRow for (A, B) {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok((A::from_row(row)?, B::from_row(row)?))
    }
}

/// A row of which only the first column counts.
pub struct First<T>(pub T);

impl<T: Column> FromRow for First<T> {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        row.first().map(First)
    }
}
