//! Identities: one spelling for each, the order in which they are tried, and how they look masked.

mod phone;

use unicode_segmentation::UnicodeSegmentation;

/// The country whose numbers may be written without a country code, when the caller names none.
pub const DEFAULT_REGION: &str = "CN";
/// The longest value of an identity, in bytes.
const LONGEST: usize = 256;
/// RFC 5321: the longest address, and the longest part before the `@`.
const LONGEST_EMAIL: usize = 254;
const LONGEST_LOCAL_PART: usize = 64;
/// What follows the scheme of a phone number or e-mail address that is kept as it was typed.
const UNVERIFIED: &str = "-unverified";
/// A phone number that is none finds nobody by fewer digits.
const TELLING_DIGITS: usize = 7;

/// An identity that can't be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the {scheme} {value:?} {problem}; {remedy}")]
pub struct InvalidIdentity {
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
/// `phone`: E.164, followed by its extension as in `;ext=12`; a national number is read as one of `region` (ISO 3166
/// code such as `DE`, in either case), [`DEFAULT_REGION`] without one. `email`: trimmed and lower-cased, an
/// internationalised domain in Unicode. Any other scheme: trimmed, 1 to 256 bytes.
pub fn normalize(scheme: &str, value: &str, region: Option<&str>) -> Result<String, InvalidIdentity> {
    let outcome = match scheme {
        "phone" => phone::normalize(value, region.unwrap_or(DEFAULT_REGION)),
        "email" => email(value),
        _ => other(value),
    };
    outcome.map_err(|(problem, remedy)| InvalidIdentity {
        scheme: scheme.chars().take(64).collect(),
        value: value.chars().take(64).collect(),
        problem,
        remedy,
    })
}

/// A phone number or e-mail address that can't be one, as it was typed: the scheme and the value under which it is
/// kept, so that the only contact that somebody left isn't lost. None for other schemes, and where nothing was typed.
pub fn unverified(scheme: &str, value: &str) -> Option<(String, String)> {
    let typed = match scheme {
        "phone" => phone::plain(value),
        "email" => value.trim().to_lowercase(),
        _ => return None,
    };
    let typed: String = typed.chars().filter(|c| !c.is_control()).collect();
    let mut end = typed.len().min(LONGEST);
    while !typed.is_char_boundary(end) {
        end -= 1;
    }
    let typed = typed[..end].trim();
    (!typed.is_empty()).then(|| (format!("{scheme}{UNVERIFIED}"), typed.to_owned()))
}

/// Whether an identity may find a customer: a number such as `12345` that was typed for a phone is anybody's.
pub fn can_find(scheme: &str, value: &str) -> bool {
    match scheme.strip_suffix(UNVERIFIED) {
        Some("phone") => value.bytes().filter(u8::is_ascii_digit).count() >= TELLING_DIGITS,
        Some("email") => value.contains('@'),
        _ => true,
    }
}

/// What is wrong with a value, and what to do.
type Wrong = (&'static str, &'static str);

fn email(value: &str) -> Result<String, Wrong> {
    const WRITE: &str = "write it as in name@example.com";
    // What comes along unseen when an address is copied would make another customer of everybody who has it.
    let value: String = value.chars().filter(|c| c.is_control() || !phone::is_invisible(*c)).collect();
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
    let domain = in_unicode(&domain.to_lowercase());
    let last = domain.rsplit('.').next().unwrap_or_default();
    if !domain.contains('.') || !domain.split('.').all(label) || last.chars().all(|c| c.is_ascii_digit()) {
        return Err(("has no proper domain after the @", WRITE));
    }
    Ok(format!("{}@{domain}", local.to_lowercase()))
}

/// An internationalised domain in its one spelling; others as they are.
fn in_unicode(domain: &str) -> String {
    if domain.is_ascii() && !domain.split('.').any(|label| label.starts_with("xn--")) {
        return domain.to_owned();
    }
    match idna::domain_to_ascii(domain) {
        Ok(ascii) => idna::domain_to_unicode(&ascii).0,
        Err(_) => domain.to_owned(),
    }
}

/// An e-mail address as mail servers take it: an internationalised domain in ASCII.
pub fn address_in_ascii(address: &str) -> String {
    match address.rsplit_once('@') {
        Some((local, domain)) if !domain.is_ascii() => match idna::domain_to_ascii(domain) {
            Ok(domain) => format!("{local}@{domain}"),
            Err(_) => address.to_owned(),
        },
        _ => address.to_owned(),
    }
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
            let number = value.split(';').next().unwrap_or(value);
            let digits: Vec<&str> = number.graphemes(true).collect();
            let head = if value.starts_with("+86") { 6 } else { 3 };
            if digits.len() >= head + 8 { ends(&digits, head, 4) } else { ends(&digits, 0, digits.len() / 3) }
        }
        ("email", Some((local, domain))) => {
            let first = local.graphemes(true).next().unwrap_or_default();
            format!("{}***@{domain}", if first.len() < local.len() { first } else { "" })
        }
        _ => {
            let all: Vec<&str> = value.graphemes(true).collect();
            ends(&all, (all.len() / 4).min(3), (all.len() / 4).min(3))
        }
    }
}

