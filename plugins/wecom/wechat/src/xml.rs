//! The little XML that callbacks are written in: elements with text, without attributes. What an attacker could make of
//! XML (document types, entities of one's own, deep nesting) is refused.

use hospes_sdk::{Error, lenient};
use quick_xml::Reader;
use quick_xml::events::{BytesRef, Event};
use serde_json::{Map, Value as Json};

/// How deep elements may lie in one another; the platforms' lie four deep.
const DEEPEST: usize = 8;
/// How many elements a document may have.
const MOST: usize = 1_000;

/// An element.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Element {
    /// Its name, as in `FromUserName`.
    pub name: String,
    /// The text in it; empty where there are elements in it.
    pub text: String,
    /// The elements in it, in their order.
    pub children: Vec<Element>,
}

impl Element {
    /// Reads a document; the error says what is wrong with it. Bytes that are no UTF-8 become U+FFFD.
    pub fn parse(document: &[u8]) -> Result<Self, Error> {
        let document = lenient::text(document);
        let document = String::from_utf8_lossy(&document);
        parse(&document).map_err(|problem| Error::invalid(format!("The XML can't be read: {problem}.")))
    }

    /// The first element of that name right in it.
    pub fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// The text of the first element of that name right in it; empty where there is none.
    pub fn text_of(&self, name: &str) -> &str {
        self.child(name).map_or("", |child| child.text.as_str())
    }

    /// Whether an element of one of the names stands in it more than once. No platform sends that; words of a stranger
    /// that were taken for markup could.
    pub fn repeats(&self, names: &[&str]) -> bool {
        names.iter().any(|name| self.children.iter().filter(|child| child.name == *name).nth(1).is_some())
    }

    /// What is in it as JSON: text, or an object; elements of one name become a list.
    pub fn to_json(&self) -> Json {
        if self.children.is_empty() {
            return Json::from(self.text.as_str());
        }
        let mut object = Map::new();
        for child in &self.children {
            let value = child.to_json();
            match object.get_mut(&child.name) {
                None => {
                    object.insert(child.name.clone(), value);
                }
                Some(Json::Array(list)) => list.push(value),
                Some(first) => *first = Json::from(vec![first.take(), value]),
            }
        }
        Json::Object(object)
    }
}

fn parse(document: &str) -> Result<Element, String> {
    let mut reader = Reader::from_str(document);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    // People write `&`; inside CDATA, where their words stand, it means nothing.
    config.allow_dangling_amp = true;
    let mut open: Vec<Element> = Vec::new();
    let mut count = 0;
    let mut after_cdata = false;
    loop {
        let event = reader.read_event().map_err(|error| error.to_string())?;
        let was_cdata = std::mem::replace(&mut after_cdata, matches!(event, Event::CData(_)));
        match event {
            Event::Start(start) => {
                count += 1;
                if count > MOST || open.len() >= DEEPEST {
                    return Err(format!("it has over {MOST} elements, or some lie over {DEEPEST} deep"));
                }
                let name = String::from_utf8_lossy(start.name().into_inner()).into_owned();
                open.push(Element { name, ..Element::default() });
            }
            Event::End(_) => {
                let Some(mut element) = open.pop() else { return Err("an element ends twice".to_owned()) };
                if !element.children.is_empty() {
                    element.text.clear();
                }
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => return Ok(element),
                }
            }
            Event::Text(text) => {
                let text = text.decode().map_err(|error| error.to_string())?;
                append(&mut open, &text, was_cdata);
            }
            Event::CData(text) => {
                append(&mut open, &text.decode().map_err(|error| error.to_string())?, false);
            }
            Event::GeneralRef(reference) => append(&mut open, &referred(&reference)?, false),
            Event::DocType(_) => return Err("it has a document type, which is refused".to_owned()),
            Event::Eof => return Err("it ends before its element does".to_owned()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) | Event::Empty(_) => {}
        }
    }
}

