//! Values of fields: what types they have in Rust, how they are stored and shown.

use std::str::FromStr;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::{Map, Value};
use uuid::Uuid;

use super::{Field, Type};
use crate::domain::clock::Timestamp;
use crate::domain::ids::Id;
use crate::domain::money::Money;
use crate::domain::reason::Reason;
use crate::domain::words::UnknownWord;

/// Where a record is read from, field by field: none where there is no value.
pub trait Source {
    /// What can go wrong.
    type Error: From<Mismatch>;

    /// Yes or no.
    fn boolean(&mut self, field: &'static Field) -> Result<Option<bool>, Self::Error>;
    /// A whole number, or a time in microseconds.
    fn integer(&mut self, field: &'static Field) -> Result<Option<i64>, Self::Error>;
    /// A number.
    fn number(&mut self, field: &'static Field) -> Result<Option<f64>, Self::Error>;
    /// Text.
    fn text(&mut self, field: &'static Field) -> Result<Option<String>, Self::Error>;
    /// An id.
    fn id(&mut self, field: &'static Field) -> Result<Option<Uuid>, Self::Error>;
    /// An amount of money.
    fn money(&mut self, field: &'static Field) -> Result<Option<Money>, Self::Error>;
    /// What is kept as JSON.
    fn json<T: DeserializeOwned>(&mut self, field: &'static Field) -> Result<Option<T>, Self::Error>;
    /// Bytes.
    fn bytes(&mut self, field: &'static Field) -> Result<Option<Vec<u8>>, Self::Error>;
}

/// A value to be shown or stored.
#[derive(Debug, Clone, PartialEq)]
pub enum Shown<'a> {
    /// There is none.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A whole number.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Text, or a word.
    Text(&'a str),
    /// An id.
    Id(Uuid),
    /// A moment.
    Time(Timestamp),
    /// An amount of money.
    Money(&'a Money),
    /// A list of texts.
    Texts(&'a [String]),
    /// Fields of any names and values.
    Fields(&'a Map<String, Value>),
    /// Why something was done.
    Reason(&'a Reason),
    /// Several reasons.
    Reasons(&'a [Reason]),
    /// Any JSON.
    Json(Value),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl Shown<'_> {
    /// As JSON; a time as RFC 3339 text, money as `{"amount", "currency"}`, a reason as it is kept. Bytes aren't shown.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null | Self::Bytes(_) => Value::Null,
            Self::Boolean(flag) => (*flag).into(),
            Self::Integer(number) => (*number).into(),
            Self::Number(number) => (*number).into(),
            Self::Text(text) => (*text).into(),
            Self::Id(id) => id.to_string().into(),
            Self::Time(at) => at.to_string().into(),
            Self::Money(money) => serde_json::json!(money),
            Self::Texts(texts) => (*texts).into(),
            Self::Fields(fields) => Value::Object((*fields).clone()),
            Self::Reason(reason) => serde_json::json!(reason),
            Self::Reasons(reasons) => serde_json::json!(reasons),
            Self::Json(json) => json.clone(),
        }
    }
}

/// A stored value that isn't of its field's type: a defect, or a damaged database.
#[derive(Debug, thiserror::Error)]
#[error("{field} can't be read: {detail}")]
pub struct Mismatch {
    field: &'static str,
    detail: String,
}

impl Mismatch {
    /// There is no value where one is required.
    pub fn missing(field: &'static Field) -> Self {
        Self { field: field.name, detail: "it is NULL where a value is required".to_owned() }
    }
}

/// A type that a field may have.
pub trait FieldValue: Sized + Clone {
    /// What the catalogue calls it.
    const TYPE: Type;
    /// Whether there may be no value.
    const OPTIONAL: bool = false;

    /// What it is when nobody sets it.
    fn blank() -> Self;

    /// From a row; none where there is no value.
    fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error>;

    /// For a row, a request's answer, an event.
    fn shown(&self) -> Shown<'_>;

    /// As a request means it: a line of text has no spaces around it.
    #[must_use]
    fn meant(&self, _: &Field) -> Self {
        self.clone()
    }

    /// Whether a request that sets it means that there is no value.
    fn means_nothing(&self, _: &Field) -> bool {
        false
    }

    /// Takes what a request sets.
    fn set(&mut self, new: &Self, field: &Field) {
        *self = new.meant(field);
    }
}

impl<T: FieldValue> FieldValue for Option<T> {
    const TYPE: Type = T::TYPE;
    const OPTIONAL: bool = true;

    fn blank() -> Self {
        None
    }

    fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
        T::read(source, field).map(Some)
    }

    fn shown(&self) -> Shown<'_> {
        self.as_ref().map_or(Shown::Null, T::shown)
    }

    fn meant(&self, field: &Field) -> Self {
        self.as_ref().filter(|value| !value.means_nothing(field)).map(|value| value.meant(field))
    }
}

/// Reads a word.
pub fn read_word<T, S>(source: &mut S, field: &'static Field) -> Result<Option<T>, S::Error>
where
    T: FromStr<Err = UnknownWord>,
    S: Source,
{
    let Some(text) = source.text(field)? else { return Ok(None) };
    match text.parse() {
        Ok(word) => Ok(Some(word)),
        Err(unknown) => Err(Mismatch { field: field.name, detail: unknown.to_string() }.into()),
    }
}

macro_rules! plain {
    ($($type:ty: $of:expr, $read:ident => $shown:ident;)+) => {$(
        impl FieldValue for $type {
            const TYPE: Type = $of;

            fn blank() -> Self {
                Self::default()
            }

            fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
                source.$read(field)
            }

            fn shown(&self) -> Shown<'_> {
                Shown::$shown(*self)
            }
        }
    )+};
}

plain! {
    bool: Type::Boolean, boolean => Boolean;
    i64: Type::Integer, integer => Integer;
    f64: Type::Number, number => Number;
    Uuid: Type::Id(None), id => Id;
}

impl FieldValue for String {
    const TYPE: Type = Type::Text;

    fn blank() -> Self {
        Self::new()
    }

    fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
        source.text(field)
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Text(self)
    }

    fn meant(&self, field: &Field) -> Self {
        if field.of == Type::Text { self.trim().to_owned() } else { self.clone() }
    }

    fn means_nothing(&self, field: &Field) -> bool {
        field.of == Type::Text && self.trim().is_empty()
    }
}

impl<T: Id> FieldValue for T {
    const TYPE: Type = Type::Id(Some(T::NAME));

    fn blank() -> Self {
        Uuid::nil().into()
    }

    fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
        Ok(source.id(field)?.map(Into::into))
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Id((*self).into())
    }
}

impl FieldValue for Timestamp {
    const TYPE: Type = Type::Time;

    fn blank() -> Self {
        Self::from_micros(0)
    }

    fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
        Ok(source.integer(field)?.map(Self::from_micros))
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Time(*self)
    }
}

impl FieldValue for Money {
    const TYPE: Type = Type::Money;

    fn blank() -> Self {
        Self::new(0, "CNY")
    }

    fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
        source.money(field)
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Money(self)
    }
}

impl FieldValue for Reason {
    const TYPE: Type = Type::Reason;

    fn blank() -> Self {
        Self::Text(String::new())
    }

    fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
        Ok(source.text(field)?.map(Self::kept))
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Reason(self)
    }
}

impl FieldValue for Vec<u8> {
    const TYPE: Type = Type::Bytes;

    fn blank() -> Self {
        Self::new()
    }

    fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
        source.bytes(field)
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Bytes(self)
    }
}

impl FieldValue for Map<String, Value> {
    const TYPE: Type = Type::Attributes;

    fn blank() -> Self {
        Self::new()
    }

    fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
        source.json(field)
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Fields(self)
    }

    /// Each named one is set, or removed where it is null.
    fn set(&mut self, new: &Self, _: &Field) {
        for (name, value) in new {
            if value.is_null() {
                self.remove(name);
            } else {
                self.insert(name.clone(), value.clone());
            }
        }
    }
}

macro_rules! lists {
    ($($item:ty: $of:ident;)+) => {$(
        impl FieldValue for Vec<$item> {
            const TYPE: Type = Type::$of;

            fn blank() -> Self {
                Self::new()
            }

            fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
                source.json(field)
            }

            fn shown(&self) -> Shown<'_> {
                Shown::$of(self)
            }
        }
    )+};
}

