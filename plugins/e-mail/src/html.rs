//! HTML put into words: lines, list items and table rows, without styles and scripts; what a mail program marked as
//! repeated from before stands behind `>`, as in plain text.

use std::collections::BTreeMap;

use html5gum::emitters::default::DefaultEmitter;
use html5gum::{HtmlString, StartTag, Token, Tokenizer};

/// The most bytes of HTML that are read, and of text that is made of it.
const MOST: usize = 2 << 20;
/// An end tag closes an element so many levels up at most; real pages have far fewer open.
const LOOK_BACK: usize = 256;
/// The most marks of repetition before a line.
const DEEPEST: usize = 20;

/// Elements that begin and end a line.
const BLOCKS: [&[u8]; 40] = [
    b"address",
    b"article",
    b"aside",
    b"blockquote",
    b"body",
    b"caption",
    b"center",
    b"dd",
    b"details",
    b"dir",
    b"div",
    b"dl",
    b"dt",
    b"fieldset",
    b"figcaption",
    b"figure",
    b"footer",
    b"form",
    b"h1",
    b"h2",
    b"h3",
    b"h4",
    b"h5",
    b"h6",
    b"header",
    b"hr",
    b"includetail",
    b"li",
    b"main",
    b"nav",
    b"ol",
    b"p",
    b"pre",
    b"section",
    b"summary",
    b"table",
    b"tbody",
    b"thead",
    b"tr",
    b"ul",
];
/// Elements that have no end.
const VOID: [&[u8]; 14] = [
    b"area", b"base", b"br", b"col", b"embed", b"hr", b"img", b"input", b"link", b"meta", b"param",
    b"source", b"track", b"wbr",
];
/// Elements whose content nobody reads.
const HIDDEN: [&[u8]; 6] = [b"style", b"script", b"title", b"template", b"xml", b"svg"];
/// Names of elements that hold what is repeated from before, and nothing new.
const HISTORY_CLASSES: [&str; 12] = [
    "yahoo_quoted",
    "ntes-mailmaster-quote",
    "history-quote-wrapper",
    "alimail-quote",
    "zmail_extra",
    "tutanota_quote",
    "iosymail",
    "xm_mail_oringinal_describe",
    "freshdesk_quote",
    "fernand_quote",
    "front-blockquote",
    "notion-mail-quote",
];
const HISTORY_IDS: [&str; 9] = [
    "olk_src_body_section",
    "isreplycontent",
    "isforwardcontent",
    "fmoriginalcontent",
    "reply139content",
    "orimsghtmlseperator",
    "mail-editor-reference-message-container",
    "origbody",
    "qt",
];
/// Names of elements from which on all is repeated.
const REST_IDS: [&str; 3] = ["appendonsend", "divrplyfwdmsg", "replysplit"];

/// What HTML says.
#[derive(Debug, PartialEq, Eq)]
pub struct Words {
    /// Its lines.
    pub text: String,
    /// From which byte on all of it is repeated from before.
    pub history_at: Option<usize>,
}

/// Puts HTML into words.
pub fn words(html: &str) -> Words {
    let mut writer = Writer::default();
    let mut emitter = DefaultEmitter::default();
    emitter.naively_switch_states(true);
    let html = crate::mime::cut(html, MOST);
    for token in Tokenizer::new_with_emitter(html, emitter) {
        let Ok(token) = token;
        match token {
            Token::StartTag(tag) => writer.open(&tag),
            Token::EndTag(tag) => writer.close(&tag.name),
            Token::String(text) => writer.text(&String::from_utf8_lossy(&text)),
            _ => {}
        }
        if writer.text.len() > MOST {
            break;
        }
    }
    writer.end_line(false);
    let text = writer.text.trim_end().to_owned();
    Words { history_at: writer.history_at.filter(|at| *at < text.len()), text }
}

