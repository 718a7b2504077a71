//! A mail as it came, read through the parser: who, to whom, what, when.

use std::borrow::Cow;

use mail_parser::{Address, HeaderValue, MessageParser, MimeHeaders, PartType};
use sha2::{Digest, Sha256};

use crate::flowed;

/// The most bytes of text that a message keeps; what is longer is cut, and its file form stays.
const LONGEST_TEXT: usize = 256 << 10;
/// The most bytes of HTML that are kept beside the text.
const LONGEST_HTML: usize = 512 << 10;
/// The most characters of a subject, a name or an address list.
const LONGEST_LINE: usize = 500;
/// The longest id that the host looks things up by.
const LONGEST_ID: usize = 250;

/// Parses a mail; none when it has no header at all.
pub fn parse(bytes: &[u8]) -> Option<mail_parser::Message<'_>> {
    MessageParser::default().parse(bytes).filter(|mail| !mail.headers().is_empty())
}

/// A parsed mail.
pub struct Mail<'a> {
    /// What the parser made of it.
    pub parsed: &'a mail_parser::Message<'a>,
    raw: &'a [u8],
}

/// What a mail says.
#[derive(Debug, PartialEq, Eq)]
pub struct Body {
    /// Plain text.
    pub text: String,
    /// The HTML form, where there is one that isn't too long.
    pub html: Option<String>,
}

impl<'a> Mail<'a> {
    /// A mail and the bytes that it was parsed from.
    pub fn new(parsed: &'a mail_parser::Message<'a>, raw: &'a [u8]) -> Self {
        Self { parsed, raw }
    }

    /// The address in `From`, in lower case.
    pub fn sender(&self) -> Option<String> {
        address(self.parsed.from())
    }

    /// The name in `From`; empty where there is none.
    pub fn sender_name(&self) -> String {
        let name = self.parsed.from().and_then(Address::first).and_then(|first| first.name());
        line(name.unwrap_or_default())
    }

    /// The address in `Reply-To`, in lower case.
    pub fn reply_to(&self) -> Option<String> {
        address(self.parsed.reply_to())
    }

    /// Where an answer goes: `Reply-To` within the sender's own domain, else the sender. Whoever forges a customer's
    /// address in `From` must not get the answers by a `Reply-To` of their own.
    pub fn answers_go_to(&self) -> String {
        let sender = self.sender().unwrap_or_default();
        let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_owned());
        self.reply_to().filter(|other| domain(other) == domain(&sender)).unwrap_or(sender)
    }

    /// Everybody in `To` and `Cc` but ourselves, 50 at most.
    pub fn others(&self, own: &str) -> Vec<String> {
        let lists = [self.parsed.to(), self.parsed.cc()].into_iter().flatten();
        let all = lists.flat_map(Address::iter).filter_map(|one| one.address()).map(str::to_lowercase);
        all.filter(|one| *one != own.to_lowercase() && one.contains('@')).take(50).collect()
    }

    /// The subject on one line.
    pub fn subject(&self) -> String {
        line(self.parsed.subject().unwrap_or_default())
    }

    /// The mail's own id; one made of its bytes where it has none.
    pub fn message_id(&self) -> String {
        match self.parsed.message_id().map(str::trim).filter(|id| !id.is_empty() && id.len() <= LONGEST_ID) {
            Some(id) => id.to_owned(),
            None => {
                let digest: String =
                    Sha256::digest(self.raw).iter().map(|byte| format!("{byte:02x}")).collect();
                format!("sha256:{digest}")
            }
        }
    }

    /// The mail that this one answers.
    pub fn in_reply_to(&self) -> Option<String> {
        ids(self.parsed.in_reply_to()).pop()
    }

    /// The mails before it in its thread, the first one first.
    pub fn references(&self) -> Vec<String> {
        ids(self.parsed.references())
    }

    /// The mails that it may answer, the nearest first.
    pub fn ancestors(&self) -> Vec<String> {
        let mut found: Vec<String> = self.in_reply_to().into_iter().collect();
        for id in self.references().into_iter().rev() {
            if !found.contains(&id) {
                found.push(id);
            }
        }
        found
    }

    /// When it was written, in microseconds since 1970.
    pub fn sent_at(&self) -> Option<i64> {
        self.parsed
            .date()
            .filter(|date| date.is_valid())
            .map(|date| date.to_timestamp().saturating_mul(1_000_000))
    }

    /// The first header of this name as it stands, unfolded.
    pub fn header(&self, name: &str) -> Option<String> {
        self.headers(name).into_iter().next()
    }

    /// Every header of this name as it stands, unfolded, the topmost first.
    pub fn headers(&self, name: &str) -> Vec<String> {
        let named = self.parsed.headers_raw().filter(|(known, _)| known.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
    }

    /// What the mail says, in words and where it has it in HTML.
    pub fn body(&self) -> Body {
        let mut text = String::new();
        for part in self.parsed.text_bodies() {
            let said = match &part.body {
                PartType::Text(said) => {
                    let attribute = |name: &str| part.content_type().and_then(|of| of.attribute(name));
                    let is = |name: &str, value: &str| {
                        attribute(name).is_some_and(|given| given.eq_ignore_ascii_case(value))
                    };
                    if is("format", "flowed") {
                        Cow::Owned(flowed::unfold(said, is("delsp", "yes")))
                    } else {
                        Cow::Borrowed(said.as_ref())
                    }
                }
                PartType::Html(said) => Cow::Owned(mail_parser::decoders::html::html_to_text(said)),
                _ => continue,
            };
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(said.trim());
            if text.len() > LONGEST_TEXT {
                break;
            }
        }
        let written = |part: &mail_parser::MessagePart<'_>| match &part.body {
            PartType::Html(html) if html.len() <= LONGEST_HTML => Some(html.clone().into_owned()),
            _ => None,
        };
        let html = self.parsed.html_bodies().find_map(written);
        Body { text: cut(&text.replace("\r\n", "\n").replace('\0', ""), LONGEST_TEXT).to_owned(), html }
    }
}

