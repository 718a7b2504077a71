//! Fields of declared kinds: what they hold, how a value is kept and shown.
//!
//! | type | as requests have it | as it is kept |
//! |---|---|---|
//! | time | RFC 3339 | microseconds since 1970 |
//! | money | `{"amount": "12.30", "currency": "CNY"}` | `{"cents": 1230, "currency": "CNY"}` |
//! | any other | JSON of its type | the same |

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;

use super::MOST_FIELDS;
use crate::domain::catalogue::{FieldClass, InvalidField, faults_of_money};
use crate::domain::clock::Timestamp;
use crate::domain::custom_field::{self, CustomType};
use crate::domain::money::Money;
use crate::domain::words::words;

/// The most choices of a word.
const MOST_CHOICES: usize = 200;
/// The most texts of a list, and the most characters of each.
const MOST_TEXTS: usize = 50;
const LONGEST_TEXT: usize = 200;

/// Names that a record has in any case, and words of conditions.
const TAKEN: &[&str] = &[
    "id",
    "kind",
    "data",
    "custom",
    "owner_id",
    "team_id",
    "source_id",
    "created_at",
    "updated_at",
    "version",
    "now",
    "true",
    "false",
    "null",
    "in",
    "has",
    "size",
    "timestamp",
    "duration",
];

words! {
    /// What a field of a declared kind holds.
    pub enum DeclaredType {
        /// A line of text, at most 200 characters.
        Text = "text",
        /// Text, at most 10,000 characters.
        LongText = "long-text",
        /// One of the field's choices.
        Word = "word",
        /// True or false.
        Boolean = "boolean",
        /// A whole number.
        Integer = "integer",
        /// A number.
        Number = "number",
        /// A day, `YYYY-MM-DD`.
        Date = "date",
        /// A moment.
        Time = "time",
        /// An amount of money.
        Money = "money",
        /// The id of a record of another kind.
        Id = "id",
        /// At most 50 texts of 1 to 200 characters, each once.
        Texts = "texts",
    }
}

impl DeclaredType {
    /// The type of an added field that holds the same.
    fn custom(self) -> Option<CustomType> {
        Some(match self {
            Self::Text => CustomType::Text,
            Self::LongText => CustomType::LongText,
            Self::Word => CustomType::Word,
            Self::Boolean => CustomType::Boolean,
            Self::Integer => CustomType::Integer,
            Self::Number => CustomType::Number,
            Self::Date => CustomType::Date,
            Self::Time | Self::Money | Self::Id | Self::Texts => return None,
        })
    }

    /// Whether lists are sorted by it.
    pub fn sorts(self) -> bool {
        !matches!(self, Self::LongText | Self::Id | Self::Texts)
    }

    /// Whether records can be found by it through an index.
    pub fn can_be_indexed(self) -> bool {
        !matches!(self, Self::LongText | Self::Texts | Self::Money)
    }
}

/// A field of a declared kind.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DeclaredField {
    /// Its name in requests, filters, events and grants: small letters, digits and underscores, a letter first.
    pub name: String,
    /// What it holds.
    #[serde(rename = "type")]
    pub of: DeclaredType,
    /// Its title for people who read English.
    pub en: String,
    /// Its title for people who read Chinese.
    pub zh: String,
    /// What it is for, in English.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help: String,
    /// The same in Chinese.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub help_zh: String,
    /// Whether every record has it.
    #[serde(default, skip_serializing_if = "is_false")]
    pub required: bool,
    /// Of a word: what may be chosen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<String>,
    /// Of an id: the kind of the record that it names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relates_to: Option<String>,
    /// What it tells about whom: roles see it in full, masked, or not at all.
    #[serde(default = "plain", skip_serializing_if = "is_plain")]
    pub class: FieldClass,
    /// Whether records are found by it through an index; an id always has one.
    #[serde(default, skip_serializing_if = "is_false")]
    pub indexed: bool,
    /// What a record has when nobody says, and what records get that were there before the field was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub default: Option<Value>,
    /// In a change of the kind: what the field was called so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub was: Option<String>,
}

fn plain() -> FieldClass {
    FieldClass::Plain
}

fn is_plain(class: &FieldClass) -> bool {
    *class == FieldClass::Plain
}

fn is_false(flag: &bool) -> bool {
    !flag
}

impl DeclaredField {
    /// A field of which nothing else is said.
    pub fn plain(name: &str, of: DeclaredType) -> Self {
        Self {
            name: name.to_owned(),
            of,
            en: name.to_owned(),
            zh: name.to_owned(),
            help: String::new(),
            help_zh: String::new(),
            required: false,
            choices: Vec::new(),
            relates_to: None,
            class: FieldClass::Plain,
            indexed: false,
            default: None,
            was: None,
        }
    }

    /// Whether records are found by it through an index.
    pub fn has_index(&self) -> bool {
        self.indexed || self.of == DeclaredType::Id
    }

