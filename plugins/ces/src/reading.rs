//! Reads a free text as an answer to the question, or finds that it is none.

use crate::SCALE;
use hospes_sdk::survey::{self, Found};

/// Answers in words, in lower case: the scale's own, and what people say of effort instead.
const WORDS: [(&str, i32); 67] = [
    ("非常不同意", 1),
    ("完全不同意", 1),
    ("很不同意", 1),
    ("不同意", 2),
    ("不太同意", 3),
    ("有点不同意", 3),
    ("中立", 4),
    ("一般", 4),
    ("一般般", 4),
    ("说不上", 4),
    ("还行", 4),
    ("有点同意", 5),
    ("基本同意", 5),
    ("比较同意", 5),
    ("同意", 6),
    ("很同意", 7),
    ("非常同意", 7),
    ("完全同意", 7),
    ("十分同意", 7),
    ("非常麻烦", 1),
    ("太麻烦", 1),
    ("非常费劲", 1),
    ("太费劲", 1),
    ("很麻烦", 2),
    ("很费劲", 2),
    ("不容易", 2),
    ("不方便", 2),
    ("有点麻烦", 3),
    ("有点费劲", 3),
    ("不太方便", 3),
    ("不太容易", 3),
    ("还算方便", 5),
    ("比较方便", 5),
    ("比较轻松", 5),
    ("方便", 6),
    ("轻松", 6),
    ("容易", 6),
    ("很方便", 7),
    ("很轻松", 7),
    ("很容易", 7),
    ("非常方便", 7),
    ("非常轻松", 7),
    ("非常容易", 7),
    ("strongly disagree", 1),
    ("completely disagree", 1),
    ("disagree", 2),
    ("somewhat disagree", 3),
    ("neither agree nor disagree", 4),
    ("neither", 4),
    ("neutral", 4),
    ("somewhat agree", 5),
    ("agree", 6),
    ("strongly agree", 7),
    ("completely agree", 7),
    ("very difficult", 1),
    ("very hard", 1),
    ("difficult", 2),
    ("hard", 2),
    ("not easy", 2),
    ("not very easy", 3),
    ("a bit difficult", 3),
    ("fairly easy", 5),
    ("easy", 6),
    ("pretty easy", 6),
    ("very easy", 7),
    ("super easy", 7),
    ("effortless", 7),
];

/// Reads a text.
pub fn read(text: &str) -> Option<Found> {
    survey::find(text, SCALE, &WORDS)
}

#[cfg(test)]
mod tests;
