//! HTML brought into a plain nesting before it is cleaned: known elements, each closed, none deep.
//!
//! A browser's tree builder, which the cleaner uses, repairs what is nested wrongly by walking its open elements, by
//! moving content out of tables and by opening formatting elements anew. A few hundred kilobytes written for that purpose
//! keep it busy for minutes or make millions of nodes of it. So the tokens are read first, which takes one pass, and
//! written out again such that nothing is left to repair.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{
    BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};

/// How deep elements may stand in each other; what stands deeper keeps its content and loses its tags.
const DEEPEST: usize = 256;
/// The most tags; after them only the text goes on.
const MOST_TAGS: usize = 50_000;
/// The most attributes of a tag that are looked at.
const MOST_ATTRIBUTES: usize = 32;
/// The most bytes between two tokens that may separate attributes. The tokenizer compares each attribute of a tag with all
/// before it.
const MOST_SEPARATORS: usize = 2_000;
/// So much is handed to the tokenizer at a time, in bytes.
const PIECE: usize = 1 << 10;

/// Elements that have no content and no end tag.
const VOID: [&str; 6] = ["area", "br", "col", "hr", "img", "wbr"];
/// Elements whose content isn't shown, and how the tokenizer reads it.
const UNSEEN: [(&str, RawKind); 8] = [
    ("script", RawKind::ScriptData),
    ("style", RawKind::Rawtext),
    ("xmp", RawKind::Rawtext),
    ("iframe", RawKind::Rawtext),
    ("noembed", RawKind::Rawtext),
    ("noframes", RawKind::Rawtext),
    ("title", RawKind::Rcdata),
    ("textarea", RawKind::Rcdata),
];
/// Elements that end a paragraph by their start.
const BLOCKS: [&str; 33] = [
    "article",
    "aside",
    "blockquote",
    "center",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "figcaption",
    "figure",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hgroup",
    "hr",
    "li",
    "main",
    "nav",
    "ol",
    "p",
    "pre",
    "section",
    "summary",
    "table",
    "ul",
    "address",
    "menu",
];
/// Elements that nothing inside of them closes.
const BOUNDARIES: [&str; 4] = ["table", "td", "th", "caption"];
/// Where content stands in a cell, and nowhere else.
const ROWS: [&str; 5] = ["table", "tbody", "thead", "tfoot", "tr"];
const SECTIONS: [&str; 4] = ["table", "tbody", "thead", "tfoot"];

/// The same content in tags that are known and nested plainly; none when it is no HTML that anybody would write.
pub fn plain(html: &str, known: &HashSet<&str>) -> Option<String> {
    let tokenizer = Tokenizer::new(Writer::new(known, html.len()), TokenizerOpts::default());
    let input = BufferQueue::default();
    let mut separators = 0;
    let mut rest = html;
    while !rest.is_empty() {
        let mut end = rest.len().min(PIECE);
        while !rest.is_char_boundary(end) {
            end += 1;
        }
        let (piece, further) = rest.split_at(end);
        rest = further;
        tokenizer.sink.spoke.set(false);
        input.push_back(StrTendril::from_slice(piece));
        while !input.is_empty() {
            // It stops after a script, which nobody runs here.
            let _script = tokenizer.feed(&input);
        }
        let here = piece.bytes().filter(|byte| byte.is_ascii_whitespace() || b"/\"'".contains(byte)).count();
        separators = if tokenizer.sink.spoke.get() { here } else { separators + here };
        if separators > MOST_SEPARATORS {
            return None;
        }
    }
    tokenizer.end();
    Some(tokenizer.sink.finish())
}

/// Writes tokens as they should have been written.
struct Writer<'k> {
    known: &'k HashSet<&'k str>,
    state: RefCell<State>,
    /// Whether a token has come since this was last reset.
    spoke: Cell<bool>,
}

struct State {
    out: String,
    open: Vec<String>,
    /// Elements too deep to be written that are still open.
    too_deep: usize,
    tags: usize,
    /// The element whose content is being left out.
    unseen: Option<&'static str>,
}

impl<'k> Writer<'k> {
    fn new(known: &'k HashSet<&'k str>, size: usize) -> Self {
        let out = String::with_capacity(size);
        let state = State { out, open: Vec::new(), too_deep: 0, tags: 0, unseen: None };
        Self { known, state: RefCell::new(state), spoke: Cell::new(false) }
    }

    fn finish(self) -> String {
        let mut state = self.state.into_inner();
        state.close_to(0);
        state.out
    }
}

