//! Reads a free text as an answer to the question, or finds that it is none.

use crate::SCALE;
use hospes_sdk::survey::{self, Found};

/// Answers in words, in lower case, and the score that each stands for: the ends and the middle of the scale where the words
/// are the scale's own, otherwise a score within the group that the words speak for.
const WORDS: [(&str, i32); 72] = [
    ("完全不可能", 0),
    ("绝对不可能", 0),
    ("不可能", 0),
    ("绝对不会", 0),
    ("绝不", 0),
    ("绝不推荐", 0),
    ("绝对不会推荐", 0),
    ("坚决不推荐", 0),
    ("不会推荐", 0),
    ("不会推荐给别人", 0),
    ("不会推荐给朋友", 0),
    ("不推荐", 0),
    ("不愿意推荐", 0),
    ("不太可能", 3),
    ("不太会", 3),
    ("不太会推荐", 3),
    ("不太愿意", 3),
    ("不太愿意推荐", 3),
    ("可能不会", 3),
    ("应该不会", 3),
    ("恐怕不会", 3),
    ("一般", 5),
    ("一般般", 5),
    ("看情况", 5),
    ("不一定", 5),
    ("说不准", 5),
    ("可能会", 7),
    ("可能会推荐", 7),
    ("有可能", 7),
    ("应该会", 8),
    ("应该会推荐", 8),
    ("很可能", 8),
    ("很可能会推荐", 8),
    ("会推荐", 9),
    ("会推荐给朋友", 9),
    ("会推荐给别人", 9),
    ("愿意推荐", 9),
    ("很愿意推荐", 9),
    ("推荐", 9),
    ("非常可能", 10),
    ("十分愿意", 10),
    ("十分愿意推荐", 10),
    ("非常愿意", 10),
    ("非常愿意推荐", 10),
    ("一定会", 10),
    ("一定会推荐", 10),
    ("肯定会", 10),
    ("肯定会推荐", 10),
    ("强烈推荐", 10),
    ("已经推荐给朋友", 10),
    ("not at all likely", 0),
    ("not at all", 0),
    ("never", 0),
    ("no way", 0),
    ("would not recommend", 0),
    ("wouldn't recommend", 0),
    ("not recommended", 0),
    ("not likely", 3),
    ("unlikely", 3),
    ("probably not", 3),
    ("neutral", 5),
    ("maybe", 5),
    ("probably", 7),
    ("likely", 8),
    ("very likely", 9),
    ("would recommend", 9),
    ("recommended", 9),
    ("extremely likely", 10),
    ("definitely", 10),
    ("absolutely", 10),
    ("highly recommended", 10),
    ("would highly recommend", 10),
];

/// Reads a text.
pub fn read(text: &str) -> Option<Found> {
    survey::find(text, SCALE, &WORDS)
}

#[cfg(test)]
mod tests;
