//! Finds out in which character set a text is, from its bytes and from what its mail says elsewhere.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, UTF_8, WINDOWS_1252};

use super::{Claim, claim, outside_ascii};

/// The character set that a text looks like; `region` is a top-level domain.
pub fn guess(bytes: &[u8], region: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Allow);
    detector.feed(bytes, true);
    let guess = detector.guess((!is_scattered(bytes)).then_some(region), Utf8Detection::Deny);
    if guess == encoding_rs::GBK { GB18030 } else { guess }
}

/// The character set of a text that is certainly of one-byte characters.
pub fn guess_single_byte(bytes: &[u8]) -> &'static Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, true);
    let guess = detector.guess(None, Utf8Detection::Deny);
    if guess.is_single_byte() { guess } else { WINDOWS_1252 }
}

/// What is UTF-8 but for a few bytes: a text that was cut has one broken character; another character set breaks nearly
/// all of them.
pub fn nearly_utf8(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let broken = text.matches('\u{fffd}').count();
    let whole = text.chars().filter(|c| !c.is_ascii() && *c != '\u{fffd}').count();
    let wide = text.chars().filter(|c| *c >= '\u{800}' && *c != '\u{fffd}').count();
    (whole > broken * 4 || wide > broken && wide >= 3).then(|| text.into_owned())
}

/// Whether there is an escape sequence of ISO-2022-JP.
pub fn has_escape(bytes: &[u8]) -> bool {
    bytes.windows(2).any(|pair| pair == b"\x1b$")
}

/// Whether signs outside ASCII stand alone among letters, as in `It’s 40 €`: no language of two-byte characters.
fn is_scattered(bytes: &[u8]) -> bool {
    let plain = |at: Option<&u8>| at.is_none_or(u8::is_ascii);
    let alone = |at: &usize| {
        !bytes[*at].is_ascii()
            && plain(at.checked_sub(1).and_then(|before| bytes.get(before)))
            && plain(bytes.get(at + 1))
    };
    let all = outside_ascii(bytes);
    all > 0 && (0..bytes.len()).filter(alone).count() * 5 >= all * 4
}

/// Whether the signs outside ASCII are accented letters of words in Latin script: one alone, or two between small letters,
/// among many more plain ones. In two-byte characters whose second byte is ASCII the plain ones are fewer.
pub fn is_accented(bytes: &[u8]) -> bool {
    let is_small = |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_lowercase);
    let mut accented = 0;
    let mut at = 0;
    while at < bytes.len() {
        let run = bytes[at..].iter().take_while(|byte| !byte.is_ascii()).count();
        let after = at + run;
        let is_letter =
            |at: Option<usize>| at.and_then(|at| bytes.get(at)).is_some_and(u8::is_ascii_alphabetic);
        accented += match run {
            1 if is_letter(at.checked_sub(1)) || is_letter(Some(after)) => 1,
            2 if is_small(at.checked_sub(1)) && is_small(Some(after)) => 2,
            _ => 0,
        };
        at = after.max(at + 1);
    }
    let letters = bytes.iter().filter(|byte| byte.is_ascii_alphabetic()).count();
    let all = outside_ascii(bytes);
    accented > 0 && accented * 5 >= all * 4 && letters >= all * 2
}

/// Whether a text that fits UTF-8 is none that people write: two-byte characters of several scripts in one word.
pub fn is_strange(text: &str) -> bool {
    let script = |c: char| match u32::from(c) {
        0x80..=0x24f => 1,
        0x370..=0x3ff => 2,
        0x400..=0x52f => 3,
        0x590..=0x5ff => 4,
        0x600..=0x6ff => 5,
        0x250..=0x36f | 0x530..=0x58f | 0x700..=0x7ff => 9,
        _ => 0,
    };
    let mut before = 0;
    for c in text.chars() {
        if c >= '\u{800}' {
            return false;
        }
        let script = script(c);
        if script == 9 || script > 0 && before > 0 && script != before {
            return true;
        }
        before = script;
    }
    false
}

/// The first character set that a mail names, other than ASCII, Latin-1 and UTF-8.
pub fn first_named(sample: &[u8]) -> Option<&'static Encoding> {
    const NAME: &[u8] = b"charset=";
    let lower = sample.to_ascii_lowercase();
    let mut rest = lower.as_slice();
    while let Some(at) = find(rest, NAME) {
        rest = &rest[at + NAME.len()..];
        let label: Vec<u8> = rest
            .iter()
            .skip_while(|byte| matches!(byte, b'"' | b'\''))
            .take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.:".contains(byte))
            .take(40)
            .copied()
            .collect();
        if let Ok(label) = std::str::from_utf8(&label)
            && let Claim::Encoding(encoding) = claim(label)
            && encoding != UTF_8
            && encoding != WINDOWS_1252
        {
            return Some(encoding);
        }
    }
    None
}

/// The country that the character sets speak of which a mail names, in its fields or encoded words.
pub fn region_named(sample: &[u8]) -> Option<&'static [u8]> {
    const REGIONS: [(&[u8], &[u8]); 14] = [
        (b"iso-2022-jp", b"jp"),
        (b"iso-2022-kr", b"kr"),
        (b"iso-2022-cn", b"cn"),
        (b"shift_jis", b"jp"),
        (b"euc-jp", b"jp"),
        (b"ks_c_5601", b"kr"),
        (b"euc-kr", b"kr"),
        (b"big5", b"tw"),
        (b"koi8-r", b"ru"),
        (b"koi8-u", b"ua"),
        (b"windows-1251", b"ru"),
        (b"gb2312", b"cn"),
        (b"gbk", b"cn"),
        (b"gb18030", b"cn"),
    ];
    let lower = sample.to_ascii_lowercase();
    [b"charset=".as_slice(), b"charset=\"", b"=?"].into_iter().find_map(|before| {
        let mut rest = lower.as_slice();
        while let Some(at) = find(rest, before) {
            rest = &rest[at + before.len()..];
            let named = REGIONS.iter().find(|(name, _)| rest.starts_with(name));
            if let Some((_, region)) = named {
                return Some(*region);
            }
        }
        None
    })
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
