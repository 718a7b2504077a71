//! What an event says of a change: fields with their old and new values.

use hospes_sdk::serde_json::{self, Map, Value as Json};
use hospes_sdk::{Event, Money, Timestamp, Value};

/// A change of a record.
#[derive(Debug, Default)]
pub struct Change {
    /// When.
    pub at: Timestamp,
    fields: Map<String, Json>,
}

impl Change {
    /// What an event says.
    pub fn of(event: &Event) -> Self {
        Self { at: event.at, fields: serde_json::from_str(&event.data).unwrap_or_default() }
    }

    /// A value that isn't old or new but the record's, as in an event of its deletion.
    pub fn text(&self, field: &str) -> &str {
        self.fields.get(field).and_then(Json::as_str).unwrap_or_default()
    }

    /// The text that a field had before, if it was changed; empty where it had none.
    pub fn old_text(&self, field: &str) -> Option<String> {
        let old = self.fields.get(field)?.as_object()?.get("old")?;
        Some(old.as_str().unwrap_or_default().to_owned())
    }

    /// The value that a field had before, if it was changed and still has the value that the event says.
    pub fn undone(&self, field: &str, current: &Value) -> Option<Value> {
        let change = self.fields.get(field)?.as_object()?;
        let (old, new) = (value(field, change.get("old")?), value(field, change.get("new")?));
        (new == *current && old != new).then_some(old)
    }
}

/// A value of JSON as records have it.
fn value(field: &str, json: &Json) -> Value {
    match json {
        Json::String(text) if field.ends_with("_on") => Value::Date(text.clone()),
        Json::String(text) => Value::Text(text.clone()),
        Json::Object(money) => {
            let part = |name: &str| money.get(name).and_then(Json::as_str).unwrap_or_default();
            Value::Money(Money::new(part("amount"), part("currency")))
        }
        _ => Value::None,
    }
}
