//! Identities: one spelling for each, the order in which they are tried, and how they look masked.

use phonenumber::{Mode, country, metadata::DATABASE};

/// The country whose numbers may be written without a country code, when the caller names none.
pub const DEFAULT_REGION: &str = "CN";
/// The longest value of an identity, in bytes.
const LONGEST: usize = 256;
/// RFC 5321: the longest address, and the longest part before the `@`.
const LONGEST_EMAIL: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;
/// No spelling of a phone number is longer than this many characters; E.164 itself has 15 digits.
const LONGEST_PHONE: usize = 40;

/// An identity that can't be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {scheme} {value:?} {problem}; {remedy}")]
pub struct Fault {
    /// The scheme that was given.
    pub scheme: String,
    /// The value that was given, cut to 64 characters.
    pub value: String,
    /// What is wrong, such as "is empty".
    pub problem: &'static str,
    /// What to do.
    pub remedy: &'static str,
}

/// The one spelling by which an identity is stored and matched.
///
/// `phone`: E.164; a national number is read as one of `region` (ISO 3166 code such as `DE`, in either case),
/// [`DEFAULT_REGION`] without one. `email`: trimmed and lower-cased, a domain outside ASCII left as it is. Any
/// other scheme: trimmed, 1 to 256 bytes.
pub fn normalize(scheme: &str, value: &str, region: Option<&str>) -> Result<String, Fault> {
    let outcome = match scheme {
        "phone" => phone(value, region.unwrap_or(DEFAULT_REGION)),
        "email" => email(value),
        _ => other(value),
    };
    outcome.map_err(|(problem, remedy)| Fault {
        scheme: scheme.chars().take(64).collect(),
        value: value.chars().take(64).collect(),
        problem,
        remedy,
    })
}

/// What is wrong with a value, and what to do.
type Wrong = (&'static str, &'static str);

fn phone(value: &str, region: &str) -> Result<String, Wrong> {
    const WRITE: &str = "write it with the country code, as in +86 138 0013 8000";
    if value.chars().count() > LONGEST_PHONE {
        return Err(("is too long for a phone number", "give one number alone, without other text"));
    }
    let Ok(region) = region.to_ascii_uppercase().parse::<country::Id>() else {
        return Err((
            "came with a country that doesn't exist",
            "name the country by its two letters (ISO 3166), such as CN",
        ));
    };
    let plain = plain_digits(value).ok_or((
        "has signs that no phone number has",
        "use digits, spaces, dots, hyphens, brackets and a leading + alone; an extension belongs in a note",
    ))?;
    if plain.trim_start_matches('+').is_empty() {
        return Err(("has no digits", WRITE));
    }
    let unreadable = ("can't be read as a phone number", WRITE);
    // The parser strips the trunk prefix of the region it is given even from numbers of other countries, which
    // breaks those that begin with 0 by right (Italy), so international numbers are read without a region.
    let abroad = if plain.starts_with('+') {
        plain
    } else {
        let number = phonenumber::parse(Some(region), &plain).map_err(|_| unreadable)?;
        match number.code().source() {
            country::Source::Idd => {
                let code = number.code().value().to_string();
                format!("+{}", plain.find(&code).map_or("", |at| &plain[at..]))
            }
            _ => number.format().mode(Mode::E164).to_string(),
        }
    };
    let number = phonenumber::parse(None, &abroad).map_err(|_| unreadable)?;
    if number.extension().is_some() {
        return Err(("has an extension", "give the number alone; an extension belongs in a note"));
    }
    if !number.is_valid_with(&DATABASE) {
        return Err((
            "is no number of its country",
            "check the digits; a number from abroad needs its country code",
        ));
    }
    Ok(number.format().mode(Mode::E164).to_string())
}

/// The digits and a leading `+`, in ASCII; none when there is anything else but separators.
fn plain_digits(value: &str) -> Option<String> {
    let mut plain = String::with_capacity(value.len());
    for c in value.trim().chars() {
        let c = match c {
            // Full-width signs stand at a fixed distance from the ASCII ones.
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0)?,
            _ => c,
        };
        match c {
            '0'..='9' => plain.push(c),
            '+' if plain.is_empty() => plain.push(c),
            '-' | '.' | '(' | ')' | '/' | '\u{2010}'..='\u{2015}' | '\u{2212}' => {}
            // Copied from a contact card, numbers come wrapped in direction marks and joined by no-break spaces.
            '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}' => {}
            _ if c.is_whitespace() => {}
            _ => return None,
        }
    }
    Some(plain)
}

