//! Character sets of seven bits, which browsers don't read any more.

use encoding_rs::GB18030;
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
