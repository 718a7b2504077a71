//! What a mail says: the text parts in their character sets, the HTML where there is nothing else.

use std::borrow::Cow;

use mail_parser::{MessagePart, MimeHeaders, PartType};

use crate::mime::{Mail, cut};
use crate::quote::Parts;
use crate::{content, flowed, headers, html, quote};

/// The most bytes of text that a message keeps, and of what was quoted; what is longer is cut.
const LONGEST_TEXT: usize = 256 << 10;
const LONGEST_QUOTE: usize = 128 << 10;
/// The most bytes of HTML that are kept beside the text.
const LONGEST_HTML: usize = 512 << 10;
/// The most bytes of text that are read: beyond them nobody has written anything.
const MOST: usize = 8 << 20;
/// A line of more bytes than this was made of several.
const LONG_LINE: usize = 160;

/// What a mail says.
#[derive(Debug, PartialEq, Eq)]
pub struct Body {
    /// What was written this time.
    pub text: String,
    /// What was repeated from before.
    pub quoted: String,
    /// The HTML form, where there is one that isn't too long.
    pub html: Option<String>,
    /// A part that a mail program would show as a file, and that the text was taken from: where its header begins.
    pub taken: Option<u32>,
}

/// Reads what a mail says.
pub fn of(mail: &Mail<'_>) -> Body {
    let mut texts: Vec<Parts> = Vec::new();
    let mut read = 0;
    let parts = text_parts(mail);
    for (index, part) in parts.iter().enumerate() {
        let mut parts_of_it = words(mail, part);
        if !is_html(part) && (is_blank(&parts_of_it.text) || is_one_line(&parts_of_it)) {
            // A program that writes HTML alone and an empty text beside it, or its words on one line.
            let beside =
                html_beside(mail, part, parts.get(index + 1).copied()).map(|other| words(mail, other));
            let is_blank = is_blank(&parts_of_it.text);
            match beside {
                Some(other) if is_blank || separates_history(&other, &parts_of_it) => parts_of_it = other,
                None if is_blank => continue,
                _ => {}
            }
        }
        read += parts_of_it.text.len() + parts_of_it.quoted.len();
        texts.push(parts_of_it);
        if read > MOST {
            break;
        }
    }
    let mut taken = None;
    if texts.iter().all(|parts| is_blank(&parts.text) && is_blank(&parts.quoted)) {
        taken = aside(mail, &parts);
        texts.extend(taken.map(|part| words(mail, part)).or_else(|| preamble(mail)));
    }
    let join = |which: fn(&Parts) -> &str, most: usize| {
        let filled: Vec<&str> =
            texts.iter().map(which).map(str::trim).filter(|text| !text.is_empty()).collect();
        let joined = filled.join("\n\n");
        if joined.len() > most { format!("{}…", cut(&joined, most)) } else { joined }
    };
    // One behind the other: some programs begin another page after each file.
    let pages = mail.parsed.html_bodies().chain(taken).filter(|part| is_html(part));
    let pages: Vec<_> = pages.map(|part| decoded(mail, part)).collect();
    let html = (!pages.is_empty()).then(|| pages.join("\n"));
    let html = html.or_else(|| {
        let text = parts.first().filter(|part| part.is_text()).map(|part| decoded(mail, part));
        text.filter(|text| is_page(text)).map(Cow::into_owned)
    });
    Body {
        text: join(|parts| &parts.text, LONGEST_TEXT),
        quoted: join(|parts| &parts.quoted, LONGEST_QUOTE),
        html: html.filter(|html| html.len() <= LONGEST_HTML).map(|html| html.replace('\0', "")),
        taken: taken.map(MessagePart::raw_header_offset),
    }
}

/// Whether a mail has something in it that is neither in its text nor among its files, of these types.
pub fn is_lost<'f>(mail: &Mail<'_>, body: &Body, file_types: impl IntoIterator<Item = &'f str>) -> bool {
    let mut files = file_types.into_iter().filter(|kind| !kind.starts_with("multipart/"));
    let is_filled = |part: &MessagePart<'_>| {
        !matches!(part.body, PartType::Multipart(_)) && !part.contents().trim_ascii().is_empty()
    };
    let shows = !body.text.is_empty() || !body.quoted.is_empty() || body.html.is_some();
    !shows && files.next().is_none() && mail.parsed.parts.iter().any(is_filled)
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

