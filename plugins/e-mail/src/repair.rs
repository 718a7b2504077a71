//! Mends what keeps a mail from being read: fields that the parser wouldn't understand, headers and parts without an end.

use std::borrow::Cow;

use crate::charset::Charsets;
use crate::headers::{self, Piece};
use crate::{ends, parameters};

/// A mail whose header fields are readable: each run of encoded words is one word in UTF-8, other bytes outside ASCII are
/// UTF-8, and a boundary stands on the line that names it, also where no line does. Blank lines above the header go, lines
/// that end with a carriage return alone are lines. A header that runs into its text, and an attached mail that is nothing
/// but a header, get the blank line that ends them, and parts get the last boundary that they lack.
pub fn repaired<'a>(mail: &'a [u8], charsets: &Charsets<'_>) -> Cow<'a, [u8]> {
    if mail.contains(&b'\r') && !mail.contains(&b'\n') {
        let lines: Vec<u8> = mail.iter().map(|byte| if *byte == b'\r' { b'\n' } else { *byte }).collect();
        return Cow::Owned(repaired(&lines, charsets).into_owned());
    }
    let mail = &mail[blank_length(mail)..];
    let (head_length, end_length) = head_length(mail);
    let (head, rest) = mail.split_at(head_length);
    let (end, body) = rest.split_at(end_length);
    let text_at = text_below(head, end);
    let (head, body) = text_at.map_or((head, body), |at| mail.split_at(at));
    let is_plain =
        |field: &[u8]| field.is_ascii() && !headers::has(field, b"=?") && broken_boundary(field).is_none();
    // White space alone doesn't end a header for the parser.
    let ends_plainly = text_at.is_none() && end.iter().all(|byte| matches!(byte, b'\r' | b'\n'));
    let unnamed = unnamed_boundary(head, body);
    let missing = missing(head, body, unnamed);
    let is_whole = ends_plainly && missing.is_empty() && unnamed.is_none();
    if is_whole && headers::fields(head).into_iter().all(is_plain) {
        return Cow::Borrowed(mail);
    }
    let mut whole = Vec::with_capacity(mail.len() + head.len());
    for field in headers::fields(head) {
        if let Some(boundary) = unnamed.filter(|_| headers::is_content_type(field)) {
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
        for piece in headers::pieces(field) {
            match piece {
                Piece::Plain(bytes) => whole.extend_from_slice(charsets.decode(bytes, None).as_bytes()),
                Piece::Encoded { charset, bytes } => {
                    headers::encode(&headers::decoded(&bytes, charset, charsets, true), &mut whole);
                }
            }
        }
    }
    whole.extend_from_slice(if ends_plainly { end } else { b"\r\n" });
    let mut copied = 0;
    for (at, what) in missing {
        whole.extend_from_slice(&body[copied..at]);
        whole.extend_from_slice(&what);
        copied = at;
    }
    whole.extend_from_slice(&body[copied..]);
    Cow::Owned(whole)
}

/// Where a mail's text begins that no blank line divides from its header. Lines that would break base64 are left where they
/// are.
fn text_below(head: &[u8], end: &[u8]) -> Option<usize> {
    let is_base64 = || headers::has(&head.to_ascii_lowercase(), b"base64");
    ends::text_below(head).filter(|_| end.is_empty() || !is_base64())
}

/// What is missing in a mail's body, and where, in order.
fn missing(head: &[u8], body: &[u8], unnamed: Option<&[u8]>) -> Vec<(usize, Vec<u8>)> {
    let Some(boundary) = unnamed.map(<[u8]>::to_vec).or_else(|| ends::boundary(head)) else {
        return Vec::new();
    };
    let mut missing: Vec<_> = open_headers(head, body).into_iter().map(|at| (at, b"\r\n".to_vec())).collect();
    missing.extend(ends::missing(boundary, body));
    missing.sort_by_key(|(at, _)| *at);
    missing
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
    if !headers::is_content_type(field) {
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
    let field = headers::fields(head).into_iter().find(|field| headers::is_content_type(field))?;
    let value = field[headers::CONTENT_TYPE.len()..].trim_ascii_start();
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

#[cfg(test)]
mod tests {
    use super::*;

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
            repaired_text("Content-Type: multipart/mixed; Boundary=\r\n\t\"b\"; x=y\r\n\r\n--b--"),
            "Content-Type: multipart/mixed; Boundary=\"b\"; x=y\r\n\r\n--b--"
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
}
