//! A kind of records and its fields, as the API describes them.

use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::catalogue::{Field, Kind, Type};

/// A title in both languages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"en": "Customer", "zh-CN": "客户"}))]
pub struct Titles {
    /// English.
    en: &'static str,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    zh: &'static str,
}

/// A kind of records.
#[derive(Debug, Serialize, ToSchema)]
pub struct KindDescription {
    /// What requests, events and grants call it: `customer`.
    #[schema(example = "customer")]
    name: &'static str,
    /// Its titles.
    titles: Titles,
    /// What it is.
    #[schema(example = "A person or organisation.")]
    help: &'static str,
    /// The field that people know a record by; null where there is none.
    #[schema(example = "name")]
    title_field: Option<&'static str>,
    /// How its lists are sorted when nobody says.
    #[schema(example = "-created_at")]
    usual_sort: &'static str,
    /// Its fields, in their order.
    fields: Vec<FieldDescription>,
}

/// A field of a kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldDescription {
    /// Its name in requests, filters, events and grants.
    #[schema(example = "stage")]
    name: &'static str,
    /// What it holds: `text`, `long-text`, `word`, `id`, `time`, `date`, `boolean`, `integer`, `number`, `money`, `texts`,
    /// `words`, `reason`, `reasons` or `json`.
    #[serde(rename = "type")]
    #[schema(example = "word")]
    of: &'static str,
    /// Its titles.
    titles: Titles,
    /// What it is.
    #[schema(example = "How far it has come.")]
    help: &'static str,
    /// Of a word, or a list of words: those that there are.
    words: Option<&'static [&'static str]>,
    /// Of an id: the kind of record that it names, where that is always the same.
    relates_to: Option<String>,
    /// Whether it may have no value.
    optional: bool,
    /// Whether a new record must have it said.
    required: bool,
    /// Whether it may be said of a new record.
    set_when_made: bool,
    /// Whether it may be changed.
    changed: bool,
    /// Whether conditions may name it.
    filtered: bool,
    /// Whether lists can be sorted by it.
    sorted: bool,
    /// The fewest characters, of a text or of each of a list.
    min_length: Option<usize>,
    /// The most characters.
    max_length: Option<usize>,
    /// The least that a whole number may be.
    minimum: Option<i64>,
    /// The most.
    maximum: Option<i64>,
    /// What it tells about whom: `plain`, `contact`, `personal` or `financial`.
    #[schema(example = "plain")]
    class: String,
}

impl From<&'static Kind> for KindDescription {
    fn from(kind: &'static Kind) -> Self {
        Self {
            name: kind.name,
            titles: Titles { en: kind.en, zh: kind.zh },
            help: kind.help,
            title_field: Some(kind.title).filter(|title| !title.is_empty()),
            usual_sort: kind.usual,
            fields: kind.fields.iter().filter(|field| !field.internal).map(Into::into).collect(),
        }
    }
}

impl From<&'static Field> for FieldDescription {
    fn from(field: &'static Field) -> Self {
        Self {
            name: field.name,
            of: field.of.name(),
            titles: Titles { en: field.en, zh: field.zh },
            help: field.help,
            words: match field.of {
                Type::Word(set) | Type::Words(set) => Some(set.words),
                _ => None,
            },
            relates_to: field.of.target(),
            optional: field.optional,
            required: field.required,
            set_when_made: field.new,
            changed: field.change,
            filtered: field.filters(),
            sorted: field.sorts(),
            min_length: field.length.map(|(least, _)| least),
            max_length: field.length.map(|(_, most)| most),
            minimum: field.range.map(|(least, _)| least),
            maximum: field.range.map(|(_, most)| most),
            class: field.class.to_string(),
        }
    }
}
