//! Texts as people see them: what is too long is cut between the characters that they see, and what shows nothing is
//! no name.

use unicode_segmentation::UnicodeSegmentation;

use super::fold::is_ignorable;

/// The beginning of a text that has at most so many code points. An emoji of a family, a letter with its accents or a
/// flag stays whole or goes; only one that is longer by itself is cut.
pub fn cut(text: &str, most: usize) -> &str {
    // A code point has at least one byte.
    if text.len() <= most {
        return text;
    }
    let Some((end, _)) = text.char_indices().nth(most) else { return text };
    let fits = |(start, cluster): (usize, &str)| {
        let after = start + cluster.len();
        (after <= end).then_some(after)
    };
    // A cluster that goes on where the text is cut has to be seen whole, or its end would pass for its own.
    let after = text.grapheme_indices(true).map_while(fits).last();
    &text[..after.unwrap_or(end)]
}

/// The beginning of a text, with `…` where something was cut off.
pub fn excerpt(text: &str, most: usize) -> String {
    let cut = cut(text, most);
    if cut.len() < text.len() { format!("{cut}…") } else { cut.to_owned() }
}

/// Whether there is anything to see: a letter, a digit, a sign; not only spaces, fillers and marks of direction.
pub fn is_visible(text: &str) -> bool {
    let blank = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || is_ignorable(character)
            // Braille without a dot; tags and marks that stand on nothing.
            || character == '\u{2800}'
            || matches!(character, '\u{e000}'..='\u{f8ff}' | '\u{fff9}'..='\u{fffb}')
            || unicode_normalization::char::is_combining_mark(character)
    };
    !text.chars().all(blank)
}

/// What to call a record: by its name, else by something else that is known of it, else by the end of its id.
pub fn name_or(name: &str, id: uuid::Uuid) -> std::borrow::Cow<'_, str> {
    if is_visible(name) {
        return name.into();
    }
    let id = id.simple().to_string();
    format!("#{}", &id[id.len() - 8..]).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_the_characters_that_people_see() {
        let family = "👩‍👩‍👧‍👦";
        for (text, most, wanted) in [
            ("abc", 2, "ab"),
            ("abc", 3, "abc"),
            ("热水器", 2, "热水"),
            ("e\u{301}e\u{301}", 3, "e\u{301}"),
            ("a👍🏽", 2, "a"),
            ("🇨🇳🇩🇪", 3, "🇨🇳"),
            ("한글", 1, "한"),
            ("", 5, ""),
            // What doesn't fit by itself is cut all the same.
            ("👍🏽", 1, "👍"),
        ] {
            assert_eq!(cut(text, most), wanted, "{text} {most}");
        }
        let families = family.repeat(5);
        assert_eq!(cut(&families, 8), family);
        assert_eq!(cut(&families, 14), family.repeat(2));
        assert_eq!(excerpt(&families, 14), format!("{family}{family}…"));
        assert_eq!(excerpt("ab", 2), "ab");
        assert_eq!(cut(&"e\u{301}".repeat(9), 0), "");
    }

    #[test]
    fn a_name_of_nothing_is_none() {
        for nothing in [
            "",
            " \t",
            "\u{3164}",
            "\u{200b}\u{200d}",
            "\u{2800}\u{2800}",
            "\u{202e}",
            "\u{3000}\u{feff}",
            "\u{301}",
        ] {
            assert!(!is_visible(nothing), "{nothing:?}");
            assert!(name_or(nothing, uuid::Uuid::from_u128(0xabcd)).starts_with("#0000abcd"));
        }
        for name in ["A", "王", "👩‍👩‍👧", "\u{202e}Lin", ".", "ㅤA"] {
            assert!(is_visible(name), "{name:?}");
            assert_eq!(name_or(name, uuid::Uuid::nil()), name);
        }
    }
}