fn email(value: &str) -> Result<String, Wrong> {
    const WRITE: &str = "write it as in name@example.com";
    let value = value.trim();
    if value.is_empty() {
        return Err(("is empty", WRITE));
    }
    if value.len() > LONGEST_EMAIL {
        return Err(("is longer than 254 bytes", WRITE));
    }
    let Some((local, domain)) = value.rsplit_once('@') else {
        return Err(("has no @", WRITE));
    };
    let strange = |c: char| c.is_whitespace() || c.is_control() || "()<>[]\\,;:\"@".contains(c);
    let bad_dots = |part: &str| part.starts_with('.') || part.ends_with('.') || part.contains("..");
    if local.is_empty() || local.len() > LONGEST_LOCAL_PART || local.contains(strange) || bad_dots(local) {
        return Err(("has no proper name before the @", WRITE));
    }
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label.chars().all(|c| c == '-' || c.is_alphanumeric())
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    if !domain.contains('.') || !domain.split('.').all(label) || last.chars().all(|c| c.is_ascii_digit()) {
        return Err(("has no proper domain after the @", WRITE));
    }
    Ok(format!("{}@{}", local.to_lowercase(), domain.to_lowercase()))
}

fn other(value: &str) -> Result<String, Wrong> {
    let value = value.trim();
    if value.is_empty() {
        return Err(("is empty", "give the id, or leave the identity out"));
    }
    if value.len() > LONGEST {
        return Err(("is longer than 256 bytes", "give the id alone"));
    }
    if value.contains(char::is_control) {
        return Err(("has control characters", "give the id alone, on one line"));
    }
    Ok(value.to_owned())
}

/// The order in which identities are tried when somebody is looked for, lowest first: what a channel vouches
/// for before what was typed. Typed phones and e-mails find people, but never merge them by themselves.
pub fn rank(scheme: &str, attested: bool) -> u8 {
    match (scheme, attested) {
        ("phone", true) => 1,
        ("email", true) => 2,
        ("member", _) => 3,
        (_, true) => 0,
        ("phone", false) => 4,
        ("email", false) => 5,
        (_, false) => 6,
    }
}

/// How an identity looks to somebody who may not see it: `+86138****8000`, `z***@example.com`. What is masked
/// never shows more than half of the characters (of an address: of the name), and not how many are hidden.
pub fn mask(scheme: &str, value: &str) -> String {
    match (scheme, value.rsplit_once('@')) {
        ("phone", _) => {
            // The area or network and the last four digits tell two numbers of one person apart.
            let digits: Vec<char> = value.chars().collect();
            let head = if value.starts_with("+86") { 6 } else { 3 };
            if digits.len() >= head + 8 { ends(&digits, head, 4) } else { ends(&digits, 0, digits.len() / 3) }
        }
        ("email", Some((local, domain))) => {
            let first: String = local.chars().take(1).collect();
            format!("{}***@{domain}", if local.chars().count() > 1 { first } else { String::new() })
        }
        _ => {
            let all: Vec<char> = value.chars().collect();
            ends(&all, (all.len() / 4).min(3), (all.len() / 4).min(3))
        }
    }
}

