//! Where headers and parts end that nothing ends: a header without the blank line below it, parts without their last
//! boundary.

use mail_parser::HeaderName;

use crate::headers;
use crate::parameters;

/// Where the text begins that stands right below a header's fields; none where nothing but fields is there. Lines among the
/// fields are what a program has failed to fold.
pub fn text_below(head: &[u8]) -> Option<usize> {
    let below = below_fields(head);
    below.fields.then_some(below.text).flatten()
}

/// The lines of a header that are none of its fields.
struct Below {
    /// Whether there is a field above.
    fields: bool,
    /// Where the first line of them begins, if there is one.
    text: Option<usize>,
}

fn below_fields(head: &[u8]) -> Below {
    // A mail has one of each; a second one is what somebody writes about.
    const SINGLE: [&str; 7] = ["from", "to", "cc", "subject", "date", "message-id", "reply-to"];
    let mut known: Vec<String> = Vec::new();
    let mut start = None;
    let mut is_text = false;
    let mut goes_on = false;
    let mut at = 0;
    for line in head.split_inclusive(|byte| *byte == b'\n') {
        let is_folded = line.starts_with(b" ") || line.starts_with(b"\t");
        match field_name(line) {
            _ if is_folded => {}
            Some(name)
                if is_known(&name)
                    && !(is_text && SINGLE.contains(&name.as_str()) && known.contains(&name)) =>
            {
                known.push(name);
                (start, is_text) = (None, false);
            }
            None if start.is_none() && (goes_on || is_parameter(line)) => {}
            name => {
                start = start.or(Some(at));
                is_text |= name.is_none();
            }
        }
        goes_on = matches!(line.trim_ascii_end().last(), Some(b';' | b',' | b'='));
        at += line.len();
    }
    Below { fields: !known.is_empty(), text: start.filter(|_| is_text) }
}

/// The name of the field that a line begins, in lower case.
fn field_name(line: &[u8]) -> Option<String> {
    let length = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte)).count();
    let (name, rest) = line.split_at(length);
    let is_field = length > 0 && rest.trim_ascii_start().starts_with(b":");
    is_field.then(|| String::from_utf8_lossy(name).to_ascii_lowercase())
}

/// Whether a name is one of header fields rather than a word that somebody has put a colon behind.
fn is_known(name: &str) -> bool {
    name.contains('-') || !matches!(HeaderName::parse(name), None | Some(HeaderName::Other(_)))
}

/// `charset="utf-8"`: a field's parameter on a line of its own that isn't folded.
fn is_parameter(line: &[u8]) -> bool {
    let name = line.iter().take_while(|byte| byte.is_ascii_alphanumeric() || b"-*".contains(byte)).count();
    name > 0 && line[name..].trim_ascii_start().starts_with(b"=")
}

/// The boundary of a mail or part of several parts, from its header.
pub fn boundary(head: &[u8]) -> Option<Vec<u8>> {
    let field = headers::fields(head).into_iter().find(|field| headers::is_content_type(field))?;
    let kind = field[headers::CONTENT_TYPE.len()..].trim_ascii_start().get(..10)?;
    kind.eq_ignore_ascii_case(b"multipart/").then(|| parameters::boundary(head)).flatten()
}

/// One mail or part of several parts.
struct Level {
    boundary: Vec<u8>,
    has_parts: bool,
}

/// What is missing in the parts of a mail, and where: the blank line below a part's header, the last boundary of parts.
pub fn missing(boundary: Vec<u8>, body: &[u8]) -> Vec<(usize, Vec<u8>)> {
    let mut open = vec![Level { boundary, has_parts: false }];
    let mut missing = Vec::new();
    let mut header: Option<usize> = None;
    let mut at = 0;
    for line in body.split_inclusive(|byte| *byte == b'\n') {
        let found = boundary_of(line, &open);
        if (found.is_some() || line.trim_ascii().is_empty())
            && let Some(from) = header.take()
        {
            match self::boundary(&body[from..at]) {
                Some(boundary) => open.push(Level { boundary, has_parts: false }),
                None => {
                    missing.extend(text_of_part(&body[from..at]).map(|text| (from + text, b"\r\n".to_vec())));
                }
            }
        }
        if let Some((level, is_last)) = found {
            missing.extend(last_boundaries(open.drain(level + 1..), at));
            if is_last {
                open.truncate(level);
            } else {
                open[level].has_parts = true;
                header = Some(at + line.len());
            }
        }
        at += line.len();
    }
    if let Some(from) = header {
        missing.extend(text_of_part(&body[from..]).map(|text| (from + text, b"\r\n".to_vec())));
    }
    if !body.ends_with(b"\n") && open.iter().any(|level| level.has_parts) {
        missing.push((body.len(), b"\r\n".to_vec()));
    }
    missing.extend(last_boundaries(open.drain(..), body.len()));
    missing
}

