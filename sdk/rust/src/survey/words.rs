//! Ratings given in words.

use super::numbers::number;
use super::scale::{Found, Scale};
use super::text::{asks, comment, is_separator, plain, wants};

/// The longest clause, in characters, that is read as an answer in words: longer ones tell a story.
const LONGEST_CLAUSE: usize = 48;

/// What people put before the word that counts. Longer ones first.
const LEADS: [&str; 17] = [
    "我觉得",
    "我感觉",
    "感觉",
    "总体来说",
    "总体",
    "整体",
    "服务态度",
    "服务",
    "态度",
    "the service was ",
    "service was ",
    "everything was ",
    "it was ",
    "it's ",
    "i'm ",
    "i am ",
    "overall ",
];

/// What people put behind it.
const TAILS: [&str; 10] =
    ["谢谢你们", "谢谢", "感谢", " thanks", " thank you", " service", "的服务", "的", "了", "吧"];

/// The first clause of a text and what follows it; none when the clause asks something or is too long to be an answer.
pub fn clause(text: &str) -> Option<(&str, &str)> {
    let text = text.trim_start_matches(is_separator);
    let ends = |character: char| ",，.。;；!！~～\n".contains(character);
    let end = text.find(ends).unwrap_or(text.len());
    let (clause, rest) = (text[..end].trim(), &text[end..]);
    (clause.chars().count() <= LONGEST_CLAUSE && !asks(clause)).then_some((clause, rest))
}

/// Reads a rating by words that are all of the first clause but for courtesy; returns it with the rest of the text. `known`
/// has the words in lower case with their ratings. They don't count when the text also asks or wants something.
pub fn words<'a>(text: &'a str, known: &[(&str, i32)]) -> Option<(i32, &'a str)> {
    let (clause, rest) = clause(text)?;
    let rating = rating(&clause.to_ascii_lowercase(), known)?;
    (!asks(rest) && !wants(rest)).then_some((rating, rest))
}

/// Who says it, before the words; longer ones first.
const WHO: [&str; 6] = ["我们", "我", "i would definitely ", "i'd ", "i ", "yes, "];

/// Reads a text as an answer on a scale: by its number, alone or with the words beside it (`0 完全不可能`), or by words. For
/// `known`, see [`words`].
pub fn find(text: &str, scale: Scale, known: &[(&str, i32)]) -> Option<Found> {
    let text = plain(text);
    let lower = text.to_ascii_lowercase();
    let who = WHO.iter().find(|who| lower.starts_with(**who)).map_or(0, |who| who.len());
    let found = labelled(&text, scale, known)
        .or_else(|| number(&text, scale))
        .or_else(|| words(&text, known))
        .or_else(|| words(text.get(who..)?, known));
    found.map(|(rating, rest)| Found { rating, comment: comment(rest) })
}

/// A button's label as somebody types or copies it.
fn labelled<'a>(text: &'a str, scale: Scale, known: &[(&str, i32)]) -> Option<(i32, &'a str)> {
    let (figure, label) = text.split_once(' ')?;
    let (rating, _) = number(figure, scale)?;
    let (_, rest) = words(label, known)?;
    Some((rating, rest))
}

/// The rating of a clause, as it stands or without what people put around the words that count.
fn rating(clause: &str, known: &[(&str, i32)]) -> Option<i32> {
    let of = |words: &str| known.iter().find(|(known, _)| *known == words).map(|(_, rating)| *rating);
    let mut words = clause.trim_matches(|character: char| !character.is_alphanumeric());
    for lead in LEADS {
        if let Some(rating) = of(words) {
            return Some(rating);
        }
        words = words.strip_prefix(lead).unwrap_or(words);
    }
    for tail in TAILS {
        if let Some(rating) = of(words) {
            return Some(rating);
        }
        words = words.strip_suffix(tail).unwrap_or(words).trim_end();
    }
    of(words.trim())
}