/// Where a mail has no text, the first part without a name that holds some and was put aside as a file: HTML behind its
/// pictures, Markdown, a text whose type is cut short.
fn aside<'m>(mail: &'m Mail<'_>, known: &[&MessagePart<'_>]) -> Option<&'m MessagePart<'m>> {
    const TEXTS: [&str; 8] = ["", "plain", "html", "text", "markdown", "x-markdown", "enriched", "richtext"];
    let is_known = |part: &MessagePart<'_>| {
        known.iter().any(|other| other.raw_header_offset() == part.raw_header_offset())
    };
    let is_one = |part: &&MessagePart<'_>| {
        let attached = part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
        let is_text = part.content_type().is_none_or(|of| {
            let subtype = of.subtype().unwrap_or_default().to_ascii_lowercase();
            of.ctype().eq_ignore_ascii_case("text") && TEXTS.contains(&subtype.as_str())
        });
        is_text && part.is_text() && !attached && part.attachment_name().is_none() && !is_known(part)
    };
    let mut parts = mail.parsed.parts.iter();
    parts.find(|part| is_one(part) && !is_blank(&words(mail, part).text))
}

/// What stands before a mail's first part, where somebody wrote it: programs that rewrite mails put the text there.
fn preamble(mail: &Mail<'_>) -> Option<Parts> {
    let root = mail.parsed.parts.first()?;
    let boundary = root.content_type()?.attribute("boundary")?;
    let body = mail.bytes.get(root.raw_body_offset() as usize..)?;
    let delimiter = format!("--{boundary}");
    let end = body.windows(delimiter.len()).position(|window| window == delimiter.as_bytes())?;
    let bytes = &body[..end];
    let text = if content::encoding(root) == "quoted-printable" {
        mail.charsets.decode(&headers::quoted_printable(bytes, false), None).into_owned()
    } else {
        mail.charsets.decode(bytes, None).into_owned()
    };
    // What programs say to those that know no parts.
    let lower = text.to_ascii_lowercase();
    let is_notice = lower.contains("mime") || lower.contains("multi-part") || lower.contains("multipart");
    (!is_blank(&text) && !is_notice).then(|| quote::cut(&lines(&text), None))
}

/// Whether all of a text is one long line, in which no history can be recognised.
fn is_one_line(parts: &Parts) -> bool {
    parts.quoted.is_empty() && parts.text.len() > LONG_LINE && !parts.text.trim().contains('\n')
}

/// Whether HTML says the same as a text, with the history set apart.
fn separates_history(page: &Parts, text: &Parts) -> bool {
    let letters = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).collect::<String>();
    !is_blank(&page.text)
        && !page.quoted.is_empty()
        && letters(&page.text) + &letters(&page.quoted) == letters(&text.text)
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
    if is_page(text) {
        let words = html::words(text);
        return quote::cut(&words.text, words.history_at);
    }
    let mut text = lines(text);
    if is_from_qq(mail) {
        text = text.replace("&nbsp;", " ");
    }
    if is("format", "flowed") {
        quote::cut(&flowed::unfold(&text, is("delsp", "yes")), None)
    } else {
        quote::cut(&text, None)
    }
}

/// A text's lines, without what no line has in it.
fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace(['\0', '\u{c}'], "").replace('\r', "\n")
}

/// Whether a text is an HTML page that calls itself plain.
fn is_page(text: &str) -> bool {
    let start = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    let start = cut(start, 15).to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html>") || start.starts_with("<html ")
}

/// Whether QQ Mail wrote a mail: its plain text has HTML's `&nbsp;` in it.
fn is_from_qq(mail: &Mail<'_>) -> bool {
    mail.header("x-qq-mid").is_some()
        || mail.header("x-mailer").is_some_and(|mailer| mailer.to_ascii_lowercase().contains("qqmail"))
}

