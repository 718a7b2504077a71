//! What a mail says: the text parts in their character sets, the HTML where there is nothing else.

use std::borrow::Cow;

use mail_parser::decoders::base64::base64_decode;
use mail_parser::{MessagePart, MimeHeaders, PartType};

use crate::mime::{Mail, cut};
use crate::quote::Parts;
use crate::{flowed, headers, html, quote};

/// The most bytes of text that a message keeps, and of what was quoted; what is longer is cut.
const LONGEST_TEXT: usize = 256 << 10;
const LONGEST_QUOTE: usize = 128 << 10;
/// The most bytes of HTML that are kept beside the text.
const LONGEST_HTML: usize = 512 << 10;
/// The most bytes of text that are read: beyond them nobody has written anything.
const MOST: usize = 8 << 20;

/// What a mail says.
#[derive(Debug, PartialEq, Eq)]
pub struct Body {
    /// What was written this time.
    pub text: String,
    /// What was repeated from before.
    pub quoted: String,
    /// The HTML form, where there is one that isn't too long.
    pub html: Option<String>,
}

/// Reads what a mail says.
pub fn of(mail: &Mail<'_>) -> Body {
    let mut texts: Vec<Parts> = Vec::new();
    let mut read = 0;
    let parts = text_parts(mail);
    for (index, part) in parts.iter().enumerate() {
        let mut parts_of_it = words(mail, part);
        if is_blank(&parts_of_it.text) && !is_html(part) {
            // A program that writes HTML alone and an empty text beside it.
            match html_beside(mail, part, parts.get(index + 1).copied()) {
                Some(other) => parts_of_it = words(mail, other),
                None => continue,
            }
        }
        read += parts_of_it.text.len() + parts_of_it.quoted.len();
        texts.push(parts_of_it);
        if read > MOST {
            break;
        }
    }
    let join = |which: fn(&Parts) -> &str, most: usize| {
        let filled: Vec<&str> =
            texts.iter().map(which).map(str::trim).filter(|text| !text.is_empty()).collect();
        let joined = filled.join("\n\n");
        if joined.len() > most { format!("{}…", cut(&joined, most)) } else { joined }
    };
    let html =
        mail.parsed.html_bodies().find(|part| is_html(part)).map(|part| decoded(mail, part).into_owned());
    Body {
        text: join(|parts| &parts.text, LONGEST_TEXT),
        quoted: join(|parts| &parts.quoted, LONGEST_QUOTE),
        html: html.filter(|html| html.len() <= LONGEST_HTML).map(|html| html.replace('\0', "")),
    }
}

/// The parts that are the mail's text, those included whose encoding is broken: the parser puts them aside.
fn text_parts<'m>(mail: &'m Mail<'_>) -> Vec<&'m MessagePart<'m>> {
    let parts: Vec<&MessagePart<'_>> = mail.parsed.text_bodies().collect();
    if parts.iter().any(|part| part.is_text()) {
        return parts;
    }
    let is_text = |part: &&MessagePart<'_>| {
        let of = part.content_type();
        let attached = part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
        part.is_encoding_problem
            && !attached
            && of.is_none_or(|of| of.ctype() == "text" && matches!(of.subtype(), Some("plain" | "html")))
            && matches!(part.body, PartType::Text(_) | PartType::Html(_))
    };
    mail.parsed.parts.iter().filter(is_text).take(1).collect()
}

/// The HTML that stands for a text part: the next one, before any other text.
fn html_beside<'m>(
    mail: &'m Mail<'_>,
    part: &MessagePart<'_>,
    next: Option<&MessagePart<'_>>,
) -> Option<&'m MessagePart<'m>> {
    let until = next.map_or(u32::MAX, MessagePart::raw_header_offset);
    let mut parts = mail.parsed.html_bodies();
    parts.find(|other| {
        let at = other.raw_header_offset();
        is_html(other) && at > part.raw_header_offset() && at < until
    })
}

fn is_html(part: &MessagePart<'_>) -> bool {
    matches!(part.body, PartType::Html(_))
        || part.is_text() && part.content_type().is_some_and(|of| of.subtype() == Some("html"))
}

/// A part's words, taken apart.
fn words(mail: &Mail<'_>, part: &MessagePart<'_>) -> Parts {
    if !part.is_text() {
        return Parts { text: String::new(), quoted: String::new() };
    }
    let text = decoded(mail, part);
    let text = cut(&text, MOST);
    if is_html(part) {
        let words = html::words(text);
        return quote::cut(&words.text, words.history_at);
    }
    let attribute = |name: &str| part.content_type().and_then(|of| of.attribute(name));
    let is = |name: &str, value: &str| attribute(name).is_some_and(|given| given.eq_ignore_ascii_case(value));
    let text = text.replace("\r\n", "\n").replace(['\0', '\u{c}'], "").replace('\r', "\n");
    if is("format", "flowed") {
        quote::cut(&flowed::unfold(&text, is("delsp", "yes")), None)
    } else {
        quote::cut(&text, None)
    }
}