fn ends(all: &[&str], head: usize, tail: usize) -> String {
    let head = all[..head.min(all.len())].concat();
    let tail = all[all.len().saturating_sub(tail)..].concat();
    format!("{head}****{tail}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn emails_match_whatever_their_case() {
        assert_eq!(
            normalize("email", " Zhang.San+a@Example.COM ", None).as_deref(),
            Ok("zhang.san+a@example.com")
        );
        for unseen in ["\u{200b}", "\u{feff}", "\u{ad}", "\u{200f}"] {
            let copied = format!("{unseen}ann{unseen}@exam{unseen}ple.com{unseen}");
            assert_eq!(normalize("email", &copied, None).as_deref(), Ok("ann@example.com"), "{unseen:?}");
        }
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
    fn an_internationalised_domain_has_one_spelling() {
        for written in [
            "info@münchen.example",
            "Info@MÜNCHEN.example",
            "info@xn--mnchen-3ya.example",
            "info@mu\u{308}nchen.example",
        ] {
            assert_eq!(normalize("email", written, None).as_deref(), Ok("info@münchen.example"), "{written}");
        }
        assert_eq!(
            normalize("email", "a@xn--fsqu00a.xn--fiqs8s", None),
            normalize("email", "a@例子.中国", None)
        );
        assert_eq!(address_in_ascii("info@münchen.example"), "info@xn--mnchen-3ya.example");
        assert_eq!(address_in_ascii("info@example.com"), "info@example.com");
    }

    #[test]
    fn what_cant_be_understood_is_kept_as_it_was_typed() {
        let phone = |value: &str, kept: &str| {
            assert_eq!(unverified("phone", value), Some(("phone-unverified".into(), kept.into())), "{value}");
        };
        phone(" 1380013800 ", "1380013800");
        phone("ＴＥＬ １２３\u{200b}４５", "TEL 12345");
        assert_eq!(unverified("email", "A..B@mail.example").unwrap().1, "a..b@mail.example");
        assert_eq!(unverified("phone", " \u{200b} "), None);
        assert_eq!(unverified("telegram", "42"), None);
        assert!(unverified("phone", &"九".repeat(200)).unwrap().1.len() <= LONGEST);
        assert!(can_find("phone-unverified", "1380013800") && !can_find("phone-unverified", "TEL 12345"));
        assert!(can_find("phone", "+8613800138000") && can_find("telegram", "42"));
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
        assert_eq!(mask("phone", "+8613800138000;ext=12"), "+86138****8000");
        assert_eq!(mask("phone", "12345"), "****5");
        assert_eq!(mask("email", "zhangsan@example.com"), "z***@example.com");
        assert_eq!(mask("email", "z@example.com"), "***@example.com");
        assert_eq!(mask("telegram", "123456789"), "12****89");
        assert_eq!(mask("telegram", "张三"), "****");
    }
}
