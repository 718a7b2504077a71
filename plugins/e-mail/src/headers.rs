//! Header fields as they are written: encoded words (RFC 2047) that were cut within a character, and bytes outside
//! ASCII in whatever character set the sender's program has.

use mail_parser::decoders::base64::base64_decode;

use crate::charset::Charsets;

/// The field that names a part's type, up to its value.
pub const CONTENT_TYPE: &[u8] = b"content-type:";

/// Whether a field is `Content-Type`.
pub fn is_content_type(field: &[u8]) -> bool {
    field.get(..CONTENT_TYPE.len()).is_some_and(|name| name.eq_ignore_ascii_case(CONTENT_TYPE))
}

/// A value with its encoded words read.
pub fn text(value: &[u8], charsets: &Charsets<'_>) -> String {
    words(value, charsets, true)
}

fn words(value: &[u8], charsets: &Charsets<'_>, again: bool) -> String {
    let read = |piece| match piece {
        Piece::Plain(bytes) => charsets.decode(bytes, None).into_owned(),
        Piece::Encoded { charset, bytes } => decoded(&bytes, charset, charsets, again),
    };
    pieces(value).into_iter().map(read).collect()
}

/// What encoded words say; where a program has encoded what another had encoded before, what that one said, if they are
/// to be read `again`.
pub fn decoded(bytes: &[u8], charset: &str, charsets: &Charsets<'_>, again: bool) -> String {
    let once = charsets.decode(bytes, Some(charset));
    let is_encoded = word(once.as_bytes()).is_some() && once.ends_with("?=");
    if again && is_encoded { words(once.as_bytes(), charsets, false) } else { once.into_owned() }
}

/// Whether bytes stand in others.
pub fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// The fields of a header, each with the lines that go on with it.
pub fn fields(head: &[u8]) -> Vec<&[u8]> {
    let mut fields = Vec::new();
    let mut start = 0;
    let mut at = 0;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        if at > start && !line.starts_with(b" ") && !line.starts_with(b"\t") {
            fields.push(&head[start..at]);
            start = at;
        }
        at += line.len();
    }
    fields.push(&head[start..]);
    fields
}

/// A part of a field's value.
pub enum Piece<'a> {
    /// What stands between encoded words.
    Plain(&'a [u8]),
    /// Adjacent words of one character set, put together.
    Encoded {
        /// The character set that they name.
        charset: &'a str,
        /// What they say in it.
        bytes: Vec<u8>,
    },
}

/// One encoded word.
struct Word<'a> {
    charset: &'a str,
    is_base64: bool,
    text: &'a [u8],
    length: usize,
}

/// A value taken apart.
pub fn pieces(value: &[u8]) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut run: Vec<Word<'_>> = Vec::new();
    let mut plain = 0;
    let mut at = 0;
    while at < value.len() {
        let Some(word) = word(&value[at..]) else {
            at += 1;
            continue;
        };
        let between = &value[plain..at];
        let goes_on = run.last().is_some_and(|last| last.charset.eq_ignore_ascii_case(word.charset));
        let is_space = between.iter().all(u8::is_ascii_whitespace);
        if !(is_space && goes_on) {
            let after_word = !run.is_empty();
            pieces.extend(joined(&mut run));
            // White space between two words isn't the text's.
            if !(between.is_empty() || is_space && after_word) {
                pieces.push(Piece::Plain(between));
            }
        }
        at += word.length;
        plain = at;
        run.push(word);
    }
    pieces.extend(joined(&mut run));
    if plain < value.len() {
        pieces.push(Piece::Plain(&value[plain..]));
    }
    pieces
}

/// Puts the bytes of a run of words together, and empties it.
fn joined<'a>(run: &mut Vec<Word<'a>>) -> Option<Piece<'a>> {
    let charset = run.first()?.charset;
    let mut bytes = Vec::new();
    // Some programs cut the whole value's base64 anywhere: then only all words together can be read.
    let mut pending: Vec<u8> = Vec::new();
    for word in run.drain(..) {
        if word.is_base64 {
            pending.extend(word.text.iter().filter(|byte| !byte.is_ascii_whitespace()));
            if pending.len().is_multiple_of(4) || pending.ends_with(b"=") {
                bytes.extend(base64_decode(&pending).unwrap_or_else(|| pending.clone()));
                pending.clear();
            }
        } else {
            bytes.extend(quoted_printable(word.text, true));
        }
    }
    if !pending.is_empty() {
        bytes.extend(base64_decode(&pending).unwrap_or(pending));
    }
    Some(Piece::Encoded { charset, bytes })
}

