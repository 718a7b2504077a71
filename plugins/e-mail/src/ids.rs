//! Ids of mails (RFC 5322, 3.6.4) in their one form: programs fold them over two lines, and may put comments into them.

/// The longest id that the host looks things up by.
const LONGEST: usize = 250;

/// An id without the white space and the comments in it; none where nothing is left, or too much. Brackets that stand
/// among other characters are the id's own.
pub fn unfolded(id: &str) -> Option<String> {
    let mut plain = String::with_capacity(id.len());
    let mut after_space = true;
    let mut rest = id;
    while let Some(character) = rest.chars().next() {
        let comment = if character == '(' && after_space { comment_length(rest) } else { None };
        after_space = comment.is_some() || character.is_whitespace();
        if !after_space {
            plain.push(character);
        }
        rest = &rest[comment.unwrap_or(character.len_utf8())..];
    }
    (1..=LONGEST).contains(&plain.len()).then_some(plain)
}

/// An id as it stands in a header; none where it can't stand there.
pub fn in_header(id: &str) -> Option<String> {
    let id = unfolded(id)?;
    let is_odd = |c: char| c.is_control() || matches!(c, '<' | '>');
    (id.contains('@') && !id.contains(is_odd)).then(|| format!("<{id}>"))
}

/// The length of the comment that a text begins with; none where it doesn't end.
fn comment_length(text: &str) -> Option<usize> {
    let mut depth = 0;
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            _ if is_escaped => is_escaped = false,
            '\\' => is_escaped = true,
            '(' => depth += 1,
            ')' if depth == 1 => return Some(at + 1),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_form_however_it_is_folded() {
        for (written, id) in [
            ("1@mail.example", "1@mail.example"),
            ("NMID-1@mail.aca\r\n\tdomia.example", "NMID-1@mail.acadomia.example"),
            (" 1\t@\n mail.example ", "1@mail.example"),
            ("1@mail.example (sent (again) by \\( me)", "1@mail.example"),
            ("(a comment) 1@mail.example", "1@mail.example"),
            ("1(2)@mail.example", "1(2)@mail.example"),
            ("1 (open@mail.example", "1(open@mail.example"),
        ] {
            assert_eq!(unfolded(written).as_deref(), Some(id), "{written:?}");
        }
        assert_eq!(unfolded(" \r\n (nothing) "), None);
        assert_eq!(unfolded(&"1".repeat(251)), None);
    }

    #[test]
    fn what_would_break_a_header_stays_out_of_it() {
        assert_eq!(in_header("1@mail.\r\n example").as_deref(), Some("<1@mail.example>"));
        for odd in ["1\u{7}@mail.example", "1\0@mail.example", "1@mail.example>, <2", "sha256:ab", ""] {
            assert_eq!(in_header(odd), None, "{odd:?}");
        }
    }
}
