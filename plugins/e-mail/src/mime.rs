//! A mail as it came, read through the parser: who, to whom, what, when.

use mail_parser::parsers::MessageStream;
use mail_parser::{Address, HeaderValue, MessageParser};
use sha2::{Digest, Sha256};

use crate::charset::Charsets;
use crate::{headers, ids};

/// The most characters of a subject, a name or an address list.
const LONGEST_LINE: usize = 500;

/// Parses a mail; none when it has no header at all.
pub fn parse(bytes: &[u8]) -> Option<mail_parser::Message<'_>> {
    let is_name = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_.".contains(byte);
    let is_field = |line: &[u8]| {
        let name = line.iter().take_while(|byte| is_name(byte)).count();
        name > 0 && line[name..].trim_ascii_start().starts_with(b":")
    };
    let mut head = bytes.split(|byte| *byte == b'\n').take_while(|line| !line.trim_ascii().is_empty());
    if !head.any(is_field) {
        return None;
    }
    MessageParser::default().parse(bytes).filter(|mail| !mail.headers().is_empty())
}

/// A parsed mail.
pub struct Mail<'a> {
    /// What the parser made of it.
    pub parsed: &'a mail_parser::Message<'a>,
    /// The bytes that it was parsed from: the mail with readable header fields.
    pub bytes: &'a [u8],
    /// How its bytes become text.
    pub charsets: &'a Charsets<'a>,
    raw: &'a [u8],
}

/// An address with the name that stands before it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mailbox {
    /// In lower case.
    pub address: String,
    /// Empty where there is none.
    pub name: String,
}

impl<'a> Mail<'a> {
    /// A mail, the bytes that it was parsed from, and those that came.
    pub fn new(
        parsed: &'a mail_parser::Message<'a>,
        bytes: &'a [u8],
        charsets: &'a Charsets<'a>,
        raw: &'a [u8],
    ) -> Self {
        Self { parsed, bytes, charsets, raw }
    }

