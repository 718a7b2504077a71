//! A host in memory.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use hospes_sdk::records::Comparison;
use hospes_sdk::{Attribute, Entity, Error, Timestamp, Value};

use crate::books::Books;
use crate::host::{Host, Where};
use crate::settings::Settings;

type Fields = BTreeMap<String, Value>;

/// Records and keys.
pub struct Memory {
    records: RefCell<BTreeMap<(String, String), (i64, Fields)>>,
    keys: RefCell<BTreeMap<String, Vec<u8>>>,
    now: Cell<Timestamp>,
    ids: Cell<u32>,
    /// How much later it is after each page that was found, in microseconds.
    pub slowness: Cell<i64>,
    /// Calls that were refused because they lost a race.
    pub races: Cell<u32>,
}

/// What a call has written.
enum Write {
    Create(String, String, Vec<Attribute>),
    Update(String, String, i64, Vec<Attribute>),
}

/// A call: it sees what is kept and stages what it writes.
struct Call<'m> {
    memory: &'m Memory,
    writes: RefCell<Vec<Write>>,
    seen: RefCell<BTreeMap<String, Option<Vec<u8>>>>,
    keys: RefCell<BTreeMap<String, Vec<u8>>>,
}

impl Memory {
    pub fn new(now: Timestamp) -> Self {
        Self {
            records: RefCell::default(),
            keys: RefCell::default(),
            now: Cell::new(now),
            ids: Cell::new(0),
            slowness: Cell::new(0),
            races: Cell::new(0),
        }
    }

    pub fn now(&self) -> Timestamp {
        self.now.get()
    }

    pub fn wait(&self, microseconds: i64) {
        self.now.set(self.now.get() + microseconds);
    }

    pub fn insert(&self, kind: &str, id: &str, fields: &[(&str, Value)]) {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        self.records.borrow_mut().insert((kind.to_owned(), id.to_owned()), (1, fields));
    }

    pub fn change(&self, kind: &str, id: &str, field: &str, value: Value) {
        let mut records = self.records.borrow_mut();
        let record = records.get_mut(&(kind.to_owned(), id.to_owned())).expect("it is there");
        record.0 += 1;
        record.1.insert(field.to_owned(), value);
    }

    pub fn delete(&self, kind: &str, id: &str) {
        self.records.borrow_mut().remove(&(kind.to_owned(), id.to_owned()));
    }

    pub fn key(&self, key: &str) -> Option<String> {
        self.keys.borrow().get(key).map(|value| String::from_utf8_lossy(value).into_owned())
    }

    pub fn forget_keys(&self) {
        self.keys.borrow_mut().clear();
    }

    pub fn value(&self, kind: &str, id: &str, field: &str) -> Value {
        let records = self.records.borrow();
        let record = records.get(&(kind.to_owned(), id.to_owned())).expect("it is there");
        record.1.get(field).cloned().unwrap_or(Value::None)
    }

    pub fn text(&self, kind: &str, id: &str, field: &str) -> String {
        self.value(kind, id, field).as_text().unwrap_or_default().to_owned()
    }

    pub fn ids(&self, kind: &str) -> Vec<String> {
        self.records.borrow().keys().filter(|(of, _)| of == kind).map(|(_, id)| id.clone()).collect()
    }

    /// Makes a call and applies what it wrote; again while that loses a race.
    pub fn call<T>(
        &self,
        settings: &Settings,
        work: impl Fn(&Books) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.call_amid(settings, work, |_| {})
    }

    /// The same, with something that happens before the first run is applied.
    pub fn call_amid<T>(
        &self,
        settings: &Settings,
        work: impl Fn(&Books) -> Result<T, Error>,
        amid: impl FnOnce(&Self),
    ) -> Result<T, Error> {
        let mut amid = Some(amid);
        for _ in 0..10 {
            let call = Call {
                memory: self,
                writes: RefCell::default(),
                seen: RefCell::default(),
                keys: RefCell::default(),
            };
            let result = crate::within(&call, settings, &work)?;
            if let Some(amid) = amid.take() {
                amid(self);
            }
            match self.apply(&call) {
                Ok(()) => return Ok(result),
                Err(error) if error.code == "race" => self.races.set(self.races.get() + 1),
                Err(error) => return Err(error),
            }
        }
        Err(Error::new("race", "lost too often"))
    }