    /// A value as it is kept; what would be right where it doesn't fit.
    pub fn keep(&self, value: &Value) -> Result<Value, String> {
        if let Some(of) = self.of.custom() {
            let value = match (self.of, value.as_str()) {
                (DeclaredType::Text, Some(line)) => json!(line.trim()),
                _ => value.clone(),
            };
            return match custom_field::misfit(of, &self.choices, &value) {
                Some(expected) => Err(expected),
                None => Ok(value),
            };
        }
        let text = value.as_str();
        match self.of {
            DeclaredType::Time => {
                let at = text.and_then(|text| text.parse::<Timestamp>().ok());
                at.map(|at| json!(at.as_micros()))
                    .ok_or_else(|| "a time as RFC 3339 has it: 2026-01-31T08:00:00Z".to_owned())
            }
            DeclaredType::Money => {
                let money: Money = serde_json::from_value(value.clone()).map_err(|_| {
                    r#"an amount of money: {"amount": "12.30", "currency": "CNY"}"#.to_owned()
                })?;
                match faults_of_money(&money) {
                    Some((_, detail)) => Err(detail),
                    None => Ok(json!({"cents": money.cents, "currency": money.currency})),
                }
            }
            DeclaredType::Id => {
                let id = text.and_then(|text| text.parse::<Uuid>().ok());
                let kind = self.relates_to.as_deref().unwrap_or("record");
                id.map(|id| json!(id)).ok_or_else(|| format!("the id of a {kind}"))
            }
            _ => texts(value),
        }
    }

    /// A value that is kept, as answers have it.
    pub fn shown(&self, kept: &Value) -> Value {
        match self.of {
            DeclaredType::Time => match kept.as_i64() {
                Some(micros) => json!(Timestamp::from_micros(micros).to_string()),
                None => Value::Null,
            },
            DeclaredType::Money => money(kept).map_or(Value::Null, |money| json!(money)),
            _ => kept.clone(),
        }
    }

    /// What is wrong with a value that is kept, by what the field says now; none where it fits.
    pub fn misfit(&self, kept: Option<&Value>) -> Option<String> {
        match kept.filter(|kept| !is_empty(kept)) {
            None => self.required.then(|| "there is none".to_owned()),
            Some(kept) => self.keep(&self.shown(kept)).err(),
        }
    }
}

/// An amount as it is kept.
pub(super) fn money(kept: &Value) -> Option<Money> {
    Some(Money::new(kept["cents"].as_i64()?, kept["currency"].as_str()?))
}

/// Whether a value is as good as none.
pub(super) fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.trim().is_empty(),
        Value::Array(items) => items.is_empty(),
        _ => false,
    }
}

fn texts(value: &Value) -> Result<Value, String> {
    let expected = || format!("at most {MOST_TEXTS} texts of 1 to {LONGEST_TEXT} characters, each once");
    let items = value.as_array().filter(|items| items.len() <= MOST_TEXTS).ok_or_else(expected)?;
    for (place, item) in items.iter().enumerate() {
        let text =
            item.as_str().filter(|text| !text.trim().is_empty() && text.chars().count() <= LONGEST_TEXT);
        if text.is_none() || items[..place].contains(item) {
            return Err(expected());
        }
    }
    Ok(value.clone())
}

/// What is wrong with the fields of a kind, which may relate to one of these kinds.
pub fn faults_of_fields(fields: &[DeclaredField], kinds: &[&str]) -> Vec<InvalidField> {
    let mut faults = Vec::new();
    if fields.is_empty() || fields.len() > MOST_FIELDS {
        let detail = format!("a kind has 1 to {MOST_FIELDS} fields");
        return vec![InvalidField { pointer: "/fields".to_owned(), detail }];
    }
    for (place, field) in fields.iter().enumerate() {
        let mut fault = |part: &str, detail: String| {
            faults.push(InvalidField { pointer: format!("/fields/{place}/{part}"), detail });
        };
        let fits = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
        let begins = field.name.starts_with(|first: char| first.is_ascii_lowercase());
        if !begins || !field.name.bytes().all(fits) || field.name.len() > 50 {
            let detail = "at most 50 small letters, digits and underscores, a letter first: annual_revenue";
            fault("name", detail.to_owned());
        } else if TAKEN.contains(&field.name.as_str()) {
            fault(
                "name",
                format!("{:?} is a name that every record has, or a word of conditions", field.name),
            );
        } else if fields[..place].iter().any(|other| other.name == field.name) {
            fault("name", format!("there is another field {:?}", field.name));
        }
        for (part, text, least, most) in [
            ("en", &field.en, 1, 100),
            ("zh", &field.zh, 1, 100),
            ("help", &field.help, 0, 500),
            ("help_zh", &field.help_zh, 0, 500),
        ] {
            let characters = text.chars().count();
            if characters > most || least > 0 && text.trim().is_empty() {
                fault(part, format!("{least} to {most} characters"));
            }
        }
        match (field.of == DeclaredType::Word, field.choices.is_empty()) {
            (true, true) => fault("choices", "say which words may be chosen".to_owned()),
            (false, false) => fault("choices", "only a field of the type word has choices".to_owned()),
            _ => {}
        }
        let odd = |(place, choice): (usize, &String)| {
            let length = choice.chars().count();
            !(1..=64).contains(&length) || choice.trim() != choice || field.choices[..place].contains(choice)
        };
        if field.choices.len() > MOST_CHOICES || field.choices.iter().enumerate().any(odd) {
            fault("choices", format!("at most {MOST_CHOICES} words of 1 to 64 characters, each once"));
        }
        match (field.of == DeclaredType::Id, &field.relates_to) {
            (true, Some(kind)) if !kinds.contains(&kind.as_str()) => {
                let known = kinds.join(", ");
                fault(
                    "relates_to",
                    format!("there is no kind {kind:?} whose records can be named; there are: {known}"),
                );
            }
            (true, None) => fault("relates_to", "say the kind of the record that it names".to_owned()),
            (false, Some(_)) => {
                fault("relates_to", "only a field of the type id names another record".to_owned());
            }
            _ => {}
        }
        if field.indexed && !field.of.can_be_indexed() {
            fault("indexed", format!("a field of the type {} has no index", field.of));
        }
        if let Some(default) = &field.default {
            if field.of == DeclaredType::Id {
                fault("default", "which record it names is said of each record".to_owned());
            } else if let Err(expected) = field.keep(default) {
                fault("default", expected);
            }
        }
    }
    faults
}