fn ends(all: &[char], head: usize, tail: usize) -> String {
    let head: String = all.iter().take(head).collect();
    let tail: String = all.iter().skip(all.len().saturating_sub(tail)).collect();
    format!("{head}****{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn phones_have_one_spelling() {
        for written in [
            "138 0013 8000",
            "13800138000",
            "+86 138 0013 8000",
            "+86-138-0013-8000",
            "0086 13800138000",
            "8613800138000",
            "(+86) 138.0013.8000",
            "１３８００１３８０００",
            "＋８６　１３８－００１３－８０００",
            "\u{202a}+86\u{a0}138 0013 8000\u{202c}",
        ] {
            assert_eq!(normalize("phone", written, None).as_deref(), Ok("+8613800138000"), "{written}");
        }
        assert_eq!(normalize("phone", "010-6552 9988", None).as_deref(), Ok("+861065529988"));
        assert_eq!(normalize("phone", "030 901820", Some("de")).as_deref(), Ok("+4930901820"));
        assert_eq!(normalize("phone", "+1 650 253 0000", Some("CN")).as_deref(), Ok("+16502530000"));
        assert_eq!(normalize("phone", "+852 2123 4567", None).as_deref(), Ok("+85221234567"));
    }

    #[test]
    fn what_is_no_phone_number_is_refused_with_a_remedy() {
        for (written, says) in [
            ("", "no digits"),
            ("+", "no digits"),
            ("+8613800138000 ext. 12", "signs"),
            ("010-65529988转123", "signs"),
            ("138001380001", "no number of its country"),
            ("12345", "phone number"),
            ("1380013800013800138000", "phone number"),
            ("13800138000 / 13900139000", "number"),
        ] {
            let fault = normalize("phone", written, None).unwrap_err().to_string();
            assert!(fault.starts_with(&format!("the phone {written:?} ")), "{fault}");
            assert!(fault.contains(says) || fault.contains("no number"), "{written}: {fault}");
        }
        assert!(normalize("phone", "13800138000", Some("XX")).unwrap_err().to_string().contains("ISO 3166"));
    }

    #[test]
    fn a_normal_phone_stays_as_it_is() {
        for number in ["+8613800138000", "+861065529988", "+16502530000", "+390236618300", "+4930901820"] {
            assert_eq!(normalize("phone", number, None).as_deref(), Ok(number));
        }
    }

    #[test]
    fn emails_match_whatever_their_case() {
        assert_eq!(
            normalize("email", " Zhang.San+a@Example.COM ", None).as_deref(),
            Ok("zhang.san+a@example.com")
        );
        assert_eq!(normalize("email", "张三@例子.中国", None).as_deref(), Ok("张三@例子.中国"));
        for wrong in [
            "",
            "a",
            "@example.com",
            "a@",
            "a@b",
            "a b@example.com",
            "a@@example.com",
            "a@exa mple.com",
            ".a@example.com",
            "a..b@example.com",
            "a@-x.com",
            "a@x..com",
            "a@1.2.3.4",
            "A <a@example.com>",
            "a@example.com,b@example.com",
        ] {
            let fault = normalize("email", wrong, None).unwrap_err();
            assert!(fault.to_string().contains("name@example.com"), "{wrong}: {fault}");
        }
        assert!(normalize("email", &format!("{}@example.com", "a".repeat(65)), None).is_err());
    }

    #[test]
    fn other_ids_are_trimmed_and_bounded() {
        assert_eq!(normalize("telegram", " 42\n", None).as_deref(), Ok("42"));
        assert_eq!(normalize("member", "Ab", None).as_deref(), Ok("Ab"), "their case may matter");
        for wrong in ["  ", "a\u{0}b", &"x".repeat(257)] {
            assert!(normalize("telegram", wrong, None).is_err());
        }
    }

    #[test]
    fn what_is_attested_comes_before_what_was_typed() {
        let order = [
            ("telegram", true),
            ("phone", true),
            ("email", true),
            ("member", false),
            ("phone", false),
            ("email", false),
            ("telegram", false),
        ];
        assert!(order.windows(2).all(|pair| rank(pair[0].0, pair[0].1) < rank(pair[1].0, pair[1].1)));
    }

    #[test]
    fn masks_hide_the_middle() {
        assert_eq!(mask("phone", "+8613800138000"), "+86138****8000");
        assert_eq!(mask("phone", "13800138000"), "138****8000");
        assert_eq!(mask("phone", "12345"), "****5");
        assert_eq!(mask("email", "zhangsan@example.com"), "z***@example.com");
        assert_eq!(mask("email", "z@example.com"), "***@example.com");
        assert_eq!(mask("telegram", "123456789"), "12****89");
        assert_eq!(mask("telegram", "张三"), "****");
    }
}