/// The encoded word that a value begins with.
fn word(value: &[u8]) -> Option<Word<'_>> {
    let rest = value.strip_prefix(b"=?")?;
    let charset_end = rest.iter().take(64).position(|byte| *byte == b'?')?;
    let charset = std::str::from_utf8(&rest[..charset_end]).ok()?;
    // A language may follow (RFC 2231).
    let charset = charset.split('*').next().unwrap_or_default();
    let is_name = !charset.is_empty() && charset.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'=');
    let rest = &rest[charset_end + 1..];
    let is_base64 = match rest {
        [b'b' | b'B', b'?', ..] => true,
        [b'q' | b'Q', b'?', ..] => false,
        _ => return None,
    };
    let text = &rest[2..];
    // It ends before the next word begins, or it is none.
    let begins = |at: usize| text[at..].starts_with(b"=?") && text.get(at + 2) != Some(&b'=');
    let end = (0..text.len()).find(|at| text[*at..].starts_with(b"?=") || begins(*at))?;
    if begins(end) {
        return None;
    }
    let length = 2 + charset_end + 1 + 2 + end + 2;
    is_name.then_some(Word { charset, is_base64, text: &text[..end], length })
}

/// Reads quoted-printable as far as it goes: what is no code stays as it is. In headers `_` is a space.
pub fn quoted_printable(text: &[u8], in_header: bool) -> Vec<u8> {
    let hex = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    loop {
        rest = match rest {
            [] => return bytes,
            [b'_', rest @ ..] if in_header => {
                bytes.push(b' ');
                rest
            }
            [b'\r' | b'\n', rest @ ..] if in_header => rest,
            [b'=', b'\n', rest @ ..] | [b'=', b'\r', b'\n', rest @ ..] => rest,
            [b'=', high, low, rest @ ..] if hex(*high).is_some() && hex(*low).is_some() => {
                bytes.push((hex(*high).unwrap_or_default() << 4) | hex(*low).unwrap_or_default());
                rest
            }
            [b'=', rest @ ..] if soft_break(rest).is_some() => &rest[soft_break(rest).unwrap_or_default()..],
            [byte, rest @ ..] => {
                bytes.push(*byte);
                rest
            }
        }
    }
}

/// White space that a relay has put between `=` and the line's end.
fn soft_break(rest: &[u8]) -> Option<usize> {
    let spaces = rest.iter().take(80).take_while(|byte| matches!(byte, b' ' | b'\t' | b'\r')).count();
    (rest.get(spaces) == Some(&b'\n')).then_some(spaces + 1)
}

/// Writes a text as an encoded word.
pub fn encode(text: &str, out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    out.extend_from_slice(b"=?utf-8?Q?");
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() {
            out.push(byte);
        } else {
            out.extend([b'=', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]);
        }
    }
    out.extend_from_slice(b"?=");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(value: &str) -> String {
        text(value.as_bytes(), &Charsets::of(value.as_bytes(), "cn"))
    }

    #[test]
    fn words_that_were_cut_within_a_character_are_whole_again() {
        let subject = "=?UTF-8?B?5ZKo6K+i77ya5YeA5rC05Q==?=\r\n =?UTF-8?B?majmu6Toiq/lpJrkuYXmjaLkuIDmrKE=?=";
        assert_eq!(read(subject), "咨询：净水器滤芯多久换一次");
        assert_eq!(
            read("=?gb2312?Q?=C5=B7=D1?= =?GB2312?q?=F4=CF=FE=C3=F7?= <a@b.example>"),
            "欧阳晓明 <a@b.example>"
        );
        assert_eq!(
            read("=?utf-8?B?5ZKo6K+i77ya5YeA5?=\r\n\t=?utf-8?B?rC05Zmo?="),
            "咨询：净水器",
            "base64 cut anywhere"
        );
        assert_eq!(read("=?utf-8?B?5ZKo6A==?==?utf-8?Q?=AF=A2?="), "咨询", "two encodings, no space between");
        assert_eq!(read("=?utf-8?Q?a_b?= c =?iso-8859-1?Q?=E9?= =?utf-8*zh?Q?=E4=BD=A0?="), "a b c é你");
        assert_eq!(read("no =?word here?= =?utf-8?X?a?="), "no =?word here?= =?utf-8?X?a?=");
    }

    #[test]
    fn what_was_encoded_twice_is_read_twice_and_not_more_often() {
        let once = "=?utf-8?Q?J=C3=BCrgen?=";
        let again = |text: &str| {
            let mut encoded = Vec::new();
            encode(text, &mut encoded);
            String::from_utf8(encoded).unwrap()
        };
        assert_eq!(read(&again(once)), "Jürgen");
        assert_eq!(read(&again(&again(once))), once);
    }

    #[test]
    fn quoted_printable_is_read_as_far_as_it_goes() {
        assert_eq!(
            quoted_printable(b"a=3Db=\r\nc= \r\nd http://x/?a=b&c==", false),
            b"a=bcd http://x/?a=b&c=="
        );
    }
}
