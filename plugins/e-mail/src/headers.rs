//! Header fields as they are written: encoded words (RFC 2047) that were cut within a character, and bytes outside
//! ASCII in whatever character set the sender's program has.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;

use crate::charset::Charsets;
use crate::parameters;

/// A mail whose header fields are readable: each run of encoded words is one word in UTF-8, other bytes outside ASCII are
/// UTF-8, and a boundary stands on the line that names it, also where no line does. Blank lines above the header go, lines
/// that end with a carriage return alone are lines, and an attached mail that is nothing but a header gets the blank line
/// that ends it.
pub fn repaired<'a>(mail: &'a [u8], charsets: &Charsets<'_>) -> Cow<'a, [u8]> {
    if mail.contains(&b'\r') && !mail.contains(&b'\n') {
        let lines: Vec<u8> = mail.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect();
        return Cow::Owned(repaired(&lines, charsets).into_owned());
    }
    let mail = &mail[blank_length(mail)..];
    let (head_length, end_length) = head_length(mail);
    let (head, rest) = mail.split_at(head_length);
    let (end, body) = rest.split_at(end_length);
    let is_plain = |field: &[u8]| field.is_ascii() && !has(field, b"=?") && broken_boundary(field).is_none();
    // White space alone doesn't end a header for the parser.
    let ends_plainly = end.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
    let open_headers = open_headers(head, body);
    let unnamed = unnamed_boundary(head, body);
    let is_whole = ends_plainly && open_headers.is_empty() && unnamed.is_none();
    if is_whole && fields(head).into_iter().all(is_plain) {
        return Cow::Borrowed(mail);
    }
    let mut whole = Vec::with_capacity(mail.len() + head.len());
    for field in fields(head) {
        if let Some(boundary) = unnamed.filter(|_| is_content_type(field)) {
            whole.extend_from_slice(field.trim_ascii_end());
            whole.extend_from_slice(b"; boundary=\"");
            whole.extend_from_slice(boundary);
            whole.extend_from_slice(b"\"\r\n");
            continue;
        }
        if is_plain(field) {
            whole.extend_from_slice(field);
            continue;
        }
        if let Some((before, after)) = broken_boundary(field) {
            whole.extend_from_slice(before);
            whole.extend_from_slice(after);
            continue;
        }
        for piece in pieces(field) {
            match piece {
                Piece::Plain(bytes) => whole.extend_from_slice(charsets.decode(bytes, None).as_bytes()),
                Piece::Encoded { charset, bytes } => {
                    encode(&decoded(&bytes, charset, charsets, true), &mut whole);
                }
            }
        }
    }
    whole.extend_from_slice(if ends_plainly { end } else { b"\r\n" });
    let mut copied = 0;
    for at in open_headers {
        whole.extend_from_slice(&body[copied..at]);
        whole.extend_from_slice(b"\r\n");
        copied = at;
    }
    whole.extend_from_slice(&body[copied..]);
    Cow::Owned(whole)
}

/// Where the headers of attached mails run into the boundary of the next part: the parser would take it for a field, and
/// all further parts for that mail's.
fn open_headers(head: &[u8], body: &[u8]) -> Vec<usize> {
    #[derive(PartialEq)]
    enum Place {
        PartHeader { is_message: bool },
        MailHeader,
        Elsewhere,
    }
    let Some(boundary) = parameters::boundary(head) else { return Vec::new() };
    let is_boundary =
        |line: &[u8]| line.strip_prefix(b"--").is_some_and(|line| line.starts_with(boundary.as_slice()));
    let names_message = |line: &[u8]| {
        let line: Vec<u8> = line.iter().take(64).filter(|byte| **byte != b' ').copied().collect();
        line.to_ascii_lowercase().starts_with(b"content-type:message/rfc822")
    };
    let mut open = Vec::new();
    let mut place = Place::Elsewhere;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let is_blank = line.trim_ascii().is_empty();
        place = match place {
            _ if is_boundary(line) => {
                // Behind the last boundary there is nothing that could get lost.
                if place == Place::MailHeader && !line.trim_ascii().ends_with(b"--") {
                    open.push(at);
                }
                Place::PartHeader { is_message: false }
            }
            Place::PartHeader { is_message: true } if is_blank => Place::MailHeader,
            Place::PartHeader { is_message } if !is_blank => {
                Place::PartHeader { is_message: is_message || names_message(line) }
            }
            Place::MailHeader if !is_blank => Place::MailHeader,
            _ => Place::Elsewhere,
        };
        at += line.len();
    }
    open
}

