//! What commands print. Other people's texts stand in it, so nothing that would steer the terminal gets through.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{Result, Write};

/// Standard output, on which control characters are shown instead of obeyed. JSON stays the same JSON.
pub fn out() -> Out {
    Out(std::io::stdout())
}

/// See [`out`].
pub struct Out(std::io::Stdout);

impl Write for Out {
    fn write(&mut self, bytes: &[u8]) -> Result<usize> {
        self.0.write_all(printable(&String::from_utf8_lossy(bytes)).as_bytes())?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> Result<()> {
        self.0.flush()
    }
}

/// A text whose control characters are shown as `\u001b`; lines and tabs stay.
pub fn printable(text: &str) -> Cow<'_, str> {
    escaped(text, |c| c != '\n' && c != '\t' && steers(c))
}

/// The same on a single line, so that a text can't pass for lines of the command's own.
pub fn one_line(text: &str) -> Cow<'_, str> {
    escaped(text, steers)
}

/// Whether a terminal would do something else with this character than show it: control characters, and those that turn
/// the direction of what follows or break lines.
fn steers(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

fn escaped(text: &str, is_escaped: impl Fn(char) -> bool) -> Cow<'_, str> {
    if !text.contains(&is_escaped) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        match c {
            '\n' if is_escaped(c) => shown.push_str("\\n"),
            '\t' if is_escaped(c) => shown.push_str("\\t"),
            // Writing to a string doesn't fail.
            c if is_escaped(c) => drop(write!(shown, "\\u{:04x}", u32::from(c))),
            c => shown.push(c),
        }
    }
    Cow::Owned(shown)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_steer_a_terminal_is_shown() {
        assert_eq!(
            printable("a\u{1b}[31mred\u{9b}2J\r\u{7f}\n\tb"),
            "a\\u001b[31mred\\u009b2J\\u000d\\u007f\n\tb"
        );
        assert_eq!(printable("pay \u{202e}evil"), "pay \\u202eevil");
        assert_eq!(one_line("a\n2026 error b"), "a\\n2026 error b");
        assert!(matches!(printable("你好, «ü» 👩‍👧"), Cow::Borrowed(_)), "what people write stays");
    }

    #[test]
    fn json_stays_the_same_json() {
        let text = "\u{9b}2J\u{7f}\u{202e}\n";
        let json = serde_json::to_string(text).unwrap();
        let shown = printable(&json).into_owned();
        assert!(!shown.chars().any(steers), "{shown}");
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), text);
    }
}
