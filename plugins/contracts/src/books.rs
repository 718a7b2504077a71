//! The records of one call: read once, changed here, written once at its end.
//!
//! A call may change a record once alone, because a second change would be based on a version that the first has left. So
//! whatever has several things to do with a contract or an invoice does them here.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

use hospes_sdk::{Error, Timestamp, Value};
use jiff::civil::Date;

use crate::dates;
use crate::host::{Host, Where};
use crate::record::Record;
use crate::settings::Settings;
use crate::texts::Language;

/// Microseconds of a call after which no further page is begun; a call has 250 milliseconds where nothing else is granted.
const TIME: i64 = 100_000;
/// Bytes of a call after which no further page is begun: a page may bring 2 MiB, and a call takes 8.
const BYTES: usize = 4 << 20;
/// Changes of a call after which no further page is begun. The host takes 1,000, and a record takes a few.
const WRITES: usize = 900;

/// The records of a call.
pub struct Books<'a> {
    host: &'a dyn Host,
    /// The installation's settings.
    pub settings: &'a Settings,
    /// The day at the company.
    pub today: Date,
    began: Timestamp,
    read: Cell<usize>,
    created: Cell<usize>,
    open: RefCell<BTreeMap<(String, String), Record>>,
    made: RefCell<Vec<Record>>,
}

impl<'a> Books<'a> {
    /// The books as they are now.
    pub fn new(host: &'a dyn Host, settings: &'a Settings) -> Self {
        let began = host.now();
        Self {
            host,
            settings,
            today: dates::local(began, &settings.zone).date(),
            began,
            read: Cell::new(0),
            created: Cell::new(0),
            open: RefCell::default(),
            made: RefCell::default(),
        }
    }

    /// The host.
    pub fn host(&self) -> &'a dyn Host {
        self.host
    }

    /// The language of what the plugin writes.
    pub fn language(&self) -> Language {
        self.settings.language
    }

    /// The language of refusals: that of who reads them, where it is known.
    pub fn reader(&self) -> Language {
        self.settings.reader.unwrap_or(self.settings.language)
    }

    /// A record, as this call has left it.
    pub fn get(&self, kind: &str, id: &str) -> Result<Option<Record>, Error> {
        if id.is_empty() {
            return Ok(None);
        }
        let key = (kind.to_owned(), id.to_owned());
        if let Some(known) = self.open.borrow().get(&key) {
            return Ok(Some(known.clone()));
        }
        if let Some(made) = self.made.borrow().iter().find(|made| made.kind == kind && made.id == id) {
            return Ok(Some(made.clone()));
        }
        let Some(entity) = self.host.get(kind, id)? else { return Ok(None) };
        let record = Record::from(entity);
        self.read.set(self.read.get() + record.size());
        self.open.borrow_mut().insert(key, record.clone());
        Ok(Some(record))
    }

    /// A page of records, those that this call has in work as it has left them.
    pub fn page(
        &self,
        kind: &str,
        conditions: &[Where],
        limit: u32,
        cursor: Option<String>,
    ) -> Result<(Vec<Record>, Option<String>), Error> {
        let (found, next) = self.host.find(kind, conditions, limit, cursor)?;
        let mut open = self.open.borrow_mut();
        let current = |entity: hospes_sdk::Entity| {
            let record = Record::from(entity);
            self.read.set(self.read.get() + record.size());
            open.entry((record.kind.clone(), record.id.clone())).or_insert(record).clone()
        };
        Ok((found.into_iter().map(current).collect(), next))
    }

    /// All records that meet the conditions, as far as a call reaches, and those that the call has made itself.
    pub fn all(&self, kind: &str, field: &str, id: &str) -> Result<Vec<Record>, Error> {
        use hospes_sdk::records::Comparison::Equal;
        let mut all = Vec::new();
        let mut cursor = None;
        loop {
            let (found, next) = self.page(kind, &[(field, Equal, Value::from(id))], 200, cursor)?;
            all.extend(found);
            if next.is_none() {
                break;
            }
            if self.read.get() > BYTES {
                return Err(Error::new("limit-exceeded", format!("there are too many of the kind {kind}")));
            }
            cursor = next;
        }
        let made = self.made.borrow();
        all.extend(made.iter().filter(|made| made.kind == kind && made.text(field) == id).cloned());
        Ok(all)
    }

    /// The first record that meets the conditions.
    pub fn first(&self, kind: &str, field: &str, value: &str) -> Result<Option<Record>, Error> {
        use hospes_sdk::records::Comparison::Equal;
        Ok(self.page(kind, &[(field, Equal, Value::from(value))], 1, None)?.0.into_iter().next())
    }

    /// Takes a changed record; it is written at the end.
    pub fn put(&self, record: Record) {
        self.open.borrow_mut().insert((record.kind.clone(), record.id.clone()), record);
    }

    /// Makes a record; its id.
    pub fn create(&self, mut record: Record) -> Result<String, Error> {
        let id = self.host.create(&record.kind, &record.changes())?;
        self.created.set(self.created.get() + 1);
        record.id.clone_from(&id);
        self.made.borrow_mut().push(record);
        Ok(id)
    }

    /// Writes what was changed.
    pub fn close(self) -> Result<(), Error> {
        for record in self.open.into_inner().into_values().filter(Record::is_changed) {
            self.host.update(&record.kind, &record.id, record.version, &record.changes())?;
        }
        Ok(())
    }

    /// Whether the call has done so much that the rest belongs into another one.
    pub fn is_full(&self) -> bool {
        let changed = self.open.borrow().values().filter(|record| record.is_changed()).count();
        changed + self.created.get() >= WRITES
            || self.read.get() >= BYTES
            || self.host.now() - self.began >= TIME
    }
}
