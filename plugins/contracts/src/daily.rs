//! The daily run: it looks at every document whose day has come.
//!
//! Each document says itself on which day it is to be looked at next (`next_check_on`), and whatever is done with it moves
//! that day on, in the same transaction. So a run that has done as much as a call may do ends, and the next one takes those
//! that are left: none is left out, and none is done twice.

use hospes_sdk::records::Comparison::LessOrEqual;
use hospes_sdk::{Error, Timestamp, serde_json};
use serde::{Deserialize, Serialize};

use crate::books::Books;
use crate::owners::Owners;
use crate::{contract, dates, instalment, invoice, quotation};

/// The kinds that have something to do on a day, in the order in which they are looked at.
const KINDS: [&str; 4] = ["quotation", "contract", "instalment", "invoice"];
/// Documents that are found at once.
const PAGE: u32 = 25;
const KEY: &str = "daily";

/// How far the day's run has come.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Progress {
    day: String,
    kinds: usize,
}

/// Goes on with the day's run, if it is time and something is left.
pub fn run(books: &Books, due: Timestamp) -> Result<(), Error> {
    let now = books.host().now();
    let local = dates::local(now, &books.settings.zone);
    if local.hour() < books.settings.hour {
        return Ok(());
    }
    let kept = books.host().kept(KEY)?;
    let mut progress: Progress = kept.and_then(|kept| serde_json::from_slice(&kept).ok()).unwrap_or_default();
    let day = local.date().to_string();
    if progress.day != day {
        progress = Progress { day, kinds: 0 };
    }
    if progress.kinds == KINDS.len() {
        return Ok(());
    }
    let Some(mut owners) = Owners::read(books, due)? else { return Ok(()) };
    while let Some(kind) = KINDS.get(progress.kinds) {
        if !look_at(books, kind, &mut owners)? {
            break;
        }
        progress.kinds += 1;
    }
    owners.close(books)?;
    books.host().keep(KEY, &serde_json::to_vec(&progress)?)
}

/// Looks at the documents of a kind; whether none is left.
fn look_at(books: &Books, kind: &str, owners: &mut Owners) -> Result<bool, Error> {
    let due = [("next_check_on", LessOrEqual, dates::value(books.today))];
    let (mut cursor, mut all) = (None, true);
    loop {
        if books.is_full() {
            return Ok(false);
        }
        let (found, next) = books.page(kind, &due, PAGE, cursor)?;
        for document in found {
            all &= match kind {
                "quotation" => quotation::check(books, document),
                "contract" => contract::check(books, document, owners)?,
                "instalment" => instalment::check(books, document)?,
                _ => invoice::check(books, document, owners)?,
            };
        }
        if next.is_none() {
            return Ok(all);
        }
        cursor = next;
    }
}
