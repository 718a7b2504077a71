//! A record whose kind is known only when the program runs.

use serde_json::{Map, Value};
use uuid::Uuid;

use crate::domain::catalogue::{Kind, Record};
use crate::domain::custom_field::COLUMN;
use crate::domain::declared::{DeclaredRecord, shown_value};
use crate::domain::masking;
use crate::domain::role::Sights;

/// A record of any kind with the values of its fields, as the API writes them.
#[derive(Debug, Clone)]
pub struct AnyRecord {
    /// Its kind.
    pub kind: &'static Kind,
    /// Its id.
    pub id: Uuid,
    /// Grows by one with every change.
    pub version: i64,
    /// In the order of the kind's fields.
    values: Vec<Value>,
}

static NOTHING: Value = Value::Null;

impl AnyRecord {
    /// A record of a kind that is known, as somebody sees its fields.
    pub fn of<R: Record>(record: &R, sights: Sights) -> Self {
        let values = record.values().map(|(field, value)| masking::value(field, value, sights).to_json());
        let values: Vec<Value> = values.collect();
        let mut any = Self { kind: R::KIND, id: Uuid::nil(), version: 1, values };
        any.id = any.value("id").as_str().and_then(|id| id.parse().ok()).unwrap_or_default();
        any.version = any.value("version").as_i64().unwrap_or(1);
        any
    }

    /// A record of a declared kind, as somebody sees its fields.
    pub(in crate::ops) fn declared(kind: &'static Kind, record: &DeclaredRecord, sights: Sights) -> Self {
        let value = |field| masking::value(field, shown_value(kind, record, field), sights).to_json();
        let values = kind.fields.iter().map(value).collect();
        Self { kind, id: record.id.0, version: record.version, values }
    }

    /// Its fields by their names, but for what is the host's own business.
    pub fn fields(&self) -> Map<String, Value> {
        let all = self.kind.fields.iter().zip(&self.values).filter(|(field, _)| !field.internal);
        all.map(|(field, value)| (field.name.to_owned(), value.clone())).collect()
    }

    /// The value of a field, declared or added; null where it has none.
    pub fn value(&self, field: &str) -> &Value {
        match field.split_once('.') {
            Some((COLUMN, added)) => self.value(COLUMN).get(added).unwrap_or(&NOTHING),
            _ => {
                let place = self.kind.fields.iter().position(|known| known.name == field);
                place.and_then(|place| self.values.get(place)).unwrap_or(&NOTHING)
            }
        }
    }

    /// What people know it by; the beginning of its id where that shows nothing.
    pub fn title(&self) -> String {
        let title = match self.value(self.kind.title) {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            other => other.to_string(),
        };
        crate::domain::text::name_or(&title, self.id).into_owned()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::domain::customer::Customer;

    #[test]
    fn values_are_found_by_their_fields() {
        let mut customer = Customer { name: "王芳".to_owned(), version: 3, ..Customer::blank() };
        customer.custom.insert("industry".to_owned(), json!("物流"));
        let any = AnyRecord::of(&customer, Sights::FULL);
        assert_eq!((any.title().as_str(), any.version), ("王芳", 3));
        assert_eq!(any.value("custom.industry"), "物流");
        assert_eq!((any.value("custom.other"), any.value("nothing")), (&Value::Null, &Value::Null));
        customer.name.clear();
        assert!(!AnyRecord::of(&customer, Sights::FULL).title().is_empty());
    }
}
