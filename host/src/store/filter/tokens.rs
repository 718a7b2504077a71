//! The words and signs that a condition consists of: names, numbers, texts in quotes, operators.

use super::cel::ConditionError;
use crate::domain::number::is_exact;

/// A word or sign of a condition.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Name(String),
    Text(String),
    Integer(i64),
    Number(f64),
    Sign(&'static str),
    End,
}

impl Token {
    /// As it is named to whoever wrote it.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Name(name) => name.clone(),
            Self::Text(_) => "a text".to_owned(),
            Self::Integer(number) => number.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Sign(sign) => format!("`{sign}`"),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Longer ones first, so that `<=` isn't read as `<`.
const SIGNS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "!", "(", ")", "[", "]", ",", ".", "+", "-", "*", "/", "%",
    "?", ":", "{", "}",
];

/// The tokens of a condition, each with its place, counted in characters from 1; the end is the last.
pub(super) fn tokens(source: &str) -> Result<Vec<(usize, Token)>, ConditionError> {
    let characters: Vec<char> = source.chars().collect();
    let mut tokens = Vec::new();
    let mut place = 0;
    while let Some(&first) = characters.get(place) {
        let at = place + 1;
        let rest = &characters[place..];
        if first.is_whitespace() {
            place += 1;
        } else if let Some((text, length)) = text(rest, at)? {
            tokens.push((at, Token::Text(text)));
            place += length;
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.iter().take_while(|c| c.is_alphanumeric() || **c == '_').count();
            tokens.push((at, Token::Name(rest[..length].iter().collect())));
            place += length;
        } else if first.is_ascii_digit() {
            let (token, length) = number(rest, at)?;
            tokens.push((at, token));
            place += length;
        } else {
            let starts = |sign: &&&str| sign.chars().eq(rest.iter().copied().take(sign.len()));
            let sign = SIGNS.iter().find(starts).ok_or_else(|| ConditionError {
                at,
                detail: format!("{first:?} means nothing here; a text stands in quotes"),
            })?;
            tokens.push((at, Token::Sign(sign)));
            place += sign.len();
        }
    }
    tokens.push((characters.len() + 1, Token::End));
    Ok(tokens)
}

/// A text in quotes at the start, and how many characters it takes; none when there is something else.
fn text(rest: &[char], at: usize) -> Result<Option<(String, usize)>, ConditionError> {
    let raw = matches!(rest, ['r' | 'R', '"' | '\'', ..]);
    let open = usize::from(raw);
    let Some(quote @ ('"' | '\'')) = rest.get(open).copied() else { return Ok(None) };
    let mut text = String::new();
    let mut place = open + 1;
    loop {
        let wrong = |place: usize, detail: &str| ConditionError { at: at + place, detail: detail.to_owned() };
        match rest.get(place) {
            None | Some('\n') => return Err(wrong(0, "this text has no end; close its quotes")),
            Some(c) if *c == quote => return Ok(Some((text, place + 1))),
            Some('\\') if !raw => {
                let (character, length) = escaped(&rest[place + 1..]).ok_or_else(|| {
                    wrong(place, "there is no such escape; a backslash itself is written \\\\")
                })?;
                text.push(character);
                place += 1 + length;
            }
            Some(c) => {
                text.push(*c);
                place += 1;
            }
        }
    }
}

/// What stands behind a backslash, and how many characters it takes.
fn escaped(rest: &[char]) -> Option<(char, usize)> {
    let digits = |count: usize| -> Option<(char, usize)> {
        let digits: String = rest.get(1..=count)?.iter().collect();
        if !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return None;
        }
        Some((char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?, count + 1))
    };
    let plain = |character| Some((character, 1));
    match rest.first()? {
        c @ ('\\' | '"' | '\'' | '`' | '?') => plain(*c),
        'n' => plain('\n'),
        'r' => plain('\r'),
        't' => plain('\t'),
        'x' | 'X' => digits(2),
        'u' => digits(4),
        'U' => digits(8),
        _ => None,
    }
}

fn number(rest: &[char], at: usize) -> Result<(Token, usize), ConditionError> {
    let mut length = 0;
    let mut whole = true;
    let digits = |from: usize| rest[from..].iter().take_while(|c| c.is_ascii_digit()).count();
    length += digits(0);
    if rest.get(length) == Some(&'.') && rest.get(length + 1).is_some_and(char::is_ascii_digit) {
        whole = false;
        length += 1 + digits(length + 1);
    }
    if matches!(rest.get(length), Some('e' | 'E')) {
        let signed = usize::from(matches!(rest.get(length + 1), Some('+' | '-')));
        let power = digits((length + 1 + signed).min(rest.len()));
        if power > 0 {
            whole = false;
            length += 1 + signed + power;
        }
    }
    let text: String = rest[..length].iter().collect();
    let wrong = || ConditionError { at, detail: format!("{text} is no number that can be compared") };
    let token = if whole {
        Token::Integer(text.parse().map_err(|_| wrong())?)
    } else {
        let number: f64 = text.parse().map_err(|_| wrong())?;
        if !is_exact(&text) {
            return Err(wrong());
        }
        Token::Number(number)
    };
    // An unsigned number of CEL's is a number here.
    let unsigned = usize::from(whole && matches!(rest.get(length), Some('u' | 'U')));
    length += unsigned;
    if rest.get(length).is_some_and(|c| c.is_alphanumeric() || *c == '_') {
        return Err(wrong());
    }
    Ok((token, length))
}
