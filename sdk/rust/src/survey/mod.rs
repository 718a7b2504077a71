//! What [`Survey`](crate::Survey) speaks of, and what surveys have in common: which tickets are asked about, how often
//! somebody is asked, and how a reply in a chat is read as an answer, in Chinese and in English.
//!
//! Customers also write something new while a question is open, so a number or a kind word alone isn't enough: what stands
//! around it has to fit an answer. When in doubt it is none, and the text goes on as a message.

mod asking;
mod numbers;
mod rhythm;
mod scale;
mod text;
mod topics;
mod words;

pub use crate::bindings::exports::hospes::plugin::survey::{Answer, OptionLabel, Questionnaire, Reading};

pub use asking::{Asking, Language};
pub use numbers::number;
pub use rhythm::may_ask;
pub use scale::{Found, Scale};
pub use text::{asks, comment, is_emoji, is_separator, plain, wants};
pub use topics::topics;
pub use words::{clause, find, words};

use crate::Error;

/// What an answer means: a click by its rating, a text by what `read` finds in it. `mood` is the first of the tags; after it
/// stands what the comment is about. `invalid` when a rating was clicked that isn't on the scale.
pub fn reading(
    answer: &Answer,
    scale: Scale,
    read: impl Fn(&str) -> Option<Found>,
    mood: impl Fn(i32) -> &'static str,
) -> Result<Reading, Error> {
    let found = match answer.rating {
        Some(rating) => Some(Found { rating: scale.check(rating)?, comment: answer.text.trim().to_owned() }),
        None => read(&answer.text),
    };
    let Some(Found { rating, comment }) = found else {
        return Ok(Reading { rating: None, normalized: None, comment: String::new(), tags: Vec::new() });
    };
    let tags = std::iter::once(mood(rating)).chain(topics(&comment)).map(str::to_owned).collect();
    Ok(Reading { rating: Some(rating), normalized: Some(scale.normalized(rating)), comment, tags })
}
