//! A value as people read it.

use serde_json::Value;

use super::field::PageField;
use super::names::{Names, named};
use super::path_of;
use crate::domain::actor::Principal;
use crate::domain::catalogue::Type;
use crate::domain::clock::Timestamp;
use crate::domain::reason::Reason;
use crate::http::console::frame::Frame;
use crate::ops::records;

/// A field's value, for a page.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// There is none.
    Nothing,
    /// A line or several of text.
    Text(String),
    /// A word of a set with its text.
    Word {
        /// The word.
        word: String,
        /// As people read it.
        text: String,
    },
    /// A moment.
    Time(Timestamp),
    /// Another record.
    Record {
        /// Its page.
        path: String,
        /// What it is called.
        text: String,
    },
    /// Several texts.
    List(Vec<String>),
}

impl Cell {
    /// The value of a field.
    pub fn of(frame: &Frame, field: &PageField, value: &Value, names: &Names) -> Self {
        if let Some((kind, id)) = named(field, value) {
            return match (names.get(id), records::has_pages(kind)) {
                (Some(text), true) => Self::Record { path: path_of(kind, id), text: text.to_owned() },
                (Some(text), false) => Self::Text(text.to_owned()),
                (None, _) => Self::Text(short(&id.to_string())),
            };
        }
        match (field.of, value) {
            (_, Value::Null) => Self::Nothing,
            (Type::Id(_), Value::String(id)) => Self::Text(short(id)),
            (Type::Time, Value::String(text)) => text.parse().map_or(Self::Nothing, Self::Time),
            (Type::Word(_), Value::String(word)) => Self::Word { text: field.word(word), word: word.clone() },
            (Type::Words(_), Value::Array(words)) => {
                Self::list(words.iter().filter_map(Value::as_str).map(|word| field.word(word)))
            }
            (Type::Text, Value::String(text)) => match Principal::read(text) {
                Some(principal) => Self::Text(frame.word("principal", principal.parts().0)),
                None => Self::text(text),
            },
            (Type::Money, Value::Object(money)) => {
                let part = |name: &str| money.get(name).and_then(Value::as_str).unwrap_or_default();
                Self::Text(format!("{} {}", part("amount"), part("currency")))
            }
            (Type::Reason, reason) => Self::text(&self::reason(frame, reason)),
            (Type::Reasons, Value::Array(reasons)) => {
                Self::list(reasons.iter().map(|reason| self::reason(frame, reason)))
            }
            (_, Value::Bool(flag)) => Self::Text(frame.t(if *flag { "yes" } else { "no" })),
            (_, Value::String(text)) => Self::text(text),
            (_, Value::Number(number)) => Self::Text(number.to_string()),
            (_, Value::Array(items)) => Self::list(items.iter().map(plain)),
            (_, Value::Object(fields)) => {
                Self::list(fields.iter().map(|(name, value)| format!("{name}: {}", plain(value))))
            }
        }
    }

    fn text(text: &str) -> Self {
        if text.is_empty() { Self::Nothing } else { Self::Text(text.to_owned()) }
    }

    fn list(texts: impl Iterator<Item = String>) -> Self {
        let texts: Vec<String> = texts.filter(|text| !text.is_empty()).collect();
        if texts.is_empty() { Self::Nothing } else { Self::List(texts) }
    }

    /// In a line, as where one is changed into another.
    pub fn in_line(&self, frame: &Frame) -> String {
        match self {
            Self::Nothing => frame.t("record-nothing"),
            Self::Text(text) | Self::Word { text, .. } | Self::Record { text, .. } => text.clone(),
            Self::Time(at) => frame.in_utc(at),
            Self::List(texts) => texts.join(", "),
        }
    }
}

/// JSON that is of no known form: what people can read of it.
fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Object(fields) => match fields.get("name").and_then(Value::as_str) {
            Some(name) => name.to_owned(),
            None => value.to_string(),
        },
        other => other.to_string(),
    }
}

fn reason(frame: &Frame, value: &Value) -> String {
    Reason::read(value.clone()).map(|reason| frame.texts.reason(&reason)).unwrap_or_default()
}

/// The end of an id, enough to tell two apart.
fn short(id: &str) -> String {
    let letters: Vec<char> = id.chars().filter(|letter| *letter != '-').collect();
    let end: String = letters.iter().skip(letters.len().saturating_sub(8)).collect();
    format!("#{end}")
}