/// Adds text to the element that is open.
///
/// Words that hold `]]>` end a CDATA section whose writer didn't split them. What follows then ends in a `]]>` of its
/// own, which no other text does; so they are put together again.
fn append(open: &mut [Element], text: &str, after_cdata: bool) {
    let Some(element) = open.last_mut() else { return };
    match text.strip_suffix("]]>").filter(|_| after_cdata) {
        Some(rest) => {
            element.text.push_str("]]>");
            element.text.push_str(rest);
        }
        None => element.text.push_str(text),
    }
}

/// What `&lt;` and `&#20320;` stand for.
fn referred(reference: &BytesRef<'_>) -> Result<String, String> {
    if let Some(character) = reference.resolve_char_ref().map_err(|error| error.to_string())? {
        return Ok(character.to_string());
    }
    let name = reference.decode().map_err(|error| error.to_string())?;
    let text = match name.as_ref() {
        "amp" => "&",
        "lt" => "<",
        "gt" => ">",
        "quot" => "\"",
        "apos" => "'",
        other => return Err(format!("the entity `{other}` is not known")),
    };
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn content(inner: &str) -> Result<String, String> {
        let document = format!("<xml><Content>{inner}</Content></xml>");
        Element::parse(document.as_bytes())
            .map(|xml| xml.text_of("Content").to_owned())
            .map_err(|error| error.message)
    }

    #[test]
    fn text_comes_as_it_was_written() {
        for (inner, text) in [
            ("<![CDATA[你好 😀 <b> & &lt;]]>", "你好 😀 <b> & &lt;"),
            ("a &lt; b &amp; c &#20320;&#x1F600;", "a < b & c 你😀"),
            ("<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b"),
            ("<![CDATA[a]]>b]]>", "a]]>b"),
            ("<![CDATA[a[0]]]>", "a[0]"),
            ("", ""),
            (" \n two \n", " \n two \n"),
        ] {
            assert_eq!(content(inner).as_deref(), Ok(text), "{inner}");
        }
    }

    #[test]
    fn what_is_no_message_is_refused() {
        let deep = format!("{}{}", "<a>".repeat(9), "</a>".repeat(9));
        let many = format!("<xml>{}</xml>", "<a/>".repeat(1_001));
        for document in [
            "",
            "{}",
            "<xml>",
            "<xml><a></b></xml>",
            "</xml>",
            "<!DOCTYPE x [<!ENTITY a \"aa\">]><xml>&a;</xml>",
            "<!DOCTYPE x SYSTEM \"file:///etc/passwd\"><xml/>",
            "<xml>&a;</xml>",
            "<xml>&#xD800;</xml>",
            &deep,
            &many,
        ] {
            let refused = Element::parse(document.as_bytes()).unwrap_err();
            assert_eq!(refused.code, "invalid", "{document}");
        }
    }

    #[test]
    fn a_mark_and_bytes_of_another_encoding_stop_nothing() {
        let mut document = "\u{feff}<?xml version=\"1.0\" encoding=\"GBK\"?><xml><a>".as_bytes().to_vec();
        document.extend(b"\xc4\xe3</a></xml>");
        let xml = Element::parse(&document).unwrap();
        assert!(xml.text_of("a").contains('\u{fffd}'));
    }

    #[test]
    fn cut_and_damaged_documents_are_read_or_refused() {
        let document =
            "<xml><A><![CDATA[你]]好]]></A><B>&lt;&#20320;</B><C/><!-- c --><?p?></xml>".as_bytes();
        for at in 0..document.len() {
            assert!(Element::parse(&document[..at]).is_err());
            for byte in [0, b'<', b'>', b'&', b']', b'!', 0xff] {
                let mut damaged = document.to_vec();
                damaged[at] = byte;
                let _ = Element::parse(&damaged);
            }
        }
    }

    #[test]
    fn elements_become_json_and_repeats_are_seen() {
        let xml = b"<xml><a>1</a><b><c>2</c> <c>3</c><c>4</c></b><a>5</a></xml>";
        let xml = Element::parse(xml).unwrap();
        assert_eq!(xml.to_json(), json!({"a": ["1", "5"], "b": {"c": ["2", "3", "4"]}}));
        assert!(xml.repeats(&["a"]) && !xml.repeats(&["b", "c"]));
    }
}
