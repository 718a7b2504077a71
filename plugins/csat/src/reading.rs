//! Reads a free text as an answer to the question, or finds that it is none.
//!
//! Customers also write something new while a question is open, so a number or a kind word alone isn't enough: what
//! stands around it has to fit an answer. When in doubt it is none, and the text goes on as a message.

use crate::{marks, phrases};

/// What was found: a rating from 1 to 5 and what else was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// 1 to 5.
    pub rating: i32,
    /// The rest of the text, trimmed of what joined it; may be empty.
    pub comment: String,
}

/// Reads a text.
pub fn read(text: &str) -> Option<Found> {
    let text = plain(text.trim());
    if text.is_empty() {
        return None;
    }
    let (rating, rest) =
        marks::number(&text).or_else(|| marks::emoji(&text)).or_else(|| phrases::read(&text))?;
    Some(Found { rating, comment: comment(rest) })
}

/// Full-width letters, digits and brackets in their ordinary form; the variation marks of emoji dropped.
/// Chinese punctuation stays, for the comment's sake.
fn plain(text: &str) -> String {
    text.chars()
        .filter(|character| !matches!(character, '\u{fe0e}' | '\u{fe0f}'))
        .map(|character| match character {
            '\u{ff10}'..='\u{ff19}'
            | '\u{ff21}'..='\u{ff3a}'
            | '\u{ff41}'..='\u{ff5a}'
            | '\u{ff0f}'
            | '\u{ff0b}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
            '\u{3000}' => ' ',
            _ => character,
        })
        .collect()
}

fn comment(rest: &str) -> String {
    let rest =
        rest.trim_start_matches(|character: char| is_separator(character) || "!！~～)）".contains(character));
    // What only closes the sentence says nothing.
    if rest.chars().any(char::is_alphanumeric) { rest.trim_end().to_owned() } else { String::new() }
}

/// Marks that may stand between a rating and a comment.
pub fn is_separator(character: char) -> bool {
    character.is_whitespace() || ",，.。;；:：、-—–|".contains(character)
}

/// Whether a text asks something.
pub fn asks(text: &str) -> bool {
    let lower = text.to_lowercase();
    ["?", "？", "吗", "怎么", "什么时候", "多少", "哪里", "几点", "能不能", "可不可以", "有没有"]
        .iter()
        .any(|mark| lower.contains(mark))
}

/// Whether a text wants something done, so that a kind word before it is only politeness.
pub fn wants(text: &str) -> bool {
    let lower = text.to_lowercase();
    [
        "我要",
        "我想",
        "想要",
        "请问",
        "麻烦",
        "帮我",
        "下单",
        "i want",
        "i need",
        "i'd like",
        "can you",
        "could you",
        "please send",
        "please call",
        "let's",
        "see you",
    ]
    .iter()
    .any(|mark| lower.contains(mark))
}

#[cfg(test)]
mod tests;