#[cfg(test)]
mod tests {
    use super::*;

    fn field(of: DeclaredType) -> DeclaredField {
        DeclaredField::plain("it", of)
    }

    #[test]
    fn a_value_is_kept_in_the_form_that_is_sorted_and_shown_as_it_came() {
        for (of, value, kept) in [
            (DeclaredType::Time, json!("2026-01-31T16:00:00+08:00"), json!(1_769_846_400_000_000_i64)),
            (
                DeclaredType::Money,
                json!({"amount": "12.30", "currency": "CNY"}),
                json!({"cents": 1_230, "currency": "CNY"}),
            ),
            (DeclaredType::Text, json!(" 检修 "), json!("检修")),
            (DeclaredType::Texts, json!(["a", "b"]), json!(["a", "b"])),
            (DeclaredType::Integer, json!(5), json!(5)),
        ] {
            let field = field(of);
            assert_eq!(field.keep(&value).as_ref(), Ok(&kept), "{of}");
            assert_eq!(field.keep(&field.shown(&kept)), Ok(kept), "{of}");
        }
    }

    #[test]
    fn what_does_not_fit_is_refused_with_what_would() {
        for (of, value) in [
            (DeclaredType::Time, json!("yesterday")),
            (DeclaredType::Time, json!(5)),
            (DeclaredType::Money, json!({"amount": "12.345", "currency": "CNY"})),
            (DeclaredType::Money, json!({"amount": "1", "currency": "yuan"})),
            (DeclaredType::Money, json!(12)),
            (DeclaredType::Id, json!("one")),
            (DeclaredType::Texts, json!("a")),
            (DeclaredType::Texts, json!(["a", "a"])),
            (DeclaredType::Texts, json!([" "])),
            (DeclaredType::Text, json!("字".repeat(201))),
            (DeclaredType::Word, json!("a")),
        ] {
            assert!(field(of).keep(&value).is_err(), "{of} {value}");
        }
    }

    #[test]
    fn odd_fields_are_named_by_their_place() {
        let pointers = |fields: &[DeclaredField]| -> Vec<String> {
            faults_of_fields(fields, &["customer"]).into_iter().map(|fault| fault.pointer).collect()
        };
        let named = |name: &str| DeclaredField::plain(name, DeclaredType::Text);
        assert_eq!(pointers(&[]), ["/fields"]);
        assert_eq!(pointers(&[named("a"), named("a")]), ["/fields/1/name"]);
        for name in ["id", "now", "Owner", "a-b", "名"] {
            assert_eq!(pointers(&[named(name)]), ["/fields/0/name"], "{name}");
        }
        assert_eq!(pointers(&[field(DeclaredType::Word)]), ["/fields/0/choices"]);
        assert_eq!(pointers(&[field(DeclaredType::Id)]), ["/fields/0/relates_to"]);
        let to = |kind: &str| DeclaredField { relates_to: Some(kind.to_owned()), ..field(DeclaredType::Id) };
        assert_eq!(pointers(&[to("customer")]), [""; 0]);
        assert_eq!(pointers(&[to("nowhere")]), ["/fields/0/relates_to"]);
        let indexed = DeclaredField { indexed: true, ..field(DeclaredType::LongText) };
        assert_eq!(pointers(&[indexed]), ["/fields/0/indexed"]);
        let default = DeclaredField { default: Some(json!("five")), ..field(DeclaredType::Integer) };
        assert_eq!(pointers(&[default]), ["/fields/0/default"]);
    }
}