#[derive(Default)]
struct Writer {
    text: String,
    line: String,
    /// Whether a space stands before the next word.
    space: bool,
    /// Whether the line holds something that can't be seen, such as `&nbsp;`: an empty line that is meant.
    touched: bool,
    open: Vec<Element>,
    quoted: usize,
    preformatted: usize,
    hidden: usize,
    history_at: Option<usize>,
}

struct Element {
    name: HtmlString,
    is_quote: bool,
}

impl Writer {
    fn open(&mut self, tag: &StartTag<()>) {
        let name = tag.name.as_slice();
        if self.hidden > 0 && !HIDDEN.contains(&name) {
            return;
        }
        match name {
            b"br" => self.end_line(true),
            b"td" | b"th" => self.space = !self.line.is_empty(),
            b"img" => self.picture(&tag.attributes),
            _ => {}
        }
        if BLOCKS.contains(&name) {
            self.end_line(false);
        }
        if self.history_at.is_none()
            && attribute(&tag.attributes, b"id").is_some_and(|id| REST_IDS.contains(&id.as_str()))
        {
            self.end_line(false);
            self.history_at = Some(self.text.len());
        }
        if name == b"li" {
            self.line.push_str("- ");
        }
        if VOID.contains(&name) || tag.self_closing && name != b"includetail" && !BLOCKS.contains(&name) {
            return;
        }
        let is_quote = is_history(name, &tag.attributes);
        if is_quote {
            self.end_line(false);
            self.quoted += 1;
        }
        self.preformatted += usize::from(name == b"pre");
        self.hidden += usize::from(HIDDEN.contains(&name));
        self.open.push(Element { name: tag.name.clone(), is_quote });
    }

    fn close(&mut self, name: &HtmlString) {
        let last = self.open.len().saturating_sub(LOOK_BACK);
        let found = self.open[last..].iter().rposition(|element| element.name == *name);
        let Some(found) = found else { return };
        for element in self.open.split_off(last + found) {
            if BLOCKS.contains(&element.name.as_slice()) || element.is_quote {
                self.end_line(false);
            }
            self.quoted -= usize::from(element.is_quote);
            self.preformatted -= usize::from(element.name.as_slice() == b"pre");
            self.hidden -= usize::from(HIDDEN.contains(&element.name.as_slice()));
        }
    }

    fn text(&mut self, text: &str) {
        if self.hidden > 0 {
            return;
        }
        for c in text.chars() {
            match c {
                '\n' if self.preformatted > 0 => self.end_line(true),
                '\r' | '\u{feff}' | '\u{200b}' | '\0' => {}
                ' ' | '\t' | '\n' | '\u{c}' if self.preformatted == 0 => self.space = true,
                '\u{a0}' => {
                    self.space = true;
                    self.touched = true;
                }
                _ => {
                    if self.space && !self.line.is_empty() {
                        self.line.push(' ');
                    }
                    self.space = false;
                    self.line.push(c);
                }
            }
        }
    }

    /// An emoji that a mail program drew as a picture.
    fn picture(&mut self, attributes: &Attributes) {
        let Some(text) =
            attributes.get(b"alt".as_slice()).map(|alt| String::from_utf8_lossy(alt).into_owned())
        else {
            return;
        };
        if text.chars().count() <= 8 && !text.contains(|c: char| c.is_ascii() || c.is_alphanumeric()) {
            self.text(&text);
        }
    }

    /// Ends a line; an empty one only where that is meant.
    fn end_line(&mut self, even_empty: bool) {
        self.space = false;
        if !self.line.is_empty() || even_empty || self.touched {
            let quoted = self.quoted.min(DEEPEST);
            if !(self.text.is_empty() && self.line.is_empty()) {
                if quoted > 0 {
                    self.text.push_str(&">".repeat(quoted));
                    self.text.push_str(if self.line.is_empty() { "" } else { " " });
                }
                self.text.push_str(&self.line);
                self.text.push('\n');
            }
            self.line.clear();
        }
        self.touched = false;
    }
}

type Attributes = BTreeMap<HtmlString, html5gum::Spanned<HtmlString, ()>>;

