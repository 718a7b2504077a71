//! What the catalogue says of values, checked.

use serde_json::{Map, Value};

use super::{Field, Record, Shown, Type};
use crate::domain::attributes::too_large;
use crate::domain::clock;
use crate::domain::identity::normalize;
use crate::domain::money::Money;

/// The largest amount of money that a request sets: ten million millions, in hundredths.
const LARGEST_AMOUNT: i64 = 1_000_000_000_000_000;
/// The most custom fields of a record.
const MOST_ATTRIBUTES: usize = 200;

/// One thing that is wrong with a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvalidField {
    /// Where, as a JSON pointer into the request.
    pub pointer: String,
    /// What is wrong and what would be right.
    pub detail: String,
}

/// What is wrong with the fields of a record that requests may set.
pub fn faults<R: Record>(record: &R) -> Vec<InvalidField> {
    let set = record.values().filter(|(field, _)| field.new || field.change);
    set.filter_map(|(field, value)| {
        let (below, detail) = fault(field, &value)?;
        Some(InvalidField { pointer: format!("/{}{below}", field.name), detail })
    })
    .collect()
}

/// What is wrong with a value, and at which place below it.
fn fault(field: &Field, value: &Shown<'_>) -> Option<(&'static str, String)> {
    let here = |detail: String| Some(("", detail));
    match value {
        Shown::Text(day) if field.of == Type::Date && !clock::is_day(day) => {
            here("a date is written YYYY-MM-DD".to_owned())
        }
        Shown::Text(text) if field.email && normalize("email", text, None).is_err() => {
            here("an e-mail address is needed".to_owned())
        }
        Shown::Text(text) => here(too_long(field, text)?),
        Shown::Integer(number) => {
            let (least, most) = field.range.filter(|(least, most)| !(least..=most).contains(&number))?;
            here(format!("a whole number from {least} to {most}"))
        }
        Shown::Texts(texts) => here(too_many(field, texts)?),
        Shown::Json(Value::Array(words)) if matches!(field.of, Type::Words(_)) => {
            let twice = words.iter().enumerate().any(|(place, word)| words[..place].contains(word));
            let empty = field.filled && words.is_empty();
            here((twice || empty).then(|| match field.filled {
                true => "one word at least, and each once at most".to_owned(),
                false => "each word once at most".to_owned(),
            })?)
        }
        Shown::Fields(fields) => here(too_wide(fields)?),
        Shown::Money(money) => faults_of_money(money),
        _ => None,
    }
}

/// What is wrong with an amount, and at which place below it.
pub fn faults_of_money(money: &Money) -> Option<(&'static str, String)> {
    if !(0..=LARGEST_AMOUNT).contains(&money.cents) {
        return Some(("/amount", "an amount is 0 to 10,000,000,000,000.00".to_owned()));
    }
    let known = money.currency.len() == 3 && money.currency.bytes().all(|byte| byte.is_ascii_uppercase());
    (!known).then(|| ("/currency", "a currency has three capital letters, such as CNY".to_owned()))
}

fn too_long(field: &Field, text: &str) -> Option<String> {
    let (least, most) = field.length?;
    let characters = text.chars().count();
    if (least..=most).contains(&characters) {
        return None;
    }
    Some(match least {
        0 => format!("at most {most} characters"),
        _ => format!("{least} to {most} characters"),
    })
}

fn too_many(field: &Field, texts: &[String]) -> Option<String> {
    let (least, most) = field.length.unwrap_or((0, usize::MAX));
    let items = field.items.unwrap_or(usize::MAX);
    let spoken = |text: &String| least == 0 || !text.trim().is_empty();
    let fits = |text: &String| (least..=most).contains(&text.chars().count()) && spoken(text);
    let whole = texts.len() <= items && texts.iter().all(fits);
    (!whole).then(|| format!("at most {items} {} of {least} to {most} characters", field.name))
}

fn too_wide(fields: &Map<String, Value>) -> Option<String> {
    if fields.len() > MOST_ATTRIBUTES {
        return Some(format!("at most {MOST_ATTRIBUTES} custom fields"));
    }
    too_large(fields)
}
