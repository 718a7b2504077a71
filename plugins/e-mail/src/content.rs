//! What a part of a mail holds, its transfer encoding taken off. It is done here, for texts and files alike, because the
//! parser gives up where an encoding isn't as it should be.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::{MessagePart, MimeHeaders};

use crate::headers;
use crate::mime::Mail;

/// A line of base64 that is at least so long is no word.
const LONG_LINE: usize = 40;

/// The bytes of a part; of `most` bytes as they came, where there are more.
pub fn of<'m>(mail: &'m Mail<'_>, part: &MessagePart<'_>, most: usize) -> Cow<'m, [u8]> {
    let place = part.raw_body_offset() as usize..part.raw_end_offset() as usize;
    let bytes = mail.bytes.get(place).unwrap_or_default();
    let bytes = &bytes[..bytes.len().min(most)];
    match encoding(part).as_str() {
        "base64" => base64(bytes),
        "quoted-printable" => Cow::Owned(headers::quoted_printable(bytes, false)),
        "x-uuencode" | "uuencode" | "x-uue" | "uue" => {
            uuencoded(bytes).map_or(Cow::Borrowed(bytes), Cow::Owned)
        }
        _ => Cow::Borrowed(bytes),
    }
}

/// The transfer encoding that a part names, in lower case: the first word that is no comment, without quotation marks and
/// parameters, which programs write although none belong there.
pub fn encoding(part: &MessagePart<'_>) -> String {
    let mut depth = 0;
    let uncommented = part.content_transfer_encoding().unwrap_or_default().chars().map(|character| {
        match character {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ if depth <= 0 => return character,
            _ => {}
        }
        ' '
    });
    let uncommented: String = uncommented.collect();
    let mut words = uncommented.split(|c: char| c.is_whitespace() || "\"';,:".contains(c));
    words.find(|word| !word.is_empty()).unwrap_or_default().to_ascii_lowercase()
}

/// What stands between `begin 644 name` and `end`; none without such a beginning. Each line names its length, and has a
/// sign for six bits, offset by a space; relays take spaces away at the end of a line.
fn uuencoded(bytes: &[u8]) -> Option<Vec<u8>> {
    let value = |sign: Option<&u8>| sign.map_or(0, |sign| sign.wrapping_sub(b' ') & 0x3f);
    let mut lines = bytes.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines
        .find(|line| line.strip_prefix(b"begin ").and_then(<[u8]>::first).is_some_and(u8::is_ascii_digit))?;
    let mut plain = Vec::with_capacity(bytes.len() / 4 * 3);
    for line in lines.take_while(|line| *line != b"end") {
        let length = usize::from(value(line.first()));
        let signs = line.get(1..).unwrap_or_default();
        let group = |at: usize| {
            let [a, b, c, d] = [0, 1, 2, 3].map(|place| value(signs.get(at * 4 + place)));
            [a << 2 | b >> 4, b << 4 | c >> 2, c << 6 | d]
        };
        plain.extend((0..length.div_ceil(3)).flat_map(group).take(length));
    }
    Some(plain)
}

/// Base64 without what a list or a scanner has put below it; what isn't base64 as it is.
fn base64(bytes: &[u8]) -> Cow<'_, [u8]> {
    let good = base64_length(bytes);
    if is_broken(&bytes[good..]) {
        // What isn't of the alphabet is to be passed over (RFC 2045, 6.8).
        let digits: Vec<u8> = bytes.iter().filter(|byte| is_digit(byte)).copied().collect();
        return base64_decode(&digits).map_or(Cow::Borrowed(bytes), Cow::Owned);
    }
    let decoded = base64_decode(&bytes[..good]).filter(|decoded| !decoded.is_empty());
    decoded.map_or(Cow::Borrowed(bytes), Cow::Owned)
}

/// How many bytes from the first on are lines of base64. Its padding ends it, but for the next of several pieces that a
/// program has encoded one by one.
fn base64_length(bytes: &[u8]) -> usize {
    let mut good = 0;
    let mut at = 0;
    let mut is_padded = false;
    for line in bytes.split_inclusive(|byte| *byte == b'\n') {
        at += line.len();
        let line = line.trim_ascii();
        let goes_on = match (line, is_padded) {
            ([], true) => false,
            (line, true) => is_base64(line) && line.len().is_multiple_of(4),
            (line, false) => is_base64(line),
        };
        if !goes_on {
            break;
        }
        good = at;
        is_padded = line.ends_with(b"=");
    }
    good
}

