//! Phone numbers and e-mail addresses as people type them.

/// A phone number in E.164: separators and full-width digits are understood, `00` is `+`, and a number
/// without either gets the country code, its leading zero dropped. None when it can't be a number.
pub fn phone(typed: &str, country_code: &str) -> Option<String> {
    let mut digits = String::new();
    let mut plus = false;
    for character in typed.trim().chars() {
        let character = narrow(character);
        match character {
            '0'..='9' => digits.push(character),
            '+' if digits.is_empty() && !plus => plus = true,
            ' ' | '-' | '(' | ')' | '.' | '/' | '\u{a0}' | '－' | '（' | '）' => {}
            _ => return None,
        }
    }
    if plus {
        // `+49 (0)30 ...`: the bracketed zero is for callers at home.
        if typed.contains("(0)") || typed.contains("（0）") {
            let code = digits.find('0')?;
            digits.remove(code);
        }
    } else if let Some(abroad) = digits.strip_prefix("00") {
        digits = abroad.to_owned();
    } else {
        let home = digits.strip_prefix('0').unwrap_or(&digits);
        if home.len() < 5 {
            return None;
        }
        digits = format!("{country_code}{home}");
    }
    ((7..=15).contains(&digits.len()) && !digits.starts_with('0')).then(|| format!("+{digits}"))
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
    fn phones_become_e164() {
        for (typed, wanted) in [
            ("138 0013 8000", Some("+8613800138000")),
            ("１３８００１３８０００", Some("+8613800138000")),
            ("+86 138-0013-8000", Some("+8613800138000")),
            ("010-8888 6666", Some("+861088886666")),
            ("（021）6543 2100", Some("+862165432100")),
            ("0049 30 123456", Some("+4930123456")),
            ("+49 (0)30 123456", Some("+4930123456")),
            ("+1 (415) 555-0132", Some("+14155550132")),
            ("12", None),
            ("", None),
            ("call me", None),
            ("+1234567890123456", None),
            ("0000", None),
        ] {
            assert_eq!(phone(typed, "86").as_deref(), wanted, "{typed}");
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
