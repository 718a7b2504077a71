//! Reads a free text as an answer to the question, or finds that it is none.

use crate::{marks, phrases};
use hospes_sdk::survey::{Found, Scale, comment, number, plain};

/// Reads a text.
pub fn read(text: &str) -> Option<Found> {
    let text = plain(text);
    let found = number(&text, Scale::STARS).or_else(|| marks::emoji(&text)).or_else(|| phrases::read(&text));
    found.map(|(rating, rest)| Found { rating, comment: comment(rest) })
}

#[cfg(test)]
mod tests;