/// A part's text. Its bytes are decoded here, because the parser takes the part's word for its character set.
fn decoded<'m>(mail: &'m Mail<'_>, part: &'m MessagePart<'_>) -> Cow<'m, str> {
    let bytes =
        mail.bytes.get(part.raw_body_offset() as usize..part.raw_end_offset() as usize).unwrap_or_default();
    let bytes = &bytes[..bytes.len().min(2 * MOST)];
    let encoding = part.content_transfer_encoding().unwrap_or_default().trim();
    let bytes = if encoding.eq_ignore_ascii_case("base64") {
        Cow::Owned(base64_decode(bytes).unwrap_or_else(|| lenient_base64(bytes)))
    } else if encoding.eq_ignore_ascii_case("quoted-printable") {
        Cow::Owned(headers::quoted_printable(bytes, false))
    } else {
        Cow::Borrowed(bytes)
    };
    let label = part.content_type().and_then(|of| of.attribute("charset"));
    match bytes {
        Cow::Borrowed(bytes) => mail.charsets.decode(bytes, label),
        Cow::Owned(bytes) => Cow::Owned(mail.charsets.decode(&bytes, label).into_owned()),
    }
}

/// Base64 up to where it breaks off; text that isn't base64 at all as it is.
fn lenient_base64(bytes: &[u8]) -> Vec<u8> {
    let is_digit =
        |byte: &u8| byte.is_ascii_alphanumeric() || b"+/=".contains(byte) || byte.is_ascii_whitespace();
    let good = bytes.iter().position(|byte| !is_digit(byte)).unwrap_or(bytes.len());
    if good < bytes.len() / 2 {
        return bytes.to_vec();
    }
    base64_decode(&bytes[..good]).unwrap_or_else(|| bytes.to_vec())
}

fn is_blank(text: &str) -> bool {
    text.chars().all(|c| {
        c.is_whitespace()
            || matches!(
                c,
                '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}' | '\u{3164}' | '\u{2800}'
            )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::charset::Charsets;
    use crate::mime::parse;

    fn read(raw: &[u8]) -> Body {
        let charsets = Charsets::of(raw, "cn");
        let parsed = parse(raw).unwrap();
        of(&Mail::new(&parsed, raw, &charsets, raw))
    }

    fn alternative(text: &str, html: &str) -> Body {
        read(
            format!(
                "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=m\r\n\r\n--m\r\n\
                 Content-Type: multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n\
                 --b\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n--b--\r\n--m--\r\n"
            )
            .as_bytes(),
        )
    }

    #[test]
    fn a_blank_text_gives_way_to_the_page() {
        for blank in ["", " \t\r\n\u{a0}", "\u{200b}", "\u{feff}\r\n\r\n", "\u{3000}"] {
            let body = alternative(blank, "<style>p{}</style><p>It <b>smells</b>.</p>");
            assert_eq!(body.text, "It smells.", "{blank:?}");
            assert!(body.html.is_some());
        }
        assert_eq!(alternative("text", "<p>page</p>").text, "text");
    }

    #[test]
    fn a_text_that_is_broken_is_read_as_far_as_it_goes() {
        let head = "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n";
        let body = read(format!("{head}Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<p>a =zz b=3D</p>\r\n--b--\r\n").as_bytes());
        assert_eq!(body.text, "a =zz b=");
        let body = read(format!("{head}Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n5L2g5aW9!!!!\r\n--b--\r\n").as_bytes());
        assert!(body.text.contains("5L2g5aW9") || body.text.contains("你好"), "{}", body.text);
    }

    #[test]
    fn the_newest_lines_outlive_any_history() {
        let history = "> quoted text\r\n".repeat(65_400);
        let head = "From: a@b.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n";
        let body = read(format!("{head}one\r\ntwo\r\n\r\n{history}").as_bytes());
        assert_eq!(body.text, "one\ntwo");
        assert!(body.quoted.len() < LONGEST_QUOTE + 10);
        assert_eq!(read(format!("{head}{history}\r\none\r\ntwo\r\n").as_bytes()).text, "one\ntwo");
    }

    #[test]
    fn character_sets_are_found_out() {
        let gbk = b"From: a@b.example\r\n\r\n\xbf\xaa\xbb\xfa\xca\xb1\xbb\xe1\xc2\xa9\xb5\xe7\xa3\xac\xc7\xeb\xbe\xa1\xbf\xec\xd0\xde\xa1\xa3";
        assert_eq!(read(gbk).text, "开机时会漏电，请尽快修。");
        let latin = b"From: a@b.example\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\r\nIt\x92s \x93new\x94: \x80 40";
        assert_eq!(read(latin).text, "It’s “new”: € 40");
    }
}
