//! Ratings given as a mark: `⭐⭐⭐⭐`, `👍`.

use hospes_sdk::survey::{asks, wants};

/// Reads a rating given in emoji at the beginning: stars are counted, faces and thumbs weighed.
pub fn emoji(text: &str) -> Option<(i32, &str)> {
    let star = |character: char| matches!(character, '⭐' | '★' | '🌟');
    let rest = text.trim_start_matches(star);
    let stars = text[..text.len() - rest.len()].chars().count();
    if stars > 0 {
        // Empty stars only fill up the row.
        let rest = rest.trim_start_matches(['☆', '✩']);
        return (stars <= 5).then(|| (i32::try_from(stars).unwrap_or(5), rest));
    }
    let first = text.chars().next()?;
    let rating = match first {
        '👍' | '💯' | '😀' | '😃' | '😄' | '😁' | '😊' | '😍' | '🥰' | '🤩' | '❤' | '👏' => {
            5
        }
        '🙂' | '☺' | '👌' => 4,
        '😐' | '😑' => 3,
        '🙁' | '☹' | '😕' | '😞' | '😟' => 2,
        '👎' | '😡' | '😠' | '🤬' | '💩' => 1,
        _ => return None,
    };
    let tone = |character: char| matches!(character, '\u{1f3fb}'..='\u{1f3ff}');
    let rest = text.trim_start_matches(|character| character == first || tone(character));
    (!asks(rest) && !wants(rest)).then_some((rating, rest))
}
