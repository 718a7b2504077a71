//! HTML from outside, cut down to what says something and can't do anything.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};

/// The most bytes that are looked at; what is longer isn't a message.
pub const LONGEST: usize = 1 << 20;

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

/// The same without anything that could do harm. What is longer than [`LONGEST`] becomes empty.
pub fn clean(html: &str) -> String {
    if html.len() > LONGEST { String::new() } else { CLEANER.clean(html).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_do_something_is_gone_and_what_says_something_stays() {
        let given = r#"<p onclick="x()">您好 <b>Ann</b><script>alert(1)</script></p>
            <a href="javascript:alert(1)">a</a><a href="https://example.com/?a=1">b</a>
            <img src="https://tracker.example/p.gif" width="1"><img src="cid:logo" alt="logo">
            <style>p { position: fixed }</style><form action="/v1/tokens"><input name="a"></form>
            <iframe src="https://example.com"></iframe><svg onload="x()"><script>y()</script></svg>
            <table background="https://tracker.example/b.gif"><tr><td>1</td></tr></table>"#;
        let clean = clean(given);
        for word in
            ["script", "alert", "onclick", "onload", "tracker", "position", "iframe", "<form", "<input"]
        {
            assert!(!clean.contains(word), "{word}: {clean}");
        }
        for word in ["您好 <b>Ann</b>", "https://example.com/?a=1", "cid:logo", "<td>1</td>", "noreferrer"]
        {
            assert!(clean.contains(word), "{word}: {clean}");
        }
    }

    #[test]
    fn deep_nesting_and_too_much_are_survived() {
        let deep = format!("{}x{}", "<div>".repeat(20_000), "</div>".repeat(20_000));
        assert!(clean(&deep).contains('x'));
        assert_eq!(clean(&"<p>".repeat(LONGEST)), "");
    }
}
