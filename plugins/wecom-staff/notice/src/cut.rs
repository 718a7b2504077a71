//! Texts as messengers take them: one line, and not longer than so many bytes.

/// What stands where something was cut off.
const MARK: &str = "…";

/// The text with all white space and control characters as single spaces.
pub fn line(text: &str) -> String {
    let blank = |character: char| character.is_whitespace() || character.is_control();
    text.split(blank).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The text in at most `longest` bytes of UTF-8: cut between characters, with an ellipsis where something is missing.
pub fn to(text: &str, longest: usize) -> String {
    if text.len() <= longest {
        return text.to_owned();
    }
    let mut end = text.floor_char_boundary(longest.saturating_sub(MARK.len()));
    // What belongs to the character before it on screen isn't separated from it.
    while let (Some(last), Some(next)) = (text[..end].chars().next_back(), text[end..].chars().next()) {
        if !joins(next) && last != '\u{200d}' {
            break;
        }
        end -= last.len_utf8();
    }
    format!("{}{MARK}", text[..end].trim_end())
}

/// Whether a character is drawn as part of the one before.
fn joins(character: char) -> bool {
    matches!(character, '\u{200d}' | '\u{fe0e}' | '\u{fe0f}' | '\u{300}'..='\u{36f}' | '\u{1f3fb}'..='\u{1f3ff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_one() {
        assert_eq!(line("  漏水\r\n\t急 \u{0} x\u{3000}y "), "漏水 急 x y");
        assert_eq!(line(" \n "), "");
    }

    #[test]
    fn nothing_is_cut_within_a_character() {
        assert_eq!(to("漏水", 6), "漏水");
        assert_eq!(to("漏水了", 8), "漏…");
        assert_eq!(to("abc def", 6), "abc…");
        assert_eq!(to("ab👩‍🔧cd", 12), "ab…");
        assert_eq!(to("ab👍🏽cd", 11), "ab…");
        for text in ["漏水报修。".repeat(50), "👩‍🔧👍🏽".repeat(40), "x".repeat(300)] {
            assert!(to(&text, 128).len() <= 128 && to(&text, 128).ends_with(MARK));
        }
    }
}
