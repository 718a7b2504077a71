//! A kind of records and its fields, as the API describes them.

use std::borrow::Cow;

use serde::Serialize;
use utoipa::ToSchema;

use super::DeclaredKind;

use crate::domain::catalogue::{Field, Kind, Type};
use crate::domain::custom_field::{COLUMN, CustomField};

/// A title, or what something is, in both languages.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"en": "Customer", "zh-CN": "客户"}))]
pub struct Titles {
    /// English.
    en: Cow<'static, str>,
    /// Chinese.
    #[serde(rename = "zh-CN")]
    zh: Cow<'static, str>,
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
    help: Titles,
    /// The field that people know a record by; null where there is none.
    #[schema(example = "name")]
    title_field: Option<&'static str>,
    /// How its lists are sorted when nobody says.
    #[schema(example = "-created_at")]
    usual_sort: &'static str,
    /// Its fields, in their order; then those that were added, as `custom.NAME`.
    fields: Vec<FieldDescription>,
    /// Of a kind that was declared: what was said.
    declared: Option<DeclaredKind>,
}

/// A field of a kind.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldDescription {
    /// Its name in requests, filters, events and grants.
    #[schema(example = "stage")]
    name: Cow<'static, str>,
    /// What it holds: `text`, `long-text`, `word`, `id`, `time`, `date`, `boolean`, `integer`, `number`, `money`, `texts`,
    /// `words`, `reason`, `reasons` or `json`.
    #[serde(rename = "type")]
    #[schema(example = "word")]
    of: &'static str,
    /// Its titles.
    titles: Titles,
    /// What it is.
    help: Titles,
    /// Of a word, or a list of words: those that there are.
    words: Option<Vec<Cow<'static, str>>>,
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

impl KindDescription {
    /// Of a kind, with the fields that were added to it.
    pub fn new(kind: &'static Kind, added: &[CustomField]) -> Self {
        let own = kind.fields.iter().filter(|field| !field.internal).map(FieldDescription::from);
        let added = added.iter().filter(|field| field.kind == kind.name).map(FieldDescription::from);
        Self {
            name: kind.name,
            titles: Titles { en: kind.en.into(), zh: kind.zh.into() },
            help: Titles { en: kind.help.into(), zh: kind.zh_help.into() },
            title_field: Some(kind.title).filter(|title| !title.is_empty()),
            usual_sort: kind.usual,
            fields: own.chain(added).collect(),
            declared: kind.declared.map(|declared| declared.kind.clone().into()),
        }
    }
}

impl From<&CustomField> for FieldDescription {
    fn from(field: &CustomField) -> Self {
        Self {
            name: format!("{COLUMN}.{}", field.name).into(),
            of: field.value_type.as_str(),
            titles: Titles { en: field.en.clone().into(), zh: field.zh.clone().into() },
            help: Titles { en: field.help.clone().into(), zh: field.help.clone().into() },
            words: Some(field.choices.iter().cloned().map(Cow::from).collect())
                .filter(|words: &Vec<_>| !words.is_empty()),
            relates_to: None,
            optional: true,
            required: false,
            set_when_made: true,
            changed: true,
            filtered: true,
            sorted: true,
            min_length: None,
            max_length: None,
            minimum: None,
            maximum: None,
            class: "plain".to_owned(),
        }
    }
}

impl From<&'static Field> for FieldDescription {
    fn from(field: &'static Field) -> Self {
        Self {
            name: field.name.into(),
            of: field.of.name(),
            titles: Titles { en: field.en.into(), zh: field.zh.into() },
            help: Titles { en: field.help.into(), zh: field.zh_help.into() },
            words: match field.of {
                Type::Word(set) | Type::Words(set) => {
                    Some(set.words.iter().copied().map(Cow::from).collect())
                }
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