fn attribute(attributes: &Attributes, name: &[u8]) -> Option<String> {
    attributes.get(name).map(|value| String::from_utf8_lossy(value).to_ascii_lowercase())
}

/// Whether an element holds what is repeated from before. Where answers may stand between its children, as in Gmail's
/// `div.gmail_quote`, only the quotes inside count.
fn is_history(name: &[u8], attributes: &Attributes) -> bool {
    let class = attribute(attributes, b"class").unwrap_or_default();
    let id = attribute(attributes, b"id").unwrap_or_default();
    let is = |wanted: &str| class.split_ascii_whitespace().any(|class| class == wanted);
    let cited = name == b"blockquote"
        && (attribute(attributes, b"type").is_some_and(|kind| kind == "cite")
            || attributes.contains_key(b"cite".as_slice())
            || is("gmail_quote")
            || is("protonmail_quote"));
    cited
        || name == b"includetail"
        || HISTORY_CLASSES.iter().any(|wanted| is(wanted))
        || HISTORY_IDS.contains(&id.as_str())
        || id.starts_with("ntes-") && id.ends_with("mail-quote")
        || id.starts_with("lark-mail-quote") && name == b"div" && !is("moz-cite-prefix")
        || attribute(attributes, b"name").is_some_and(|name| name == "messagereplysection")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(html: &str) -> String {
        words(html).text
    }

    #[test]
    fn a_page_is_put_into_lines() {
        assert_eq!(
            text(
                "<html><head><style>p{margin:0}</style><title>x</title></head><body><p>The machine <b>smells</b>.</p>\r\n\
                 <table><tr><td>Model</td><td>KM-40</td></tr><tr><td>Bought</td><td>2025</td></tr></table>\
                 <p>Money back &amp; an answer&nbsp;today.</p><ul><li>a<li>b</ul><script>alert(1)</script></body></html>"
            ),
            "The machine smells.\nModel KM-40\nBought 2025\nMoney back & an answer today.\n- a\n- b"
        );
        assert_eq!(
            text("<div>您好</div><div><br></div><div>漏&#30005;了<br/>请&lt;回复&gt;</div>"),
            "您好\n\n漏电了\n请<回复>"
        );
        assert_eq!(
            text("a<!-- b -->c<p>&nbsp;</p><pre>x  y\n z</pre><img alt=\"😀\"><img alt=\"logo\">"),
            "ac\n\nx  y\n z\n😀"
        );
        assert_eq!(text("<p>&nbsp;</p> \u{200b}"), "");
    }

    #[test]
    fn what_was_repeated_stands_behind_marks() {
        assert_eq!(
            text(
                "<div>新</div><blockquote type=\"cite\">旧<blockquote type=\"cite\">更旧</blockquote>旧</blockquote>新"
            ),
            "新\n> 旧\n>> 更旧\n> 旧\n新"
        );
        assert_eq!(text("a<includetail><div>b</div></includetail>"), "a\n> b");
        assert_eq!(text("a<div class=\"x ntes-mailmaster-quote\">b<br>c</div>d"), "a\n> b\n> c\nd");
        assert_eq!(
            text("a<div class='ne-quoted'>Ann<blockquote id='ntes-andriodmail-quote'>b</blockquote></div>"),
            "a\nAnn\n> b"
        );
        let outlook = words(
            "<div>new</div><div id=\"appendonsend\"></div><hr><div id=\"divRplyFwdMsg\">From: x</div>old",
        );
        assert_eq!((outlook.text.as_str(), outlook.history_at), ("new\nFrom: x\nold", Some(4)));
    }

    #[test]
    fn deep_and_broken_pages_take_no_longer() {
        let deep = format!("{}bottom{}", "<div>".repeat(200_000), "</p></span>".repeat(20_000));
        assert_eq!(text(&deep), "bottom");
        assert_eq!(text("<p>a<style>b"), "a");
        assert!(text(&"<blockquote type=cite>x".repeat(50_000)).len() <= MOST + 100);
    }
}
