//! The daily run: it looks at every document whose day has come.
//!
//! Each document says itself on which day it is to be looked at next (`next_check_on`), and whatever is done with it moves
//! that day on, in the same transaction. So a run that has done as much as a call may do ends, and the next one takes those
//! that are left: none is left out, and none is done twice.

use hospes_sdk::records::Comparison::LessOrEqual;
use hospes_sdk::{Error, Timestamp, serde_json};
use serde::{Deserialize, Serialize};

use crate::books::Books;
use crate::{contract, dates, instalment, invoice, quotation};

/// The kinds that have something to do on a day, in the order in which they are looked at.
const KINDS: [&str; 4] = ["quotation", "contract", "instalment", "invoice"];
/// Documents that are found at once.
const PAGE: u32 = 25;
/// A run that is made so much later than it was due has failed before, or the host was down: it is made with care.
const LATE: i64 = 240_000_000;
/// Documents of a run that is made with care.
const FEW: usize = 10;
const KEY: &str = "daily";

/// How far the day's run has come.
#[derive(Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Progress {
    day: String,
    kinds: usize,
}

/// Goes on with the day's run, if it is time and something is left.
///
/// A task can't be given to somebody who has left the company, and a plugin doesn't see who has: the host refuses the call as
/// a whole. So a run that was refused twice does little and gives its tasks to nobody; else one task would hold up all.
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
    let mut left = if now.saturating_sub(due) > LATE { FEW } else { usize::MAX };
    let assign = left == usize::MAX;
    while let Some(kind) = KINDS.get(progress.kinds) {
        if !look_at(books, kind, &mut left, assign)? {
            break;
        }
        progress.kinds += 1;
    }
    books.host().keep(KEY, &serde_json::to_vec(&progress)?)
}

/// Looks at the documents of a kind; whether none is left.
fn look_at(books: &Books, kind: &str, left: &mut usize, assign: bool) -> Result<bool, Error> {
    let due = [("next_check_on", LessOrEqual, dates::value(books.today))];
    let mut cursor = None;
    loop {
        if books.is_full() || *left == 0 {
            return Ok(false);
        }
        let limit = PAGE.min(u32::try_from(*left).unwrap_or(PAGE));
        let (found, next) = books.page(kind, &due, limit, cursor)?;
        for document in found {
            *left = left.saturating_sub(1);
            match kind {
                "quotation" => quotation::check(books, document),
                "contract" => contract::check(books, document, assign)?,
                "instalment" => instalment::check(books, document)?,
                _ => invoice::check(books, document, assign)?,
            }
        }
        if next.is_none() {
            return Ok(true);
        }
        cursor = next;
    }
}
