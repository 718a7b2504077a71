//! Values on their way between the contract's types and the host's own.

pub(super) mod dynamic;
pub(super) mod panel;
pub(super) mod wit_json;

use super::bindings::hospes::plugin::types;
use super::engine::fault::Fault;
use crate::domain::clock::{Timestamp, is_day};
use crate::domain::money::Money;
use crate::domain::value::{Attribute, Value};

/// Bytes that a value in JSON takes in memory, with what holds it.
const JSON_VALUE: usize = 64;

/// A guest's value in the host's form. JSON that isn't JSON is an error that names the attribute.
pub fn from_guest(name: &str, value: types::Value) -> Result<Value, Fault> {
    Ok(match value {
        types::Value::None => Value::None,
        types::Value::Boolean(flag) => Value::Boolean(flag),
        types::Value::Integer(number) => Value::Integer(number),
        types::Value::Number(number) => Value::Number(number),
        types::Value::Text(text) => Value::Text(text),
        types::Value::Time(at) => Value::Time(Timestamp::from_micros(at)),
        types::Value::Date(day) if is_day(&day) => Value::Date(day),
        types::Value::Date(day) => {
            return Err(Fault::invalid(format!(
                "the value of {name:?} is no day: {day:?}; write YYYY-MM-DD"
            )));
        }
        types::Value::Money(money) => Value::Money(
            Money::parse(&money.amount, money.currency)
                .map_err(|error| Fault::invalid(format!("the value of {name:?} is no money: {error}")))?,
        ),
        types::Value::Json(text) => Value::Json(
            serde_json::from_str(&text)
                .map_err(|error| Fault::invalid(format!("the value of {name:?} is not JSON: {error}")))?,
        ),
    })
}

/// A guest's attributes in the host's form.
pub fn attributes_from_guest(attributes: Vec<types::Attribute>) -> Result<Vec<Attribute>, Fault> {
    attributes
        .into_iter()
        .map(|attribute| {
            let value = from_guest(&attribute.name, attribute.value)?;
            Ok(Attribute { name: attribute.name, value })
        })
        .collect()
}

/// A value as a guest gets it.
pub fn to_guest(value: Value) -> types::Value {
    match value {
        Value::None => types::Value::None,
        Value::Boolean(flag) => types::Value::Boolean(flag),
        Value::Integer(number) => types::Value::Integer(number),
        Value::Number(number) => types::Value::Number(number),
        Value::Text(text) => types::Value::Text(text),
        Value::Time(at) => types::Value::Time(at.as_micros()),
        Value::Date(day) => types::Value::Date(day),
        Value::Money(money) => {
            types::Value::Money(types::Money { amount: money.amount(), currency: money.currency })
        }
        Value::Json(json) => types::Value::Json(json.to_string()),
    }
}

impl From<Attribute> for types::Attribute {
    fn from(attribute: Attribute) -> Self {
        Self { name: attribute.name, value: to_guest(attribute.value) }
    }
}

impl From<types::Attribute> for Attribute {
    /// For answers, where a broken value can't be sent back any more: JSON that isn't JSON becomes text.
    fn from(attribute: types::Attribute) -> Self {
        let value = match attribute.value {
            types::Value::Json(text) => serde_json::from_str(&text).map_or(Value::Text(text), Value::Json),
            other => match from_guest(&attribute.name, other) {
                Ok(value) => value,
                Err(_) => Value::None,
            },
        };
        Self { name: attribute.name, value }
    }
}

/// Roughly how many bytes of memory the attributes take in the host's form, where each value deep in JSON is one of its
/// own.
pub fn weight(attributes: &[types::Attribute]) -> usize {
    let weights = attributes.iter().map(|attribute| match &attribute.value {
        types::Value::Json(text) => {
            let values = text.bytes().filter(|byte| matches!(byte, b',' | b'[' | b'{' | b':')).count();
            text.len() + values * JSON_VALUE
        }
        _ => 0,
    });
    size(attributes) + weights.sum::<usize>()
}

/// Roughly how many bytes the attributes brought.
pub fn size(attributes: &[types::Attribute]) -> usize {
    attributes
        .iter()
        .map(|attribute| {
            let value = match &attribute.value {
                types::Value::Text(text) | types::Value::Json(text) | types::Value::Date(text) => text.len(),
                types::Value::Money(money) => money.amount.len() + money.currency.len(),
                _ => 8,
            };
            attribute.name.len() + value
        })
        .sum()
}