/// A part's text. Its bytes are decoded here, because the parser takes the part's word for its character set.
fn decoded<'m>(mail: &'m Mail<'_>, part: &'m MessagePart<'_>) -> Cow<'m, str> {
    let bytes = content::of(mail, part, 2 * MOST);
    let label = part.content_type().and_then(|of| of.attribute("charset"));
    match bytes {
        Cow::Borrowed(bytes) => mail.charsets.decode(bytes, label),
        Cow::Owned(bytes) => Cow::Owned(mail.charsets.decode(&bytes, label).into_owned()),
    }
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

    fn with_type(head: &str, body: &str) -> String {
        read(format!("From: a@b.example\r\n{head}\r\n\r\n{body}").as_bytes()).text
    }

    #[test]
    fn a_text_is_found_wherever_a_program_put_it() {
        for of in ["text/markdown", "text", "text/; charset=utf-8", "text/enriched"] {
            assert_eq!(with_type(&format!("Content-Type: {of}"), "It *smells*.\r\n"), "It *smells*.", "{of}");
        }
        let related = "--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b\r\nContent-Type: text/html\r\n\r\n<p>page</p>\r\n--b--";
        let raw =
            format!("From: a@b.example\r\nContent-Type: multipart/related; boundary=b\r\n\r\n{related}");
        let body = read(raw.as_bytes());
        assert_eq!((body.text.as_str(), body.html.as_deref()), ("page", Some("<p>page</p>")));
        assert!(body.taken.is_some());
        let part = |head: &str| format!("--b\r\nContent-Type: {head}\r\n\r\nHello\r\n--b--");
        let mixed = "Content-Type: multipart/mixed; boundary=b";
        for file in [
            "text/markdown; name=a.md",
            "text/csv",
            "text/plain\r\nContent-Disposition: attachment",
            "text/calendar",
        ] {
            assert_eq!(with_type(mixed, &part(file)), "", "{file}");
            assert_eq!(
                with_type(mixed, &format!("It smells.\r\n\r\n{}", part(file))),
                "It smells.",
                "{file}"
            );
            let notice = "This is a multi-part message in MIME format.";
            assert_eq!(with_type(mixed, &format!("{notice}\r\n{}", part(file))), "", "{file}");
        }
    }

    #[test]
    fn what_shows_nowhere_is_lost() {
        let lost = |raw: &str, types: &[&str]| {
            let charsets = Charsets::of(raw.as_bytes(), "cn");
            let parsed = parse(raw.as_bytes()).unwrap();
            let mail = Mail::new(&parsed, raw.as_bytes(), &charsets, raw.as_bytes());
            is_lost(&mail, &of(&mail), types.iter().copied())
        };
        let broken =
            "From: a@b.example\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--c\r\n\r\nHello\r\n--c--";
        assert!(lost(broken, &["multipart/mixed"]));
        assert!(!lost(broken, &["image/png"]));
        assert!(!lost("From: a@b.example\r\n\r\n\r\n", &[]));
        assert!(!lost("From: a@b.example\r\n\r\nHello", &[]));
    }

    #[test]
    fn prose_and_pages_that_call_themselves_something_else_are_read_as_they_are() {
        let base64 = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64";
        assert_eq!(
            with_type(base64, "My kettle is broken and I want help"),
            "My kettle is broken and I want help"
        );
        assert_eq!(
            with_type(
                base64,
                "5YeA5rC05Zmo5ryP55S15LqG77yM6K+35bC95b+r5rS+5Lq65p2l55yL55yL77yM6LCi6LCi44CC\r\n\r\n-- \r\nA list adds a line.\r\n"
            ),
            "净水器漏电了，请尽快派人来看看，谢谢。"
        );
        let raw = "From: a@b.example\r\nContent-Type: text/plain\r\n\r\n\r\n<!DOCTYPE HTML><html><p>It smells.</p></html>";
        let body = read(raw.as_bytes());
        assert_eq!(body.text, "It smells.");
        assert!(body.html.is_some_and(|html| html.contains("<p>It")));
        assert_eq!(with_type("X-QQ-mid: x\r\nContent-Type: text/plain", "Hello&nbsp;there"), "Hello there");
        assert_eq!(with_type("X-Mailer: Vim", "Write&nbsp;it <html>"), "Write&nbsp;it <html>");
    }

    #[test]
    fn a_text_on_one_line_gives_way_to_the_page_that_tells_the_history_apart() {
        let (new, old) = (
            "The kettle leaks again, as it did in January when you sent me the new seal.",
            "Hello Ann, we will send you a new seal, which stops the leak. It is free of charge. Regards, Service",
        );
        let page = format!("<div>{new}</div><blockquote type=cite>{old}</blockquote>");
        let body = alternative(&format!("{new} {old}"), &page);
        assert_eq!((body.text.as_str(), body.quoted), (new, format!("> {old}")));
        let other = alternative(&format!("{new} {old} Thanks!"), &page);
        assert!(other.text.ends_with("Thanks!") && other.quoted.is_empty(), "what the page lacks stays");
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