impl TokenSink for Writer<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut state = self.state.borrow_mut();
        self.spoke.set(self.spoke.get() || !matches!(token, Token::ParseError(_)));
        match token {
            Token::CharacterTokens(text) if state.unseen.is_none() => state.text(&text),
            Token::TagToken(tag) if tag.kind == TagKind::EndTag => {
                if state.unseen.is_some_and(|unseen| *unseen == *tag.name) {
                    state.unseen = None;
                } else if self.known.contains(&*tag.name) {
                    state.end(&tag.name);
                }
            }
            Token::TagToken(tag) => {
                if let Some((name, kind)) = UNSEEN.into_iter().find(|(name, _)| *name == &*tag.name) {
                    state.unseen = Some(name);
                    return TokenSinkResult::RawData(kind);
                }
                if self.known.contains(&*tag.name) {
                    state.start(&tag);
                }
            }
            _ => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    fn text(&mut self, text: &str) {
        if text.bytes().any(|byte| !byte.is_ascii_whitespace()) {
            self.open_cell();
        }
        escape(&mut self.out, text);
    }

    fn start(&mut self, tag: &Tag) {
        let name = &*tag.name;
        let void = VOID.contains(&name);
        self.tags += 1;
        if self.tags > MOST_TAGS || self.too_deep > 0 || self.open.len() >= DEEPEST {
            self.too_deep += usize::from(!void && self.tags <= MOST_TAGS);
            return;
        }
        if !self.make_room(name) {
            return;
        }
        self.out.push('<');
        self.out.push_str(name);
        for attribute in tag.attrs.iter().take(MOST_ATTRIBUTES) {
            let name = &*attribute.name.local;
            if name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
                self.out.push(' ');
                self.out.push_str(name);
                self.out.push_str("=\"");
                escape(&mut self.out, &attribute.value);
                self.out.push('"');
            }
        }
        self.out.push('>');
        if !void {
            self.open.push(name.to_owned());
        }
    }

    /// Closes what the element's start would close, and opens what it needs around it. False if it can't stand here.
    fn make_room(&mut self, name: &str) -> bool {
        match name {
            "caption" | "colgroup" | "tbody" | "thead" | "tfoot" => return self.close_inside(&["table"]),
            "col" => return self.close_inside(&["table", "colgroup"]),
            "tr" => return self.close_inside(&SECTIONS),
            "td" | "th" => {
                if !self.close_inside(&ROWS) {
                    return false;
                }
                if self.top() != "tr" {
                    self.open("tr");
                }
                return true;
            }
            _ => {}
        }
        if self.top() == "colgroup" {
            self.close_to(self.open.len() - 1);
        }
        if BLOCKS.contains(&name) {
            self.close("p", &[]);
        }
        match name {
            "li" => self.close("li", &["ul", "ol", "blockquote"]),
            "dd" | "dt" => {
                self.close("dd", &["dl", "blockquote"]);
                self.close("dt", &["dl", "blockquote"]);
            }
            "a" => self.close("a", &[]),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6"
                if matches!(self.top(), "h1" | "h2" | "h3" | "h4" | "h5" | "h6") =>
            {
                self.close_to(self.open.len() - 1);
            }
            _ => {}
        }
        self.open_cell();
        true
    }

    /// Opens a cell where content would stand between cells.
    fn open_cell(&mut self) {
        if self.open.len() + 2 > DEEPEST || !ROWS.contains(&self.top()) {
            return;
        }
        if self.top() != "tr" {
            self.open("tr");
        }
        self.open("td");
    }

    fn end(&mut self, name: &str) {
        if self.too_deep > 0 {
            self.too_deep -= usize::from(!VOID.contains(&name));
            return;
        }
        if name == "br" {
            self.out.push_str("<br>");
            return;
        }
        let part = ROWS.contains(&name) || BOUNDARIES.contains(&name) || name == "colgroup";
        // The end of a part of a table closes what stands in it, but no other table.
        let boundaries: &[&str] = if part { &["table"] } else { &BOUNDARIES };
        self.close_within(name, boundaries);
    }

    fn top(&self) -> &str {
        self.open.last().map_or("", String::as_str)
    }

    fn open(&mut self, name: &str) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.open.push(name.to_owned());
    }

    /// Closes the innermost element of this name that stands within the same cell and within none of these.
    fn close(&mut self, name: &str, boundaries: &[&str]) {
        let found = self.open.iter().rposition(|open| {
            open == name || BOUNDARIES.contains(&open.as_str()) || boundaries.contains(&open.as_str())
        });
        if let Some(found) = found.filter(|found| self.open[*found] == name) {
            self.close_to(found);
        }
    }

    fn close_within(&mut self, name: &str, boundaries: &[&str]) {
        let found = self.open.iter().rposition(|open| open == name || boundaries.contains(&open.as_str()));
        if let Some(found) = found.filter(|found| self.open[*found] == name) {
            self.close_to(found);
        }
    }

    /// Closes what stands inside the innermost of these, within the innermost table. False if there is none.
    fn close_inside(&mut self, names: &[&str]) -> bool {
        let found = self.open.iter().rposition(|open| names.contains(&open.as_str()) || open == "table");
        let found = found.filter(|found| names.contains(&self.open[*found].as_str()));
        if let Some(found) = found {
            self.close_to(found + 1);
        }
        found.is_some()
    }

    fn close_to(&mut self, length: usize) {
        while self.open.len() > length {
            if let Some(name) = self.open.pop() {
                self.out.push_str("</");
                self.out.push_str(&name);
                self.out.push('>');
            }
        }
    }
}

fn escape(out: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\0' => {}
            other => out.push(other),
        }
    }
}
