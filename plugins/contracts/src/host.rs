//! What the plugin needs of the host, so that its rules can be tried without one.

use hospes_sdk::records::{self, Comparison, Condition, Query};
use hospes_sdk::{Attribute, Entity, Error, Timestamp, Value, clock, kv};

/// A condition: a field, how it is compared, with what.
pub type Where<'a> = (&'a str, Comparison, Value);

/// Records and a small store.
pub trait Host {
    /// The time.
    fn now(&self) -> Timestamp;
    /// A record; none where there is none.
    fn get(&self, kind: &str, id: &str) -> Result<Option<Entity>, Error>;
    /// A page of records, oldest first, and where the next one begins.
    fn find(
        &self,
        kind: &str,
        conditions: &[Where],
        limit: u32,
        cursor: Option<String>,
    ) -> Result<(Vec<Entity>, Option<String>), Error>;
    /// Creates a record.
    fn create(&self, kind: &str, attributes: &[Attribute]) -> Result<String, Error>;
    /// Changes a record that has this version.
    fn update(&self, kind: &str, id: &str, version: i64, attributes: &[Attribute]) -> Result<(), Error>;
    /// A value of the store.
    fn kept(&self, key: &str) -> Result<Option<Vec<u8>>, Error>;
    /// Keeps a value, if the one that was read is still there when the call ends; else the call runs again.
    fn keep(&self, key: &str, value: &[u8]) -> Result<(), Error>;
    /// Adds to a counter of the store.
    fn increment(&self, key: &str, by: i64) -> Result<i64, Error>;
}

/// The host that runs the plugin.
pub struct Live;

impl Host for Live {
    fn now(&self) -> Timestamp {
        clock::now()
    }

    fn get(&self, kind: &str, id: &str) -> Result<Option<Entity>, Error> {
        match records::get(kind, id) {
            Ok(entity) => Ok(Some(entity)),
            // What is no id names no record either.
            Err(error) if matches!(error.code.as_str(), "not-found" | "invalid") => Ok(None),
            Err(error) => Err(error),
        }
    }

    fn find(
        &self,
        kind: &str,
        conditions: &[Where],
        limit: u32,
        cursor: Option<String>,
    ) -> Result<(Vec<Entity>, Option<String>), Error> {
        let condition = |(field, comparison, value): &Where| Condition {
            field: (*field).to_owned(),
            comparison: *comparison,
            value: value.clone(),
        };
        let conditions = conditions.iter().map(condition).collect();
        let page = records::find(&Query { kind: kind.to_owned(), conditions, limit, cursor })?;
        Ok((page.items, page.next))
    }

    fn create(&self, kind: &str, attributes: &[Attribute]) -> Result<String, Error> {
        records::create(kind, attributes)
    }

    fn update(&self, kind: &str, id: &str, version: i64, attributes: &[Attribute]) -> Result<(), Error> {
        records::update(kind, id, version, attributes)
    }

    fn kept(&self, key: &str) -> Result<Option<Vec<u8>>, Error> {
        kv::get(key)
    }

    fn keep(&self, key: &str, value: &[u8]) -> Result<(), Error> {
        let known = kv::get(key)?;
        kv::swap(key, known.as_deref(), Some(value)).map(|_| ())
    }

    fn increment(&self, key: &str, by: i64) -> Result<i64, Error> {
        kv::increment(key, by)
    }
}
