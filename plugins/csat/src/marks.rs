//! Ratings given as a number or a mark: `5`, `5分`, `四星`, `4/5`, `4 stars`, `⭐⭐⭐⭐`, `👍`.

use crate::reading::{asks, is_separator, wants};

/// What may stand before a number that is a rating. Longer ones first.
const LEAD_INS: [&str; 32] = [
    "我给你们打",
    "我给你打",
    "我给打",
    "我打",
    "给你们打",
    "给打",
    "我给你们",
    "我给",
    "给个",
    "打个",
    "给你们",
    "评分",
    "打分",
    "评价",
    "满意度",
    "必须",
    "给",
    "打",
    "评",
    "i'd give it a ",
    "i would give it a ",
    "i give it a ",
    "i'd give you ",
    "i give you ",
    "i'd give it ",
    "i give it ",
    "i rate it ",
    "my rating is ",
    "rating",
    "score",
    "it's a ",
    "a ",
];

/// What makes a number a rating beyond doubt. Longer ones first.
const UNITS: [&str; 14] = [
    "/5",
    "颗星",
    "星好评",
    "分好评",
    "星级",
    "颗",
    "分",
    "星",
    "out of 5",
    "of 5",
    "stars",
    "star",
    "points",
    "point",
];

/// Reads a rating that begins with a number; returns it with the rest of the text.
pub fn number(text: &str) -> Option<(i32, &str)> {
    let mut rest = text;
    let lower = text.to_ascii_lowercase();
    if let Some(lead) = LEAD_INS.iter().find(|lead| lower.starts_with(*lead)) {
        rest = text[lead.len()..]
            .trim_start_matches(|character: char| is_separator(character) || character == '=');
    } else if let Some(best) = full_marks(text) {
        return Some(best);
    }
    let first = rest.chars().next()?;
    let (rating, written) = figure(first)?;
    let after = &rest[first.len_utf8()..];

    let close = after.trim_start_matches(' ');
    let lower = close.to_ascii_lowercase();
    if let Some(unit) = UNITS.iter().find(|unit| lower.starts_with(*unit)) {
        let end = &close[unit.len()..];
        return ends_a_unit(unit, end).then_some((rating, end));
    }
    // Written out, `五` or `三` alone counts, but not before other words.
    if after
        .trim_matches(|character: char| is_separator(character) || "!！~～".contains(character))
        .is_empty()
    {
        return Some((rating, after));
    }
    let fits = !written && ends_a_figure(after);
    fits.then_some((rating, after))
}

/// `满分`, `五星好评` and the like without a figure.
fn full_marks(text: &str) -> Option<(i32, &str)> {
    for words in ["满分好评", "满分", "滿分", "全五星", "10/10", "5/5"] {
        if let Some(rest) = text.strip_prefix(words)
            && ends_a_unit("分", rest)
        {
            return Some((5, rest));
        }
    }
    None
}

/// A figure from 1 to 5, and whether it is a Chinese numeral.
fn figure(character: char) -> Option<(i32, bool)> {
    match character {
        '1'..='5' => {
            character.to_digit(10).and_then(|digit| i32::try_from(digit).ok()).map(|digit| (digit, false))
        }
        '一' => Some((1, true)),
        '二' | '两' => Some((2, true)),
        '三' => Some((3, true)),
        '四' => Some((4, true)),
        '五' => Some((5, true)),
        _ => None,
    }
}

/// Whether a unit really ends: `5分钟`, `三分之一`, `5星级酒店`, `3分20秒` are something else.
fn ends_a_unit(unit: &str, after: &str) -> bool {
    let Some(next) = after.chars().next() else {
        return true;
    };
    // `4/5 到货` is a date, `5 points to discuss` a list; `4 stars for the driver` can only be praise.
    if next == ' ' && unit.is_ascii() && !unit.contains("star") {
        let rest = after.trim_start();
        return !rest.starts_with(char::is_alphanumeric) || courtesy(rest);
    }
    if is_separator(next) || "!！~～?？)）(（".contains(next) || is_emoji(next) {
        return true;
    }
    if unit.is_ascii() {
        return !next.is_ascii_alphanumeric() && next != '/';
    }
    let words = [
        "吧", "啦", "哦", "了", "啊", "呢", "好评", "谢", "满意", "很", "非常", "服务", "不错", "因为", "，",
    ];
    words.iter().any(|word| after.starts_with(word))
}

/// Whether a bare figure is a rating by what follows it: a mark and then words (`5, thanks`), or a short
/// courtesy (`5 thanks`). `5个`, `5 boxes`, `5.5`, `5:30`, `5-6` and lists aren't.
fn ends_a_figure(after: &str) -> bool {
    let mut characters = after.chars();
    let Some(next) = characters.next() else {
        return true;
    };
    let rest =
        after.trim_start_matches(|character: char| is_separator(character) || "!！~～".contains(character));
    let counted = rest.starts_with(|character: char| character.is_ascii_digit());
    match next {
        '!' | '！' | '~' | '～' => !counted,
        ',' | '，' | ';' | '；' | '。' | '\n' => !counted && !list(rest),
        '.' | ':' | '：' | '、' | '-' | '—' | '–' => {
            characters.next().is_some_and(char::is_whitespace) && !counted && !list(rest) && !asks(rest)
        }
        ' ' => courtesy(rest) && !counted,
        next => is_emoji(next),
    }
}

/// The next lines are numbered too: then the first number is no rating.
fn list(rest: &str) -> bool {
    rest.lines()
        .skip(1)
        .any(|line| line.trim_start().starts_with(|character: char| character.is_ascii_digit()))
}

/// Words that go with a rating: thanks, or an opinion that isn't about a thing to be had (`5 good filters`).
fn courtesy(rest: &str) -> bool {
    const BEGIN: [&str; 16] = [
        "thank", "thx", "because", "but ", "cheers", "谢", "多谢", "感谢", "很", "非常", "不错", "满意",
        "太", "辛苦", "服务", "态度",
    ];
    const OPINIONS: [&str; 14] = [
        "great",
        "good",
        "very good",
        "excellent",
        "perfect",
        "nice",
        "happy",
        "very happy",
        "satisfied",
        "very satisfied",
        "bad",
        "terrible",
        "poor",
        "awesome",
    ];
    const ABOUT: [&str; 6] = [" service", " job", " work", " support", " experience", " staff"];
    let lower = rest.to_lowercase();
    let opinion = || {
        OPINIONS.iter().filter_map(|word| lower.strip_prefix(word)).any(|after| {
            !after.trim_start().starts_with(char::is_alphanumeric)
                || ABOUT.iter().any(|thing| after.starts_with(thing))
        })
    };
    (BEGIN.iter().any(|word| lower.starts_with(word)) || opinion()) && !asks(rest) && !wants(rest)
}

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

fn is_emoji(character: char) -> bool {
    matches!(u32::from(character), 0x2600..=0x27bf | 0x2b50 | 0x1f300..=0x1faff)
}