/// Which level's boundary a line is, and whether its last one.
fn boundary_of(line: &[u8], open: &[Level]) -> Option<(usize, bool)> {
    let name = line.strip_prefix(b"--")?.trim_ascii_end();
    open.iter().enumerate().rev().find_map(|(level, of)| match name.strip_prefix(of.boundary.as_slice())? {
        b"" => Some((level, false)),
        b"--" => Some((level, true)),
        _ => None,
    })
}

/// The last boundaries of levels, the innermost first.
fn last_boundaries(
    levels: impl DoubleEndedIterator<Item = Level>,
    at: usize,
) -> impl Iterator<Item = (usize, Vec<u8>)> {
    let levels = levels.rev().filter(|level| level.has_parts);
    levels.map(move |level| (at, [b"--", level.boundary.as_slice(), b"--\r\n"].concat()))
}

/// Where a part's text begins that no blank line divides from its header. A part may have no header at all.
fn text_of_part(head: &[u8]) -> Option<usize> {
    below_fields(head).text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_begins_below_the_last_field() {
        let head = "From: a@b.example\r\nSubject: x\r\nMessage-ID: <1@x>\r\n";
        for text in [
            "Hello there, my kettle leaks\r\nplease call me\r\n",
            "Problem: it leaks\r\nplease call me\r\n",
            "Hello\r\nSubject: the kettle\r\n",
            "你好\r\n",
        ] {
            assert_eq!(text_below(format!("{head}{text}").as_bytes()), Some(head.len()), "{text}");
        }
        for fields in [
            head.to_owned(),
            format!("From x Mon Jan 5 2026\n{head}"),
            format!("X-Spam: a\r\nbroken fold\r\n{head}"),
            format!("{head}Custom: x\r\n"),
            format!("{head}Content-Type: text/plain;\r\ncharset=utf-8\r\n"),
            format!("{head}Content-Type: text/plain\r\ncharset=utf-8\r\n"),
            format!("{head}X-To: a,\r\nb\r\n"),
            "Hello there\r\n".to_owned(),
        ] {
            assert_eq!(text_below(fields.as_bytes()), None, "{fields}");
        }
    }

    fn mended(boundary: &str, body: &str) -> String {
        let mut whole = body.as_bytes().to_vec();
        for (at, what) in missing(boundary.into(), body.as_bytes()).into_iter().rev() {
            whole.splice(at..at, what);
        }
        String::from_utf8(whole).unwrap()
    }

    #[test]
    fn parts_get_the_boundaries_that_they_lack() {
        let inner =
            "--b\r\nContent-Type: multipart/alternative;\r\n boundary=\"i\"\r\n\r\n--i\r\n\r\ntext\r\n";
        for (body, wanted) in [
            ("--b\r\n\r\ntext", "--b\r\n\r\ntext\r\n--b--\r\n".to_owned()),
            ("before\r\n--b\r\n\r\ntext\r\n", "before\r\n--b\r\n\r\ntext\r\n--b--\r\n".to_owned()),
            (inner, format!("{inner}--i--\r\n--b--\r\n")),
            (
                &format!("{inner}--b\r\n\r\nx\r\n--b--\r\n"),
                format!("{inner}--i--\r\n--b\r\n\r\nx\r\n--b--\r\n"),
            ),
        ] {
            assert_eq!(mended("b", body), wanted);
        }
        for whole in [
            &format!("{inner}--i--\r\n--b--\r\n"),
            "--b\r\n\r\ntext\r\n--b--\r\n--b\r\nepilogue",
            "no parts at all",
            "--c\r\n\r\ntext\r\n--c--\r\n",
            "--b\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\nno parts\r\n--b--\r\n",
        ] {
            assert_eq!(mended("b", whole), whole);
        }
    }

    #[test]
    fn the_header_of_a_part_ends_where_its_text_begins() {
        assert_eq!(
            mended("b", "--b\r\nContent-Type: text/plain\r\nHello\r\n--b\r\nHello\r\n--b--\r\n"),
            "--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\n\r\nHello\r\n--b--\r\n"
        );
        let file = "--b\r\nContent-Type: application/pdf\r\nname=a.pdf\r\n\r\nx\r\n--b--\r\n";
        assert_eq!(mended("b", file), file);
    }
}