    /// The mail as it came.
    pub fn raw(&self) -> &'a [u8] {
        self.raw
    }

    /// Whoever stands in `From`; where it isn't written as it should be, its first word that can be an address.
    pub fn from(&self) -> Option<Mailbox> {
        let read = self.parsed.from().and_then(first_of);
        read.or_else(|| mailbox_in(&self.sender_text()))
    }

    /// `From` as it is written, its encoded words read.
    pub fn sender_text(&self) -> String {
        headers::text(self.header("from").unwrap_or_default().as_bytes(), self.charsets)
    }

    /// Whoever stands in a header of this name.
    pub fn mailboxes(&self, name: &str) -> Vec<Mailbox> {
        let known = match name {
            "reply-to" => self.parsed.reply_to(),
            "sender" => self.parsed.sender(),
            "cc" => self.parsed.cc(),
            _ => None,
        };
        if let Some(list) = known {
            return mailboxes(list);
        }
        let named = self.parsed.headers().iter().filter(|header| header.name().eq_ignore_ascii_case(name));
        let written = named.filter_map(|header| {
            self.bytes.get(header.offset_start() as usize..header.offset_end() as usize)
        });
        let values: Vec<HeaderValue<'_>> =
            written.map(|bytes| MessageStream::new(bytes).parse_address()).collect();
        values.iter().filter_map(HeaderValue::as_address).flat_map(mailboxes).collect()
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
        match self.parsed.message_id().and_then(ids::unfolded) {
            Some(id) => id,
            None => {
                let digest: String =
                    Sha256::digest(self.raw).iter().map(|byte| format!("{byte:02x}")).collect();
                format!("sha256:{digest}")
            }
        }
    }

    /// The mail that this one answers.
    pub fn in_reply_to(&self) -> Option<String> {
        written_ids(self.parsed.in_reply_to()).into_iter().filter_map(ids::unfolded).next_back()
    }

    /// The mails before it in its thread, the first one first.
    pub fn references(&self) -> Vec<String> {
        written_ids(self.parsed.references()).into_iter().filter_map(ids::unfolded).collect()
    }

    /// The mails that it may answer, the nearest first. A folded id is named as it is written, too: so it was kept before
    /// ids were unfolded.
    pub fn ancestors(&self) -> Vec<String> {
        let answered = written_ids(self.parsed.in_reply_to()).pop();
        let before = written_ids(self.parsed.references()).into_iter().rev();
        let mut found: Vec<String> = Vec::new();
        for written in answered.into_iter().chain(before) {
            for id in ids::unfolded(written).into_iter().chain([written.to_owned()]) {
                if !found.contains(&id) {
                    found.push(id);
                }
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

fn mailboxes(list: &Address<'_>) -> Vec<Mailbox> {
    list.iter().take(100).filter_map(mailbox).collect()
}

fn mailbox(one: &mail_parser::Addr<'_>) -> Option<Mailbox> {
    let address = address(one.address()?)?;
    // A link that a program has put into the address leaves its bracket.
    let name = line(one.name().unwrap_or_default().trim_end_matches(['<', '>', ' ']));
    // Outlook writes `'Ann Lee'`, and the address itself where it knows no name.
    let inner = name.strip_prefix('\'').and_then(|name| name.strip_suffix('\'')).map(str::to_owned);
    let name = inner.unwrap_or(name);
    let is_address = name.eq_ignore_ascii_case(&address);
    Some(Mailbox { name: if is_address { String::new() } else { name }, address })
}

/// The first of those in `From`. The comma of `Lee, Ann <ann@mail.example>` is the name's where it isn't quoted.
fn first_of(list: &Address<'_>) -> Option<Mailbox> {
    let mut before = Vec::new();
    for one in list.iter().take(100) {
        if let Some(found) = mailbox(one) {
            let names = before.into_iter().chain([found.name.as_str()]).filter(|name| !name.is_empty());
            let name = line(&names.collect::<Vec<&str>>().join(", "));
            return Some(Mailbox { name, ..found });
        }
        let word = one.address().or(one.name()).unwrap_or_default();
        if !word.contains(['@', '<', '"']) && !word.trim().is_empty() {
            before.push(word);
        }
    }
    None
}

/// The first address in a text, and the name before it. Brackets may be written as in a page.
fn mailbox_in(text: &str) -> Option<Mailbox> {
    const AROUND: [char; 9] = ['<', '>', '(', ')', ',', ';', ':', '"', '\''];
    let text = &unquoted(text).replace("&lt;", "<").replace("&gt;", ">");
    let words = text.split(|c: char| c.is_whitespace() || AROUND.contains(&c));
    let (word, address) = words.filter_map(|word| Some((word, address(word)?))).next()?;
    let before = &text[..text.find(word)?];
    let name = line(&before.replace(AROUND, " "));
    Some(Mailbox { address, name })
}

/// An address in lower case; none where it can't be one. What programs add to it goes: `a@b.example.`,
/// `a@b.example<mailto:a@b.example>`.
pub fn address(given: &str) -> Option<String> {
    let given = unquoted(given);
    let given = given.trim().trim_start_matches(['<', '\'', '"']);
    let given = given.split('<').next().unwrap_or_default();
    let given = given.trim_end_matches(['>', '\'', '"']).trim_end_matches('.').to_lowercase();
    let given = given.strip_prefix("mailto:").map(str::to_owned).unwrap_or(given);
    let (local, domain) = given.rsplit_once('@')?;
    let plain = !local.is_empty() && !domain.is_empty() && given.len() <= 254;
    let plain = plain && !domain.contains(['&', ';', ',', '=', '/', '?']);
    (plain && !given.contains(|c: char| c.is_whitespace() || c.is_control())).then_some(given)
}

/// A text whose addresses have no quotes around a name that is nothing but letters, digits, signs and dots, as providers write
/// one with two dots in a row: `"foo..bar"@b.example` is the address foo..bar@b.example.
fn unquoted(text: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "!#$%&'*+-/=?^_`{|}~.".contains(c);
    let mut left = text;
    let mut plain = String::with_capacity(text.len());
    while let Some(end) = left.find("\"@") {
        let (before, after) = (&left[..end], &left[end + 1..]);
        match before.rsplit_once('"') {
            Some((earlier, name)) if !name.is_empty() && name.chars().all(is_plain) => {
                plain.push_str(earlier);
                plain.push_str(name);
            }
            _ => {
                plain.push_str(before);
                plain.push('"');
            }
        }
        left = after;
    }
    plain + left
}

/// The ids in a field as they are written.
fn written_ids<'v>(value: &'v HeaderValue<'_>) -> Vec<&'v str> {
    let texts: Vec<&str> = match value {
        HeaderValue::Text(text) => vec![text],
        HeaderValue::TextList(texts) => texts.iter().map(AsRef::as_ref).collect(),
        _ => Vec::new(),
    };
    texts.into_iter().map(str::trim).filter(|id| !id.is_empty()).collect()
}

#[cfg(test)]
#[expect(
    clippy::redundant_closure_for_method_calls,
    reason = "a method's path has one lifetime where the closure has any"
)]
mod tests {
    use super::*;

    fn with<T>(raw: &str, look: impl FnOnce(&Mail<'_>) -> T) -> T {
        let charsets = Charsets::of(raw.as_bytes(), "cn");
        let parsed = parse(raw.as_bytes()).unwrap();
        look(&Mail::new(&parsed, raw.as_bytes(), &charsets, raw.as_bytes()))
    }

    #[test]
    fn quotes_around_a_plain_name_say_nothing() {
        for given in ["\"foo..bar\"@b.example", "<\"foo..bar\"@b.example>", "foo..bar@b.example"] {
            assert_eq!(address(given).as_deref(), Some("foo..bar@b.example"), "{given}");
        }
        let found =
            mailbox_in("\"山田 太郎\" <\"foo..bar\"@b.example>").map(|found| (found.address, found.name));
        assert_eq!(found, Some(("foo..bar@b.example".to_owned(), "山田 太郎".to_owned())));
        assert_eq!(unquoted("\"a b\"@c \"x\" \"@"), "\"a b\"@c \"x\" \"@");
    }

    #[test]
    fn mailboxes_are_read_from_any_header() {
        let raw = "From: a@b.example\r\nX-Original-From: \"Ann Lee\" <Ann@Example.com>\r\nReply-To: nobody, x@y.example\r\n\r\nx";
        let of = |name: &str| with(raw, |mail| mail.mailboxes(name));
        assert_eq!(
            of("x-original-from"),
            [Mailbox { address: "ann@example.com".into(), name: "Ann Lee".into() }]
        );
        assert_eq!(of("reply-to")[0].address, "x@y.example");
    }

    #[test]
    fn an_address_is_found_however_from_is_written() {
        for (from, name, address) in [
            ("Big Kettle kettle@b.example", "Big Kettle", "kettle@b.example"),
            ("=?unknown-8bit?q?\"Ann\"_<ann@b.example>?=", "Ann", "ann@b.example"),
            ("Hot Deals,(<deals@b.example>)", "Hot Deals", "deals@b.example"),
            ("Ann Lee <ann@b.example<mailto:ann@b.example>>", "Ann Lee", "ann@b.example"),
            ("Ann <ann@b.example.>", "Ann", "ann@b.example"),
            ("\"support@\" <b.example support@b.example>", "support@ b.example", "support@b.example"),
            ("Lee, Ann <ann@b.example>", "Lee, Ann", "ann@b.example"),
            ("\"'ann@b.example'\" <'ann@b.example'>", "", "ann@b.example"),
            ("'Ann Lee' <ann@b.example>", "Ann Lee", "ann@b.example"),
            ("Ann &lt;ann@b.example&gt;", "Ann", "ann@b.example"),
            ("Ann <mailto:ann@b.example>", "Ann", "ann@b.example"),
            ("ann@b.example, Bo <bo@b.example>", "", "ann@b.example"),
        ] {
            let found = with(&format!("From: {from}\r\n\r\nx"), |mail| mail.from());
            assert_eq!(found, Some(Mailbox { address: address.into(), name: name.into() }), "{from}");
        }
        for nobody in ["Ann Lee", "MAILER-DAEMON <>", "ann@", "@"] {
            assert_eq!(with(&format!("From: {nobody}\r\n\r\nx"), |mail| mail.from()), None, "{nobody}");
        }
    }

    #[test]
    fn what_has_no_header_is_no_mail() {
        for nothing in [
            "",
            "hello",
            "no header, no mail\r\n",
            "\r\n\r\nFrom: a@b.example",
            "{\"a\": 1}",
            "one: two words: x",
        ] {
            assert_eq!(parse(nothing.as_bytes()).is_none(), !nothing.starts_with("one:"), "{nothing}");
        }
        assert!(parse(b"From x Mon Jan 5 2026\nFrom: a@b.example\n\nx").is_some());
    }

    #[test]
    fn ancestors_are_the_nearest_first_and_each_once() {
        let raw = "From: a@b.example\r\nIn-Reply-To: <3@x>\r\nReferences: <1@x> <2@x>\r\n <3@x>\r\n\r\nx";
        assert_eq!(with(raw, |mail| mail.ancestors()), ["3@x", "2@x", "1@x"]);
    }

    #[test]
    fn folded_ids_are_those_of_their_mails() {
        let raw = "From: a@b.example\r\nMessage-ID: <4@long.\r\n\texample>\r\nIn-Reply-To: <3@long.\r\n example>\r\n\
            References: <1@long. example> <2@x>\r\n\r\nx";
        assert_eq!(with(raw, |mail| mail.message_id()), "4@long.example");
        assert_eq!(with(raw, |mail| mail.in_reply_to()).as_deref(), Some("3@long.example"));
        assert_eq!(with(raw, |mail| mail.references()), ["1@long.example", "2@x"]);
        assert_eq!(
            with(raw, |mail| mail.ancestors()),
            ["3@long.example", "3@long.\r\n example", "2@x", "1@long.example", "1@long. example"]
        );
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
