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

/// A value as a row has it.
#[derive(Debug)]
pub enum Stored {
    /// There is none.
    Null,
    /// Yes or no.
    Boolean(bool),
    /// A whole number, or a time in microseconds.
    Integer(i64),
    /// A number.
    Number(f64),
    /// Text.
    Text(String),
    /// An id.
    Id(Uuid),
    /// Hundredths and currency.
    Money(i64, String),
    /// JSON that was read already.
    Json(Value),
    /// JSON as it is written.
    JsonText(String),
    /// Bytes.
    Bytes(Vec<u8>),
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
    fn new(detail: impl Into<String>) -> Self {
        Self { field: "a field", detail: detail.into() }
    }

    /// The same, with the field that it is found in.
    #[must_use]
    pub fn of(self, field: &'static Field) -> Self {
        Self { field: field.name, ..self }
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

    /// From a row.
    fn read(stored: Stored) -> Result<Self, Mismatch>;

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

    fn read(stored: Stored) -> Result<Self, Mismatch> {
        match stored {
            Stored::Null => Ok(None),
            stored => T::read(stored).map(Some),
        }
    }

    fn shown(&self) -> Shown<'_> {
        self.as_ref().map_or(Shown::Null, T::shown)
    }

    fn meant(&self, field: &Field) -> Self {
        self.as_ref().filter(|value| !value.means_nothing(field)).map(|value| value.meant(field))
    }
}

/// Reads a word.
pub fn word<T: FromStr<Err = UnknownWord>>(stored: Stored) -> Result<T, Mismatch> {
    String::read(stored)?.parse().map_err(|unknown: UnknownWord| Mismatch::new(unknown.to_string()))
}

/// A value of another form than was expected.
fn other(stored: &Stored, expected: &str) -> Mismatch {
    match stored {
        Stored::Null => Mismatch::new("it is NULL where a value is required"),
        stored => Mismatch::new(format!("{stored:?} is no {expected}")),
    }
}

macro_rules! plain {
    ($($type:ty: $of:expr, $stored:ident => $shown:ident;)+) => {$(
        impl FieldValue for $type {
            const TYPE: Type = $of;

            fn blank() -> Self {
                Self::default()
            }

            fn read(stored: Stored) -> Result<Self, Mismatch> {
                match stored {
                    Stored::$stored(value) => Ok(value),
                    stored => Err(other(&stored, stringify!($stored))),
                }
            }

            fn shown(&self) -> Shown<'_> {
                Shown::$shown(*self)
            }
        }
    )+};
}

plain! {
    bool: Type::Boolean, Boolean => Boolean;
    i64: Type::Integer, Integer => Integer;
    f64: Type::Number, Number => Number;
    Uuid: Type::Id(None), Id => Id;
}

impl FieldValue for String {
    const TYPE: Type = Type::Text;

    fn blank() -> Self {
        Self::new()
    }

    fn read(stored: Stored) -> Result<Self, Mismatch> {
        match stored {
            Stored::Text(text) => Ok(text),
            stored => Err(other(&stored, "text")),
        }
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

    fn read(stored: Stored) -> Result<Self, Mismatch> {
        Uuid::read(stored).map(Into::into)
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

    fn read(stored: Stored) -> Result<Self, Mismatch> {
        i64::read(stored).map(Self::from_micros)
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

    fn read(stored: Stored) -> Result<Self, Mismatch> {
        match stored {
            Stored::Money(cents, currency) => Ok(Self::new(cents, currency)),
            stored => Err(other(&stored, "amount of money")),
        }
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

    fn read(stored: Stored) -> Result<Self, Mismatch> {
        String::read(stored).map(Self::kept)
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

    fn read(stored: Stored) -> Result<Self, Mismatch> {
        match stored {
            Stored::Bytes(bytes) => Ok(bytes),
            stored => Err(other(&stored, "bytes")),
        }
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Bytes(self)
    }
}

/// JSON of any type, from a row.
pub fn read_json<T: DeserializeOwned>(stored: Stored) -> Result<T, Mismatch> {
    let wrong = |error: serde_json::Error| Mismatch::new(error.to_string());
    match stored {
        Stored::Json(value) => serde_json::from_value(value).map_err(wrong),
        Stored::JsonText(text) => serde_json::from_str(&text).map_err(wrong),
        stored => Err(other(&stored, "JSON")),
    }
}

impl FieldValue for Map<String, Value> {
    const TYPE: Type = Type::Attributes;

    fn blank() -> Self {
        Self::new()
    }

    fn read(stored: Stored) -> Result<Self, Mismatch> {
        read_json(stored)
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

            fn read(stored: Stored) -> Result<Self, Mismatch> {
                read_json(stored)
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

    fn read(stored: Stored) -> Result<Self, Mismatch> {
        read_json(stored)
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

    fn read(stored: Stored) -> Result<Self, Mismatch> {
        read_json(stored)
    }

    fn shown(&self) -> Shown<'_> {
        Shown::Json(Value::Array(self.clone()))
    }
}

/// JSON of the domain's own, to be shown. The shapes that are kept so always serialise.
pub fn show_json<T: Serialize>(value: &T) -> Shown<'static> {
    Shown::Json(serde_json::to_value(value).unwrap_or_default())
}

/// Lets types of the domain's own be fields that are kept as JSON, each with its value when nobody sets it.
macro_rules! kept_as_json {
    ($($of:ty = $blank:expr;)+) => {$(
        impl $crate::domain::catalogue::FieldValue for $of {
            const TYPE: $crate::domain::catalogue::Type = $crate::domain::catalogue::Type::Json;

            fn blank() -> Self {
                $blank
            }

            fn read(
                stored: $crate::domain::catalogue::Stored,
            ) -> Result<Self, $crate::domain::catalogue::Mismatch> {
                $crate::domain::catalogue::read_json(stored)
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
