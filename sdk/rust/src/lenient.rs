//! Reads what people typed somewhere and a program passed on: halves of characters, NULs and byte order marks come along,
//! and whoever wrote them can't mend them.

use std::borrow::Cow;

/// U+FFFD, which stands for what can't be read.
const UNREADABLE: &[u8] = "\u{fffd}".as_bytes();

/// JSON that strict parsers take: without a byte order mark, and with U+FFFD for each half of a surrogate pair and
/// each NUL, escaped or not. Other control characters within texts are escaped. What is wrong with the JSON otherwise
/// stays wrong.
pub fn json(body: &[u8]) -> Cow<'_, [u8]> {
    let body = text(body);
    let suspicious = |(at, byte): (usize, &u8)| match byte {
        0..0x20 => true,
        b'\\' => body.get(at + 1) == Some(&b'u'),
        _ => false,
    };
    if !body.iter().enumerate().any(suspicious) {
        return body;
    }
    let mut mended = Vec::with_capacity(body.len() + 16);
    let (mut at, mut within) = (0, false);
    while let Some(byte) = body.get(at).copied() {
        let taken = match byte {
            b'\\' if within => escape(&body[at..], &mut mended),
            0 => replace(&mut mended),
            1..0x20 if within => {
                mended.extend(format!("\\u{byte:04x}").into_bytes());
                1
            }
            _ => {
                within ^= byte == b'"';
                mended.push(byte);
                1
            }
        };
        at += taken;
    }
    Cow::Owned(mended)
}

/// Text without a byte order mark, and with U+FFFD for each half of a surrogate pair that was written as UTF-8 by itself.
/// Everything else is as it was; whether it is UTF-8 is for the caller to see.
pub fn text(bytes: &[u8]) -> Cow<'_, [u8]> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let half = |window: &[u8]| window[0] == 0xed && (0xa0..0xc0).contains(&window[1]);
    if !bytes.windows(2).any(half) {
        return Cow::Borrowed(bytes);
    }
    let mut mended = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes.get(at..at + 2).is_some_and(half) {
            mended.extend(UNREADABLE);
            at += if bytes.get(at + 2).is_some_and(|byte| byte & 0xc0 == 0x80) { 3 } else { 2 };
        } else {
            mended.push(bytes[at]);
            at += 1;
        }
    }
    Cow::Owned(mended)
}

/// Copies one escape, mended; how many bytes it took.
fn escape(rest: &[u8], mended: &mut Vec<u8>) -> usize {
    let unit = |at: usize| {
        let digits = rest.get(at..at + 6)?.strip_prefix(b"\\u")?;
        u16::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()
    };
    let length = match (unit(0), unit(6)) {
        (Some(0xd800..0xdc00), Some(0xdc00..0xe000)) => 12,
        (Some(0 | 0xd800..0xe000), _) => {
            replace(mended);
            return 6;
        }
        (Some(_), _) => 6,
        (None, _) => 2,
    };
    let length = length.min(rest.len());
    mended.extend(&rest[..length]);
    length
}

fn replace(mended: &mut Vec<u8>) -> usize {
    mended.extend(UNREADABLE);
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &[u8]) -> String {
        serde_json::from_slice::<String>(&json(body)).unwrap()
    }

    #[test]
    fn halves_of_characters_and_nuls_are_marked() {
        let cases: [(&[u8], &str); 8] = [
            (br#""loose \ud83d""#, "loose \u{fffd}"),
            (br#""\udc00\ud83d\ud83d\ude00!""#, "\u{fffd}\u{fffd}😀!"),
            (br#""\uD83Dx\\ud83d \"\ud83d\n\"""#, "\u{fffd}x\\ud83d \"\u{fffd}\n\""),
            (br#""before\u0000after""#, "before\u{fffd}after"),
            (b"\"a\0b\"", "a\u{fffd}b"),
            (b"\"line\nend\x1b\"", "line\nend\u{1b}"),
            (b"\xef\xbb\xbf\"mark\"", "mark"),
            (b"\"\xed\xa0\xbd|\xed\xb8\x80\"", "\u{fffd}|\u{fffd}"),
        ];
        for (given, wanted) in cases {
            assert_eq!(read(given), wanted, "{}", String::from_utf8_lossy(given));
        }
        // Bytes that are no UTF-8 at all stay what they are.
        assert!(serde_json::from_slice::<String>(&json(b"\"\xed\"")).is_err());
    }

    #[test]
    fn good_json_is_left_alone_and_bad_json_stays_bad() {
        let plain = "{\"a\": \"热水器\", \"b\": [1, \"\\n\"]}".as_bytes();
        assert!(matches!(json(plain), Cow::Borrowed(_)));
        let bad: [&[u8]; 7] = [b"{", b"\"\\u12\"", b"\"\\", b"\"\\u", b"\\ud800", b"", b"\0"];
        for bad in bad {
            assert!(serde_json::from_slice::<serde_json::Value>(&json(bad)).is_err(), "{bad:?}");
        }
        assert_eq!(read(b"\"\\u00e9\\ud83d\\ude00\""), "é😀");
    }
}
