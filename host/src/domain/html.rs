//! HTML from outside, cut down to what says something and can't do anything.

mod nesting;

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use serde::{Deserialize, Serialize};

/// The most bytes that are looked at; what is longer isn't a message.
pub const LONGEST: usize = 1 << 20;
/// The most bytes of a reply's HTML.
pub const LONGEST_REPLY: usize = 256 << 10;

/// Text, tables, links and pictures that came along, and nothing else: no scripts, styles, forms, frames or events.
/// Pictures from elsewhere lose their address, because fetching one tells its sender who read what and when.
static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .url_schemes(HashSet::from(["http", "https", "mailto", "tel", "cid"]))
        .url_relative(UrlRelative::Deny)
        .link_rel(Some("noopener noreferrer nofollow"))
        .generic_attributes(HashSet::from(["dir", "lang", "title"]))
        .tag_attribute_values(HashMap::new())
        .attribute_filter(|element, attribute, value| {
            let address = matches!(attribute, "src" | "href" | "cite" | "background");
            let (own, link) = (value.starts_with("cid:"), element == "a" && attribute == "href");
            (!address || own || link).then_some(Cow::Borrowed(value))
        });
    cleaner
});

/// The elements that stay.
static KNOWN: LazyLock<HashSet<&'static str>> = LazyLock::new(|| CLEANER.clone_tags());

/// HTML that has been cleaned: nothing in it runs, is fetched or sends anything.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CleanHtml(String);

impl CleanHtml {
    /// Cleans HTML, in a time that grows with its length alone: a tenth of a second for the longest. What is longer than
    /// [`LONGEST`], or is made to be slow, becomes empty.
    ///
    /// It is work for the processor all the same: never call it in a transaction, and on an async thread only for texts
    /// of a few kilobytes.
    pub fn new(html: &str) -> Self {
        if html.len() > LONGEST {
            return Self::default();
        }
        let plain = nesting::plain(&without_inline_data(html), &KNOWN);
        Self(plain.map(|plain| CLEANER.clean(&plain).to_string()).unwrap_or_default())
    }

    /// Its text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Its text.
    pub fn into_string(self) -> String {
        self.0
    }
}

/// Leaves out what addresses hold in themselves, which the cleaner takes away anyway: most of the bytes of some mails.
fn without_inline_data(html: &str) -> Cow<'_, str> {
    const BEFORE: &str = ";base64,";
    let mut kept = String::new();
    let mut rest = html;
    while let Some(at) = rest.find(BEFORE) {
        let (before, data) = rest.split_at(at + BEFORE.len());
        kept.push_str(before);
        rest = data.trim_start_matches(|c: char| c.is_ascii_alphanumeric() || "+/=".contains(c));
    }
    if kept.is_empty() {
        return Cow::Borrowed(html);
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests;