/// Whether the lines below the good ones are base64 as well, behind one with a sign that isn't, rather than words.
fn is_broken(below: &[u8]) -> bool {
    let mut lines = below.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii);
    lines.clone().any(|line| line.len() >= LONG_LINE && is_base64(line))
        && !lines.any(|line| line.contains(&b' '))
}

fn is_base64(line: &[u8]) -> bool {
    line.iter().all(is_digit)
}

fn is_digit(byte: &u8) -> bool {
    byte.is_ascii_alphanumeric() || b"+/=".contains(byte)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charset::Charsets;
    use crate::mime::parse;

    fn decoded(encoding: &str, body: &str) -> String {
        let raw = format!(
            "From: a@b.example\r\nContent-Type: application/pdf\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{body}"
        );
        let charsets = Charsets::of(raw.as_bytes(), "cn");
        let parsed = parse(raw.as_bytes()).unwrap();
        let mail = Mail::new(&parsed, raw.as_bytes(), &charsets, raw.as_bytes());
        String::from_utf8_lossy(&of(&mail, &parsed.parts[0], usize::MAX)).into_owned()
    }

    #[test]
    fn an_encoding_is_known_however_it_is_written() {
        for name in [
            "base64",
            "BASE64;",
            "\"base64\"",
            "base64 (by (us))",
            "(by us) base64",
            "base64; charset=x",
            "'base64'",
        ] {
            assert_eq!(decoded(name, "JVBERi0="), "%PDF-", "{name}");
        }
        for name in ["quoted-printable;", "\"Quoted-Printable\"", "quoted-printable\r\n (folded)"] {
            assert_eq!(decoded(name, "100 =E2=82=AC"), "100 €", "{name}");
        }
        for name in ["7bit", "8bit;", "binary", "x-base64", "", "(base64)"] {
            assert_eq!(decoded(name, "JVBERi0="), "JVBERi0=", "{name}");
        }
    }

    #[test]
    fn uuencoded_content_is_read() {
        for (body, wanted) in [
            ("begin 644 t.txt\r\n&2&5L;&\\*\r\n`\r\nend\r\n", "Hello\n"),
            ("\nbegin 644 t.txt\n#0V%T\n\nend\n\n-- \nA list\n", "Cat"),
            ("begin 644 t\n$0V%T+@  \n \nend", "Cat."),
            ("begin 644 t\n$0V%T+@\n", "Cat."),
            ("begin at once, please", "begin at once, please"),
        ] {
            assert_eq!(decoded("x-uuencode", body), wanted, "{body:?}");
        }
    }

    #[test]
    fn base64_is_read_without_what_it_lacks_and_what_others_have_added() {
        let long = "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3\r\n";
        for (body, wanted) in [
            ("JVBERi0xLjQgaGVsbG8=", "%PDF-1.4 hello"),
            ("JVBERi0xLjQgaGVsbG8", "%PDF-1.4 hello"),
            ("JVBERi0x\r\nLjQgaGVsbG8\r\n", "%PDF-1.4 hello"),
            ("JVBERi0x\r\n\r\nLjQgaGVsbG8", "%PDF-1.4 hello"),
            ("JVBERi0=\r\nMS40IGhlbGxv", "%PDF-1.4 hello"),
            ("JVBERi0xLjQgaGVsbG8=\r\n\r\n_______\r\nThis list is scanned\r\n", "%PDF-1.4 hello"),
            ("JVBERi0xLjQgaGVsbG8\r\n-- \r\nscanned\r\n", "%PDF-1.4 hello"),
            ("JVBERi0xLjQgaGVsbG8=\r\n\r\nscanned\r\n", "%PDF-1.4 hello"),
            ("JVBERi0xLjQgaGVsbG8=\r\nfooter\r\n", "%PDF-1.4 hello"),
            ("JVBERi0=\r\nThis list is scanned by a program that writes a lot below what it scans.", "%PDF-"),
            ("My kettle is broken", "My kettle is broken"),
            ("", ""),
        ] {
            assert_eq!(decoded("base64", body), wanted, "{body:?}");
        }
        let broken = long.replacen("MDEy", "MDE*y", 1);
        assert_eq!(decoded("base64", &format!("{broken}{long}")).len(), 96);
        let prose = format!("My kettle has this number:\r\n{long}");
        assert_eq!(decoded("base64", &prose), prose);
    }
}
