//! A record in work: its fields, and which of them are to be written.

use std::collections::{BTreeMap, BTreeSet};

use hospes_sdk::{Attribute, Entity, Value};
use jiff::civil::Date;

use crate::dates;
use crate::money::Amount;

/// A record in work.
#[derive(Debug, Clone)]
pub struct Record {
    /// Its kind.
    pub kind: String,
    /// Its id; empty for one that isn't made yet.
    pub id: String,
    /// The version that changes are based on.
    pub version: i64,
    fields: BTreeMap<String, Value>,
    changed: BTreeSet<String>,
}

impl From<Entity> for Record {
    fn from(entity: Entity) -> Self {
        let fields = entity.attributes.into_iter().map(|attribute| (attribute.name, attribute.value));
        Self {
            kind: entity.kind,
            id: entity.id,
            version: entity.version,
            fields: fields.filter(|(_, value)| *value != Value::None).collect(),
            changed: BTreeSet::new(),
        }
    }
}

impl Record {
    /// One that is to be made.
    pub fn new(kind: &str) -> Self {
        Self {
            kind: kind.to_owned(),
            id: String::new(),
            version: 0,
            fields: BTreeMap::new(),
            changed: BTreeSet::new(),
        }
    }

    /// Sets a field; what stands there already isn't written again.
    pub fn set(&mut self, name: &str, value: impl Into<Value>) {
        let value = value.into();
        if self.fields.get(name).unwrap_or(&Value::None) == &value {
            return;
        }
        self.changed.insert(name.to_owned());
        match value {
            Value::None => self.fields.remove(name),
            value => self.fields.insert(name.to_owned(), value),
        };
    }

    /// Sets a field that has no value yet.
    pub fn fill(&mut self, name: &str, value: impl Into<Value>) {
        if self.is_empty(name) {
            self.set(name, value);
        }
    }

    /// Sets a day, or clears it.
    pub fn set_day(&mut self, name: &str, day: Option<Date>) {
        self.set(name, day.map_or(Value::None, dates::value));
    }

    /// Sets an amount, or clears it.
    pub fn set_amount(&mut self, name: &str, amount: Option<Amount>) {
        self.set(name, amount.map_or(Value::None, Value::from));
    }

    /// Sets a text; an empty one clears the field.
    pub fn set_text(&mut self, name: &str, text: &str) {
        self.set(name, if text.is_empty() { Value::None } else { Value::from(text) });
    }

    /// Has a field written though it stays as it is: of two calls that do so at once, one runs again.
    pub fn touch(&mut self, name: &str) {
        self.changed.insert(name.to_owned());
    }

    /// Whether a field has no value.
    pub fn is_empty(&self, name: &str) -> bool {
        self.fields.get(name).is_none_or(|value| value.as_text().is_some_and(|text| text.trim().is_empty()))
    }

    /// A field's value.
    pub fn value(&self, name: &str) -> Value {
        self.fields.get(name).cloned().unwrap_or(Value::None)
    }

    /// A text, word or id; empty where there is none.
    pub fn text(&self, name: &str) -> &str {
        self.fields.get(name).and_then(Value::as_text).unwrap_or_default().trim()
    }

    /// A day.
    pub fn day(&self, name: &str) -> Option<Date> {
        dates::parse(self.fields.get(name)?.as_date()?)
    }

    /// An amount of money.
    pub fn amount(&self, name: &str) -> Option<Amount> {
        Amount::of(self.fields.get(name)?.as_money()?)
    }

    /// A whole number; 0 where there is none.
    pub fn integer(&self, name: &str) -> i64 {
        self.fields.get(name).and_then(Value::as_integer).unwrap_or(0)
    }

    /// Whether something is to be written.
    pub fn is_changed(&self) -> bool {
        !self.changed.is_empty()
    }

    /// What is to be written.
    pub fn changes(&self) -> Vec<Attribute> {
        self.changed.iter().map(|name| Attribute::new(name.as_str(), self.value(name))).collect()
    }

    /// About how many bytes it has.
    pub fn size(&self) -> usize {
        let size = |(name, value): (&String, &Value)| name.len() + value.as_text().map_or(16, str::len);
        self.fields.iter().map(size).sum()
    }
}
