//! Phone numbers and e-mail addresses as people type them.

/// Whether this may be a phone number, in digits of any script: the host reads it, and keeps what it can't read. None
/// that anybody could be called by has fewer than five digits.
pub fn is_phone(typed: &str) -> bool {
    (5..=40).contains(&typed.chars().filter(|character| character.is_numeric()).count())
}

/// An address with a full-width `＠` repaired and its domain in lower case. None when it can't be one:
/// this asks for the shape only, whether somebody reads it shows when an answer is sent.
pub fn email(typed: &str) -> Option<String> {
    let address: String = typed.trim().chars().map(narrow).collect();
    let (local, domain) = address.rsplit_once('@')?;
    let domain = domain.trim_end_matches('.').to_lowercase();
    let outlandish = |character: char| {
        character.is_whitespace()
            || character.is_control()
            || matches!(character, '<' | '>' | ',' | ';' | '"' | '@')
    };
    let labels =
        domain.split('.').all(|label| !label.is_empty() && !label.starts_with('-') && !label.ends_with('-'));
    let fits = !local.is_empty()
        && local.len() <= 64
        && address.len() <= 254
        && domain.contains('.')
        && labels
        && !local.contains(outlandish)
        && !domain.contains(outlandish);
    fits.then(|| format!("{local}@{domain}"))
}

/// Full-width forms (`１`, `＠`, `．`), which Chinese keyboards type, as ASCII.
fn narrow(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character),
        '\u{3000}' => ' ',
        _ => character,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_digits_enough_may_be_a_phone() {
        for typed in [
            "138 0013 8000",
            "１３８００１３８０００",
            "+49 (0)30 123456",
            "010-65529988转123",
            "١٣٨٠٠١٣٨٠٠٠",
            "12345",
        ] {
            assert!(is_phone(typed), "{typed}");
        }
        for typed in ["", "12", "call me", "+"] {
            assert!(!is_phone(typed), "{typed}");
        }
    }

    #[test]
    fn addresses_keep_their_local_part() {
        assert_eq!(email(" Mei.Wang@Example.COM ").as_deref(), Some("Mei.Wang@example.com"));
        assert_eq!(email("mei＠example.com").as_deref(), Some("mei@example.com"));
        assert_eq!(email("用户@例子.公司").as_deref(), Some("用户@例子.公司"));
        for wrong in [
            "",
            "mei",
            "@example.com",
            "mei@",
            "mei@example",
            "a b@example.com",
            "<a@example.com>",
            "a@b@example.com",
            "a@.com",
            "a@-x.com",
        ] {
            assert_eq!(email(wrong), None, "{wrong}");
        }
    }
}
