//! Who tasks can be given to.
//!
//! The host refuses a call as a whole that gives a task to somebody who has left the company, and a plugin doesn't see who has.
//! So the daily run gives tasks to those that a run before has given some, and to one more person that it tries out.
//! A run that is refused comes again, and then knows that it was that person: their tasks are nobody's from then on, and all
//! others go on.

use std::collections::BTreeMap;

use hospes_sdk::{Error, Timestamp, serde_json};
use serde::{Deserialize, Serialize};

use crate::books::Books;

/// A run that is made so much later than it was due was refused twice, or the host was down.
const LATE: i64 = 240_000_000;
/// After so many days somebody who was refused is tried again.
const DAYS: i64 = 7;
const KEY: &str = "owners";

/// Who has got tasks, and who was refused on which day.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Known {
    taken: Vec<String>,
    refused: BTreeMap<String, String>,
}

/// Who tasks can be given to in a run.
#[derive(Debug)]
pub struct Owners {
    known: Known,
    tried: Option<String>,
    is_late: bool,
}

/// What becomes of a task.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// It is given to its owner.
    Owner,
    /// It is nobody's.
    Nobody,
    /// It waits for the next run: this one tries somebody else.
    Later,
}

impl Owners {
    /// As they are known at the beginning of a run that was due then. None where the run has to do nothing but forget who has
    /// got tasks, because one of them has left.
    pub fn read(books: &Books, due: Timestamp) -> Result<Option<Self>, Error> {
        let kept = books.host().kept(KEY)?;
        let mut known: Known = kept.and_then(|kept| serde_json::from_slice(&kept).ok()).unwrap_or_default();
        let is_recent = |day: &str| {
            crate::dates::parse(day).is_some_and(|day| crate::dates::days_between(day, books.today) < DAYS)
        };
        known.refused.retain(|_, day| is_recent(day));
        let is_late = books.host().now().saturating_sub(due) > LATE;
        if is_late && !known.taken.is_empty() {
            known.taken.clear();
            books.host().keep(KEY, &serde_json::to_vec(&known)?)?;
            return Ok(None);
        }
        Ok(Some(Self { known, tried: None, is_late }))
    }

    /// What becomes of a task for somebody.
    pub fn decide(&mut self, books: &Books, owner: &str) -> Given {
        if owner.is_empty() || self.known.refused.contains_key(owner) {
            return Given::Nobody;
        }
        if self.known.taken.iter().any(|known| known == owner) || self.tried.as_deref() == Some(owner) {
            return Given::Owner;
        }
        if self.tried.is_some() {
            return Given::Later;
        }
        if self.is_late {
            self.is_late = false;
            self.known.refused.insert(owner.to_owned(), books.today.to_string());
            return Given::Nobody;
        }
        self.tried = Some(owner.to_owned());
        Given::Owner
    }

    /// Remembers who has got tasks; kept with what the run has done.
    pub fn close(mut self, books: &Books) -> Result<(), Error> {
        self.known.taken.extend(self.tried);
        books.host().keep(KEY, &serde_json::to_vec(&self.known)?)
    }
}