/// The lines of white space and the byte order mark that programs save above a header.
fn blank_length(mail: &[u8]) -> usize {
    let mark = if mail.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let lines = mail[mark..].split_inclusive(|byte| *byte == b'\n');
    mark + lines.take_while(|line| line.trim_ascii().is_empty()).map(<[u8]>::len).sum::<usize>()
}

/// A field whose `boundary=` has its value on the next line: what stands before the break, and what after.
fn broken_boundary(field: &[u8]) -> Option<(&[u8], &[u8])> {
    const NAME: &[u8] = b"boundary=";
    if !is_content_type(field) {
        return None;
    }
    let at = field.windows(NAME.len()).position(|window| window.eq_ignore_ascii_case(NAME))?;
    let (before, after) = field.split_at(at + NAME.len());
    let value = after.trim_ascii_start();
    let skipped = &after[..after.len() - value.len()];
    (skipped.contains(&b'\n') && !value.is_empty()).then_some((before, value))
}

/// The boundary of a mail of several parts that names none: what its first part begins with, and its end says again.
fn unnamed_boundary<'a>(head: &[u8], body: &'a [u8]) -> Option<&'a [u8]> {
    let field = fields(head).into_iter().find(|field| is_content_type(field))?;
    let value = field[CONTENT_TYPE.len()..].trim_ascii_start();
    let is_multipart = value.get(..10).is_some_and(|value| value.eq_ignore_ascii_case(b"multipart/"));
    if !is_multipart || parameters::boundary(head).is_some() {
        return None;
    }
    let mut lines = body.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end);
    let boundary = lines.find_map(|line| line.strip_prefix(b"--"))?;
    let fits = (1..=70).contains(&boundary.len()) && boundary.is_ascii() && !boundary.contains(&b'"');
    let end = [b"--".as_slice(), boundary, b"--"].concat();
    (fits && lines.any(|line| line == end)).then_some(boundary)
}

const CONTENT_TYPE: &[u8] = b"content-type:";

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
fn decoded(bytes: &[u8], charset: &str, charsets: &Charsets<'_>, again: bool) -> String {
    let once = charsets.decode(bytes, Some(charset));
    let is_encoded = word(once.as_bytes()).is_some() && once.ends_with("?=");
    if again && is_encoded { words(once.as_bytes(), charsets, false) } else { once.into_owned() }
}

