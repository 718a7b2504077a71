//! Character sets of seven bits, which browsers don't read any more.

use encoding_rs::{EUC_KR, Encoding, GB18030, REPLACEMENT};
use mail_parser::decoders::base64::base64_decode;

/// HZ (RFC 1843): GB2312 in seven bits, between `~{` and `~}`.
pub fn hz(bytes: &[u8]) -> String {
    let mut plain = Vec::with_capacity(bytes.len());
    let mut chinese = false;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => break,
            [b'~', b'{', rest @ ..] => {
                chinese = true;
                rest
            }
            [b'~', b'}', rest @ ..] => {
                chinese = false;
                rest
            }
            [b'~', b'~', rest @ ..] => {
                plain.push(b'~');
                rest
            }
            [b'~', b'\n', rest @ ..] => rest,
            [byte, rest @ ..] => {
                // A line ends what was begun in it.
                chinese &= *byte != b'\n';
                plain.push(if chinese { byte | 0x80 } else { *byte });
                rest
            }
        }
    }
    GB18030.decode_without_bom_handling(&plain).0.into_owned()
}

/// ISO-2022-KR (RFC 1557) and ISO-2022-CN (RFC 1922): two-byte characters in seven bits between the controls SO and SI, of
/// the character set that an escape sequence names, `named` where none does.
pub fn shifted(bytes: &[u8], named: &'static Encoding) -> String {
    let mut text = String::with_capacity(bytes.len());
    let mut encoding = named;
    let mut plain = Vec::new();
    let mut is_shifted = false;
    let mut rest = bytes;
    loop {
        rest = match rest {
            [] => break,
            [0x1b, b'$', b')' | b'*', set, rest @ ..] => {
                text.push_str(&encoding.decode_without_bom_handling(&plain).0);
                plain.clear();
                encoding = designated(*set).unwrap_or(REPLACEMENT);
                rest
            }
            [control @ (0x0e | 0x0f), rest @ ..] => {
                is_shifted = *control == 0x0e;
                rest
            }
            [byte, rest @ ..] => {
                // A line ends what was begun in it.
                is_shifted &= *byte != b'\n';
                plain.push(if is_shifted && byte.is_ascii_graphic() { byte | 0x80 } else { *byte });
                rest
            }
        }
    }
    text.push_str(&encoding.decode_without_bom_handling(&plain).0);
    text
}

/// The character set that a text's first escape sequence names; none where it isn't one that `shifted` reads.
pub fn shifted_by(bytes: &[u8]) -> Option<&'static Encoding> {
    let at = bytes.windows(3).position(|bytes| bytes == b"\x1b$)")?;
    designated(*bytes.get(at + 3)?).filter(|_| bytes.contains(&0x0e))
}

/// The character set of an escape sequence's last byte. Those of Taiwan have no decoder here.
fn designated(set: u8) -> Option<&'static Encoding> {
    match set {
        b'A' => Some(GB18030),
        b'C' => Some(EUC_KR),
        _ => None,
    }
}

/// UTF-7 (RFC 2152): UTF-16 in base64, between `+` and what isn't base64; a `-` there goes.
pub fn utf7(bytes: &[u8]) -> String {
    let is_digit = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut plain = String::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some(at) = rest.iter().position(|byte| *byte == b'+') {
        plain.push_str(&String::from_utf8_lossy(&rest[..at]));
        let (run, after) = rest[at + 1..].split_at(rest[at + 1..].iter().take_while(is_digit).count());
        rest = after.strip_prefix(b"-").unwrap_or(after);
        if run.is_empty() {
            plain.push('+');
        }
        let bytes = base64_decode(run).unwrap_or_default();
        let units = bytes.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]]));
        plain.extend(char::decode_utf16(units).map(|read| read.unwrap_or(char::REPLACEMENT_CHARACTER)));
    }
    plain.push_str(&String::from_utf8_lossy(rest));
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shifted_characters_are_of_the_set_that_was_named() {
        for (written, text) in [
            (b"\x1b$)C\x0e>H3g\x0f GO\n\x0e>H3g".as_slice(), "안녕 GO\n안녕"),
            (b"\x0e>H3g\x0f", "안녕"),
            (b"\x0e>H3g\nend of line", "안녕\nend of line"),
            (b"\x1b$)A\x0eVPND\x0f ok", "中文 ok"),
            (b"a \x1b$)G\x0eVPND\x0f", "a \u{fffd}"),
        ] {
            assert_eq!(shifted(written, EUC_KR), text);
        }
        assert_eq!(shifted_by(b"\x1b$)C\x0e>H"), Some(EUC_KR));
        assert!(shifted_by(b"\x1b$)C").is_none() && shifted_by(b"\x1b$B\x0e").is_none());
    }

    #[test]
    fn utf7_is_read_up_to_its_end() {
        for (written, text) in [
            ("+T2BZfQ-", "你好"),
            ("+T2BZfQ", "你好"),
            ("a +T2BZfQ, b\n+2D3eAA-!", "a 你好, b\n😀!"),
            ("1 +- 1 + 1", "1 + 1 + 1"),
            ("plain", "plain"),
        ] {
            assert_eq!(utf7(written.as_bytes()), text, "{written}");
        }
        assert!(utf7(b"+2D0-").contains(char::REPLACEMENT_CHARACTER));
    }
}
