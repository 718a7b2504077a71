//! Ratings given as a number: `5`, `９分`, `四星`, `9/10`, `4 stars`, `eight out of ten`.

use super::scale::Scale;
use super::text::{asks, is_emoji, is_separator, wants};

/// What may stand before a number that is a rating. Longer ones first.
const LEAD_INS: [&str; 42] = [
    "我给你们打",
    "我给你打",
    "我给打",
    "我会打",
    "我会给",
    "我打",
    "给你们打",
    "给打",
    "我给你们",
    "我给",
    "给个",
    "打个",
    "给你们",
    "我选",
    "评分",
    "打分",
    "评价",
    "满意度",
    "推荐度",
    "可能性",
    "必须",
    "给",
    "打",
    "评",
    "i'd give it a ",
    "i would give it a ",
    "i give it a ",
    "i'd give it an ",
    "i would give it an ",
    "i give it an ",
    "i'd give you ",
    "i give you ",
    "i'd give it ",
    "i give it ",
    "i'd say ",
    "i rate it ",
    "my rating is ",
    "rating",
    "score",
    "it's a ",
    "an ",
    "a ",
];

/// What makes a number a rating beyond doubt, on any scale. Longer ones first.
const POINTS: [&str; 4] = ["分好评", "分", "points", "point"];

/// And on a scale of stars.
const STARS: [&str; 7] = ["颗星", "星好评", "星级", "颗", "星", "stars", "star"];

/// The best rating without its figure, on any scale.
const FULL_MARKS: [&str; 4] = ["满分好评", "满分", "滿分", "10/10"];

/// Numbers in words, by their value.
const ENGLISH: [&str; 11] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"];

/// Reads a rating at the beginning of a text that [`plain`](super::plain) has made; returns it with the rest of the text.
/// None where the number is off the scale, or counts something else.
pub fn number(text: &str, scale: Scale) -> Option<(i32, &str)> {
    let mut rest = text;
    let lower = text.to_ascii_lowercase();
    if let Some(lead) = LEAD_INS.iter().find(|lead| lower.starts_with(*lead)) {
        let between = |character: char| is_separator(character) || character == '=';
        rest = text[lead.len()..].trim_start_matches(between);
    }
    if let Some(rest) = full_marks(rest, scale) {
        return Some((scale.most, rest));
    }
    let figure = Figure::read(rest)?;
    if !scale.holds(figure.value) {
        return None;
    }
    let after = &rest[figure.length..];
    let close = after.trim_start_matches(' ');
    if let Some(length) = unit(close, scale) {
        let (unit, end) = close.split_at(length);
        // `十分愿意` says very, not ten.
        let is_very = figure.is_ten && unit == "分" && !stands_alone(end);
        return (!is_very && ends_a_unit(unit, end)).then_some((figure.value, end));
    }
    // Written out, `五` or `three` alone counts, or with thanks behind a comma, but not before other words.
    let joined = |character: char| is_separator(character) || "!！~～".contains(character);
    let words = after.trim_start_matches(joined);
    let fits = match figure.is_written {
        _ if words.is_empty() => true,
        true => words.len() < after.len() && !after.starts_with(' ') && courtesy(words),
        false => ends_a_figure(after),
    };
    fits.then_some((figure.value, after))
}

/// A whole number at the beginning of a text.
struct Figure {
    value: i32,
    /// Its bytes.
    length: usize,
    /// Whether it is in words, of either language.
    is_written: bool,
    /// Whether it is `十`, which also means very.
    is_ten: bool,
}

impl Figure {
    fn read(text: &str) -> Option<Self> {
        Self::digits(text).or_else(|| Self::chinese(text)).or_else(|| Self::english(text))
    }

    fn digits(text: &str) -> Option<Self> {
        let length = text.bytes().take_while(u8::is_ascii_digit).count();
        let digits = &text[..length];
        let plain = (1..=2).contains(&length) && (length == 1 || !digits.starts_with('0'));
        let value = digits.parse().ok().filter(|_| plain)?;
        Some(Self { value, length, is_written: false, is_ten: false })
    }

    fn chinese(text: &str) -> Option<Self> {
        let numeral = |character: char| {
            Some(match character {
                '零' | '〇' => 0,
                '一' => 1,
                '二' | '两' => 2,
                '三' => 3,
                '四' => 4,
                '五' => 5,
                '六' => 6,
                '七' => 7,
                '八' => 8,
                '九' => 9,
                '十' => 10,
                _ => return None,
            })
        };
        let mut characters = text.chars();
        let first = characters.next()?;
        let value = numeral(first)?;
        let is_longer =
            characters.next().is_some_and(|next| numeral(next).is_some() || "百千万".contains(next));
        let figure = Self { value, length: first.len_utf8(), is_written: true, is_ten: first == '十' };
        (!is_longer).then_some(figure)
    }

    fn english(text: &str) -> Option<Self> {
        let length = text.bytes().take_while(u8::is_ascii_alphabetic).count();
        let word = text[..length].to_ascii_lowercase();
        let value = ENGLISH.iter().position(|known| *known == word)?;
        let value = i32::try_from(value).ok()?;
        let whole = !text[length..].starts_with(char::is_alphanumeric);
        whole.then_some(Self { value, length, is_written: true, is_ten: false })
    }
}

/// `满分`, `10/10`, `全五星` and the like: what follows them.
fn full_marks(text: &str, scale: Scale) -> Option<&str> {
    let stars: &[&str] = if scale.in_stars { &["全五星"] } else { &[] };
    FULL_MARKS
        .iter()
        .chain(stars)
        .filter_map(|words| text.strip_prefix(*words))
        .find(|rest| ends_a_unit("分", rest))
}

/// How long the unit is that a text begins with; none when it begins with none.
fn unit(text: &str, scale: Scale) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let most = scale.most;
    let fractions = [
        format!("/{most}"),
        format!("out of {most}"),
        format!("of {most}"),
        format!("out of {}", word(most)),
    ];
    let fraction = fractions.iter().find(|fraction| lower.starts_with(fraction.as_str())).map(String::len);
    let stars: &[&str] = if scale.in_stars { &STARS } else { &[] };
    let named = || stars.iter().chain(&POINTS).find(|unit| lower.starts_with(**unit)).map(|unit| unit.len());
    fraction.or_else(named)
}

fn word(number: i32) -> &'static str {
    usize::try_from(number).ok().and_then(|number| ENGLISH.get(number)).copied().unwrap_or_default()
}

/// Whether nothing but courtesy follows `十分` where it is ten points.
fn stands_alone(end: &str) -> bool {
    end.chars()
        .next()
        .is_none_or(|next| is_separator(next) || "!！~～谢吧啦哦了".contains(next) || is_emoji(next))
}

/// Whether a unit really ends: `5分钟`, `三分之一`, `5星级酒店`, `3分20秒` are something else.
fn ends_a_unit(unit: &str, after: &str) -> bool {
    let Some(next) = after.chars().next() else {
        return true;
    };
    // `4/5 到货` is a date, `5 points to discuss` a list; `4 stars for the driver` can only be praise.
    if next == ' ' && unit.is_ascii() && !unit.to_ascii_lowercase().contains("star") {
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

#[cfg(test)]
mod tests;
