//! How texts that tell of people are shown to who may see that there is something, and not what: `138****8000`,
//! `l***@example.com`, `3702**********1234`, `王*`. Masking what is masked changes nothing.

use std::borrow::Cow;

use serde_json::Value;

use super::catalogue::{Field, FieldClass, Shown};
use super::role::{Sight, Sights};

/// Fewer digits than this aren't known again by their ends, so none of them is shown.
const FEWEST_DIGITS: usize = 8;
/// From so many characters on a number has its first four shown in place of three: the region of an identity card.
const LONG_NUMBER: usize = 15;

/// A text of a class as somebody sees it; none where it is hidden.
pub fn text(class: FieldClass, text: &str, sights: Sights) -> Option<Cow<'_, str>> {
    match sights.of_class(class) {
        Sight::Shown => Some(Cow::Borrowed(text)),
        Sight::Masked => Some(Cow::Owned(masked(class, text))),
        Sight::Hidden => None,
    }
}

/// A text of a class as somebody sees it; empty where it is hidden.
pub fn text_or_empty(class: FieldClass, value: &str, sights: Sights) -> String {
    text(class, value, sights).unwrap_or_default().into_owned()
}

/// A value of a field as somebody sees it: of what is no text, nothing.
pub fn value<'v>(field: &Field, shown: Shown<'v>, sights: Sights) -> Seen<'v> {
    if sights.of_class(field.class) == Sight::Shown {
        return Seen::Whole(shown);
    }
    match shown {
        Shown::Text(value) => text(field.class, value, sights).map_or(Seen::Nothing, Seen::Masked),
        _ => Seen::Nothing,
    }
}

/// What somebody sees of a value.
#[derive(Debug, Clone, PartialEq)]
pub enum Seen<'v> {
    /// All of it.
    Whole(Shown<'v>),
    /// Some letters.
    Masked(Cow<'v, str>),
    /// Nothing.
    Nothing,
}

impl Seen<'_> {
    /// As JSON.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Whole(shown) => shown.to_json(),
            Self::Masked(text) => Value::String(text.to_string()),
            Self::Nothing => Value::Null,
        }
    }
}

fn masked(class: FieldClass, text: &str) -> String {
    match class {
        FieldClass::Contact => contact(text),
        FieldClass::Personal if is_day(text) => "****-**-**".to_owned(),
        _ => name(text),
    }
}

fn is_day(text: &str) -> bool {
    text.len() == 10
        && text.chars().all(|c| c.is_ascii_digit() || matches!(c, '-' | '*'))
        && text.contains('-')
}

/// The first character, and stars for the others.
fn name(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().into_iter();
    let count = characters.count().clamp(1, 8);
    first.chain(std::iter::repeat_n('*', count)).collect()
}

/// An address, a number, or any other way to reach somebody.
fn contact(text: &str) -> String {
    if let Some((person, domain)) = text.split_once('@').filter(|(person, _)| !person.is_empty()) {
        return format!("{}***@{domain}", person.chars().take(1).collect::<String>());
    }
    let characters: Vec<char> = text.chars().collect();
    let start = usize::from(characters.first() == Some(&'+')) * 3;
    let number = characters.len().saturating_sub(start);
    if number < FEWEST_DIGITS {
        return std::iter::repeat_n('*', characters.len().clamp(1, 8)).collect();
    }
    let open = start + if number >= LONG_NUMBER { 4 } else { 3 };
    let end = characters.len() - 4;
    let part = |characters: &[char]| characters.iter().collect::<String>();
    part(&characters[..open]) + &"*".repeat(end.saturating_sub(open)) + &part(&characters[end.max(open)..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_leave_what_people_know_it_again_by() {
        use FieldClass::{Contact, Personal};
        for (class, text, expected) in [
            (Contact, "13800138000", "138****8000"),
            (Contact, "+8613800138000", "+86138****8000"),
            (Contact, "li.lei@example.com", "l***@example.com"),
            (Contact, "370202199001011234", "3702**********1234"),
            (Contact, "12345", "*****"),
            (Contact, "", "*"),
            (Contact, "@nobody", "*******"),
            (Personal, "王芳", "王*"),
            (Personal, "欧阳娜娜", "欧***"),
            (Personal, "Christopher Robinson", "C********"),
            (Personal, "1990-01-01", "****-**-**"),
            (Personal, "李", "李*"),
            (Personal, "", "*"),
        ] {
            assert_eq!(masked(class, text), expected, "{text}");
            if !text.is_empty() && text != "李" {
                assert_eq!(masked(class, expected), expected, "twice");
            }
        }
    }

    #[test]
    fn no_mask_panics_and_none_shows_the_middle() {
        for text in ["+", "+1", "é", "+86138001380", "一二三四五六七八", "a@", "@", "😀😀😀😀😀😀😀😀😀"]
        {
            for class in [FieldClass::Contact, FieldClass::Personal, FieldClass::Financial] {
                assert!(masked(class, text).contains('*'), "{text}");
            }
        }
    }
}