lists! {
    String: Texts;
    Reason: Reasons;
}

impl FieldValue for Value {
    const TYPE: Type = Type::Json;

    fn blank() -> Self {
        Self::Null
    }

    fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
        source.json(field)
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Json(self.clone())
    }
}

impl FieldValue for Vec<Value> {
    const TYPE: Type = Type::Json;

    fn blank() -> Self {
        Self::new()
    }

    fn read<S: Source>(source: &mut S, field: &'static Field) -> Result<Option<Self>, S::Error> {
        source.json(field)
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Json(Value::Array(self.clone()))
    }
}

/// JSON of the domain's own, to be shown. The shapes that are kept so always serialise.
pub fn show_json<T: Serialize>(value: &T) -> Shown<'static> {
    Shown::Json(serde_json::to_value(value).unwrap_or_default())
}

/// Lets types of the domain's own be fields that are kept as JSON, each with what the catalogue calls it and its value
/// when nobody sets it.
macro_rules! kept_as_json {
    ($($of:ty: $type:expr, $blank:expr;)+) => {$(
        impl $crate::domain::catalogue::FieldValue for $of {
            const TYPE: $crate::domain::catalogue::Type = $type;

            fn blank() -> Self {
                $blank
            }

            fn read<S: $crate::domain::catalogue::Source>(
                source: &mut S,
                field: &'static $crate::domain::catalogue::Field,
            ) -> Result<Option<Self>, S::Error> {
                source.json(field)
            }

            fn shown(&self) -> $crate::domain::catalogue::Shown<'_> {
                $crate::domain::catalogue::show_json(self)
            }
        }
    )+};
}

pub(crate) use kept_as_json;

/// Reads a field that is there: null is a value of its type or an error, never a field that isn't there.
pub fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
