//! Numbers of documents.
//!
//! A number is drawn from a counter of the store in the same call that writes it into its document, and both are kept or
//! neither: a call that fails has drawn nothing, and of two that draw at once one runs again. So a series has no gaps but
//! those that people make by deleting a document; these are remembered and listed.

use hospes_sdk::{Error, serde_json};

use crate::books::Books;

/// What stands where a document has no number yet.
pub const NONE: &str = "—";
/// Deleted numbers that are remembered of a series.
const REMEMBERED: usize = 2_000;

/// A series of numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Series {
    /// Of quotations.
    Quotation,
    /// Of contracts.
    Contract,
    /// Of invoices.
    Invoice,
}

impl Series {
    /// The kind of its documents.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Quotation => "quotation",
            Self::Contract => "contract",
            Self::Invoice => "invoice",
        }
    }

    /// What its numbers of a year begin with.
    pub fn prefix(self, books: &Books, year: i16) -> String {
        let prefixes = &books.settings.prefixes;
        let prefix = match self {
            Self::Quotation => &prefixes.quotation,
            Self::Contract => &prefixes.contract,
            Self::Invoice => &prefixes.invoice,
        };
        prefix.replace("{year}", &year.to_string())
    }

    fn counter(self, prefix: &str) -> String {
        format!("number/{}/{prefix}", self.kind())
    }
}

/// Whether a document has no number yet.
pub fn is_missing(number: &str) -> bool {
    number.is_empty() || number == NONE
}

/// Draws the next number of a series for a document of a year.
pub fn next(books: &Books, series: Series, year: i16) -> Result<String, Error> {
    let prefix = series.prefix(books, year);
    let counter = series.counter(&prefix);
    if books.host().kept(&counter)?.is_none() {
        let first = if series == Series::Invoice { books.settings.first_invoice_number } else { 1 };
        let last = last_known(books, series, &prefix)?.max(first - 1);
        books.host().increment(&counter, last)?;
    }
    // Numbers that people have given by hand are taken.
    for _ in 0..1_000 {
        let number = written(&prefix, books.host().increment(&counter, 1)?);
        if books.first(series.kind(), "number", &number)?.is_none() {
            return Ok(number);
        }
    }
    Err(Error::new("conflict", format!("the next 1,000 numbers after {prefix} are taken by hand")))
}

/// The last number of a series that was drawn; 0 where none was.
pub fn last(books: &Books, series: Series, year: i16) -> Result<i64, Error> {
    let kept = books.host().kept(&series.counter(&series.prefix(books, year)))?;
    let text = kept.and_then(|bytes| String::from_utf8(bytes).ok());
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or(0))
}

/// The last number in use where the counter is new, as after the plugin was removed and installed again: found by doubling
/// and halving, because a series has no gaps.
fn last_known(books: &Books, series: Series, prefix: &str) -> Result<i64, Error> {
    let is_used = |number: i64| -> Result<bool, Error> {
        Ok(books.first(series.kind(), "number", &written(prefix, number))?.is_some())
    };
    let (mut used, mut free) = (0, 1);
    while is_used(free)? {
        (used, free) = (free, free * 2);
    }
    while free - used > 1 {
        let middle = used + (free - used) / 2;
        if is_used(middle)? { used = middle } else { free = middle }
    }
    Ok(used)
}

fn written(prefix: &str, number: i64) -> String {
    format!("{prefix}{number:05}")
}

/// Remembers that the document of a number was deleted, so that the gap can be explained.
pub fn remember_deleted(books: &Books, number: &str) -> Result<(), Error> {
    let mut numbers = deleted(books)?;
    let line = format!("{number} {}", books.today);
    if numbers.iter().any(|known| known.starts_with(&format!("{number} "))) {
        return Ok(());
    }
    numbers.push(line);
    numbers.drain(..numbers.len().saturating_sub(REMEMBERED));
    books.host().keep("deleted/invoice", &serde_json::to_vec(&numbers)?)
}

/// Numbers of deleted invoices, each with the day, oldest first.
pub fn deleted(books: &Books) -> Result<Vec<String>, Error> {
    match books.host().kept("deleted/invoice")? {
        Some(kept) => Ok(serde_json::from_slice(&kept)?),
        None => Ok(Vec::new()),
    }
}