/// Whether bytes stand in others.
pub fn has(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

/// The length of the header, and that of the line which ends it.
fn head_length(mail: &[u8]) -> (usize, usize) {
    let mut at = 0;
    let mut lines = mail.split_inclusive(|byte| *byte == b'\n').peekable();
    while let Some(line) = lines.next() {
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        if line.trim_ascii().is_empty() && (!is_folded || !lines.peek().is_some_and(|next| goes_on(next))) {
            return (at, line.len());
        }
        at += line.len();
    }
    (mail.len(), 0)
}

/// Whether a line below one of white space is the header's: a field, a folded line, or the header's end.
fn goes_on(line: &[u8]) -> bool {
    let name = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(byte)).count();
    let is_field = name > 0 && line.get(name) == Some(&b':');
    is_field || line.starts_with(b" ") || line.starts_with(b"\t") || line.trim_ascii().is_empty()
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
enum Piece<'a> {
    Plain(&'a [u8]),
    /// Adjacent words of one character set, put together.
    Encoded {
        charset: &'a str,
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

fn pieces(value: &[u8]) -> Vec<Piece<'_>> {
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

fn encode(text: &str, out: &mut Vec<u8>) {
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
    fn a_mail_with_plain_fields_stays_as_it_is() {
        let plain = b"From: a@b.example\r\nSubject: x\r\n\r\n=?utf-8?Q?=E4?= \xe4";
        let charsets = Charsets::of(plain, "cn");
        assert!(matches!(repaired(plain, &charsets), Cow::Borrowed(_)));
    }

    #[test]
    fn the_body_is_never_touched() {
        let mail = b"Subject: \xb1\xa8\xbc\xdb\r\nFrom: =?gbk?Q?=CD=F5?= <a@b.example>\r\n\r\n\xb1\xa8\xbc\xdb \xc7\xeb\xce\xca";
        let charsets = Charsets::of(mail, "cn");
        let mail = repaired(mail, &charsets);
        assert!(
            mail.starts_with("Subject: 报价\r\nFrom: =?utf-8?Q?=E7=8E=8B?= <a@b.example>\r\n\r\n".as_bytes())
        );
        assert!(mail.ends_with(b"\xb1\xa8\xbc\xdb \xc7\xeb\xce\xca"));
    }

    fn repaired_text(mail: &str) -> String {
        String::from_utf8(repaired(mail.as_bytes(), &Charsets::of(mail.as_bytes(), "cn")).into_owned())
            .unwrap()
    }

    #[test]
    fn a_header_is_found_below_blanks_and_above_white_space() {
        let mail = "From: a@b.example\r\nSubject: x\r\n";
        for blank in ["   \r\n", "\u{feff}", "\r\n \t\n\r\n", "\n"] {
            assert_eq!(
                repaired_text(&format!("{blank}{mail}\r\nHello")),
                format!("{mail}\r\nHello"),
                "{blank:?}"
            );
        }
        assert_eq!(repaired_text(&format!("{mail} \t\r\nHello\r\n")), format!("{mail}\r\nHello\r\n"));
        assert_eq!(repaired_text(&format!("{mail} \r\n")), format!("{mail}\r\n"));
        for goes_on in [" \r\n y\r\n\r\nHello", " \r\nTo: c@d.example\r\n\r\nHello", " \r\n\r\nHello"] {
            assert_eq!(repaired_text(&format!("{mail}{goes_on}")), format!("{mail}{goes_on}"));
        }
    }

    #[test]
    fn a_boundary_stands_on_the_line_that_names_it() {
        assert_eq!(
            repaired_text("Content-Type: multipart/mixed; Boundary=\r\n\t\"b\"; x=y\r\n\r\n--b"),
            "Content-Type: multipart/mixed; Boundary=\"b\"; x=y\r\n\r\n--b"
        );
    }

    #[test]
    fn a_boundary_that_no_line_names_is_what_the_parts_begin_with() {
        let parts = "--zz z\r\nContent-Type: text/plain\r\n\r\nHello\r\n--zz z--\r\n";
        for named in ["multipart/mixed", "Multipart/Alternative; charset=utf-8"] {
            assert_eq!(
                repaired_text(&format!("Content-Type: {named}\r\nSubject: x\r\n\r\n{parts}")),
                format!("Content-Type: {named}; boundary=\"zz z\"\r\nSubject: x\r\n\r\n{parts}")
            );
        }
        for other in ["--a\r\nHello\r\n--b--\r\n", "Hello\r\n-- \r\nAnn", "", "--\r\n----\r\n"] {
            let mail = format!("Content-Type: multipart/mixed\r\n\r\n{other}");
            assert_eq!(repaired_text(&mail), mail);
        }
    }

    #[test]
    fn a_carriage_return_alone_ends_a_line() {
        assert_eq!(
            repaired_text("Subject: x\rFrom: a@b.example\r\rHello\r"),
            "Subject: x\nFrom: a@b.example\n\nHello\n"
        );
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
    fn an_attached_mail_that_is_nothing_but_a_header_ends() {
        let part = "--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n";
        let mail = |gap: &str| {
            format!(
                "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\n{part}{gap}{part}{gap}--b\r\n\r\nHello\r\n--b--\r\n"
            )
        };
        assert_eq!(repaired_text(&mail("")), mail("\r\n"));
        assert_eq!(repaired_text(&mail("\r\n")), mail("\r\n"));
    }

    #[test]
    fn quoted_printable_is_read_as_far_as_it_goes() {
        assert_eq!(
            quoted_printable(b"a=3Db=\r\nc= \r\nd http://x/?a=b&c==", false),
            b"a=bcd http://x/?a=b&c=="
        );
    }
}