    fn apply(&self, call: &Call) -> Result<(), Error> {
        let race = || Err(Error::new("race", ""));
        for (key, seen) in call.seen.borrow().iter() {
            if call.keys.borrow().contains_key(key) && self.keys.borrow().get(key) != seen.as_ref() {
                return race();
            }
        }
        let mut records = self.records.borrow().clone();
        for write in call.writes.borrow().iter() {
            match write {
                Write::Create(kind, id, attributes) => {
                    let assignee = Attribute::find(attributes, "assignee_id").and_then(Value::as_text);
                    if assignee == Some("user-gone") {
                        return Err(Error::invalid("there is no active user user-gone"));
                    }
                    let fields = attributes.iter().map(|each| (each.name.clone(), each.value.clone()));
                    records.insert((kind.clone(), id.clone()), (1, fields.collect()));
                }
                Write::Update(kind, id, version, attributes) => {
                    let Some(record) = records.get_mut(&(kind.clone(), id.clone())) else {
                        return Err(Error::not_found(id.as_str()));
                    };
                    if record.0 != *version {
                        return race();
                    }
                    record.0 += 1;
                    for attribute in attributes {
                        record.1.insert(attribute.name.clone(), attribute.value.clone());
                    }
                }
            }
        }
        *self.records.borrow_mut() = records;
        self.keys.borrow_mut().extend(call.keys.take());
        Ok(())
    }
}

fn meets(fields: &Fields, (field, comparison, value): &Where) -> bool {
    let found = fields.get(*field).cloned().unwrap_or(Value::None);
    let order = match (&found, value) {
        (Value::Date(one), Value::Date(other)) => Some(one.cmp(other)),
        _ => None,
    };
    match comparison {
        Comparison::Equal => found == *value,
        Comparison::NotEqual => found != *value,
        Comparison::LessOrEqual => order.is_some_and(std::cmp::Ordering::is_le),
        _ => false,
    }
}

fn entity(kind: &str, id: &str, (version, fields): &(i64, Fields)) -> Entity {
    let attributes = fields.iter().map(|(name, value)| Attribute::new(name.as_str(), value.clone()));
    Entity { kind: kind.into(), id: id.into(), version: *version, attributes: attributes.collect() }
}

impl Host for Call<'_> {
    fn now(&self) -> Timestamp {
        self.memory.now.get()
    }

    fn get(&self, kind: &str, id: &str) -> Result<Option<Entity>, Error> {
        let records = self.memory.records.borrow();
        Ok(records.get(&(kind.to_owned(), id.to_owned())).map(|record| entity(kind, id, record)))
    }

    fn find(
        &self,
        kind: &str,
        conditions: &[Where],
        limit: u32,
        cursor: Option<String>,
    ) -> Result<(Vec<Entity>, Option<String>), Error> {
        self.memory.wait(self.memory.slowness.get());
        let records = self.memory.records.borrow();
        let from = (kind.to_owned(), cursor.unwrap_or_default());
        let after = records.range((std::ops::Bound::Excluded(from), std::ops::Bound::Unbounded));
        let of_kind = after.take_while(|((of, _), _)| of == kind);
        let met = of_kind.filter(|(_, (_, fields))| conditions.iter().all(|each| meets(fields, each)));
        let found: Vec<Entity> =
            met.take(limit as usize).map(|((_, id), record)| entity(kind, id, record)).collect();
        let next = found.last().filter(|_| found.len() == limit as usize).map(|last| last.id.clone());
        Ok((found, next))
    }

    fn create(&self, kind: &str, attributes: &[Attribute]) -> Result<String, Error> {
        self.memory.ids.set(self.memory.ids.get() + 1);
        let id = format!("made-{:05}", self.memory.ids.get());
        self.writes.borrow_mut().push(Write::Create(kind.into(), id.clone(), attributes.to_vec()));
        Ok(id)
    }

    fn update(&self, kind: &str, id: &str, version: i64, attributes: &[Attribute]) -> Result<(), Error> {
        self.writes.borrow_mut().push(Write::Update(kind.into(), id.into(), version, attributes.to_vec()));
        Ok(())
    }

    fn kept(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        if let Some(own) = self.keys.borrow().get(key) {
            return Ok(Some(own.clone()));
        }
        let kept = self.memory.keys.borrow().get(key).cloned();
        self.seen.borrow_mut().entry(key.to_owned()).or_insert_with(|| kept.clone());
        Ok(kept)
    }

    fn keep(&self, key: &str, value: &[u8]) -> Result<(), Error> {
        self.kept(key)?;
        self.keys.borrow_mut().insert(key.to_owned(), value.to_vec());
        Ok(())
    }

    fn increment(&self, key: &str, by: i64) -> Result<i64, Error> {
        let kept = self.kept(key)?.and_then(|kept| String::from_utf8(kept).ok());
        let sum = kept.and_then(|text| text.parse::<i64>().ok()).unwrap_or(0) + by;
        self.keep(key, sum.to_string().as_bytes())?;
        Ok(sum)
    }
}