/// At most so many bytes of a text, and no half character.
pub fn cut(text: &str, most: usize) -> &str {
    let mut end = most.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

/// A text on one line, without control characters.
pub fn line(text: &str) -> String {
    let plain: String =
        text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(LONGEST_LINE).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn address(list: Option<&Address<'_>>) -> Option<String> {
    let first = list?.iter().find_map(|one| one.address())?.trim().to_lowercase();
    let (local, domain) = first.rsplit_once('@')?;
    let plain = !local.is_empty() && !domain.is_empty() && first.len() <= 254;
    (plain && !first.contains(|c: char| c.is_whitespace() || c.is_control())).then_some(first)
}

fn ids(value: &HeaderValue<'_>) -> Vec<String> {
    let texts: Vec<&str> = match value {
        HeaderValue::Text(text) => vec![text],
        HeaderValue::TextList(texts) => texts.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    };
    let plain = |id: &&str| !id.is_empty() && id.len() <= LONGEST_ID;
    texts.into_iter().map(str::trim).filter(plain).map(str::to_owned).collect()
}

#[cfg(test)]
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method's path has one lifetime where the closure has any"
)]
mod tests {
    use super::*;

    fn with<T>(raw: &str, look: impl FnOnce(&Mail<'_>) -> T) -> T {
        let parsed = parse(raw.as_bytes()).unwrap();
        look(&Mail::new(&parsed, raw.as_bytes()))
    }

    #[test]
    fn an_answer_leaves_the_senders_domain_for_nobody() {
        let to = |reply_to: &str| {
            with(&format!("From: Ann <Ann@Example.com>\r\nReply-To: {reply_to}\r\n\r\nx"), |mail| {
                mail.answers_go_to()
            })
        };
        assert_eq!(to("Ann Private <private@example.com>"), "private@example.com");
        assert_eq!(to("ann@evil.example"), "ann@example.com");
        assert_eq!(to("nonsense"), "ann@example.com");
    }

    #[test]
    fn ancestors_are_the_nearest_first_and_each_once() {
        let raw = "From: a@b.example\r\nIn-Reply-To: <3@x>\r\nReferences: <1@x> <2@x>\r\n <3@x>\r\n\r\nx";
        assert_eq!(with(raw, |mail| mail.ancestors()), ["3@x", "2@x", "1@x"]);
    }

    #[test]
    fn a_mail_without_an_id_gets_the_same_each_time() {
        let id = with("From: a@b.example\r\n\r\nx", |mail| mail.message_id());
        assert!(
            id.starts_with("sha256:") && id == with("From: a@b.example\r\n\r\nx", |mail| mail.message_id())
        );
        assert_ne!(id, with("From: a@b.example\r\n\r\ny", |mail| mail.message_id()));
    }

    #[test]
    fn cutting_leaves_whole_characters() {
        assert_eq!(cut("很满意", 4), "很");
        assert_eq!(line("a\r\n b\u{7}c"), "a b c");
    }
}
