//! The pages' own words, in Simplified Chinese and English: the messages of `host/locales/`.

use std::borrow::Cow;
use std::collections::HashMap;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT_LANGUAGE;
use fluent_templates::fluent_bundle::FluentValue;
use fluent_templates::{LanguageIdentifier, Loader as _, langid};

use crate::domain::clock::Timestamp;

fluent_templates::static_loader! {
    static LOCALES = {
        locales: "./locales",
        fallback_language: "en",
        // The marks that keep a name of another direction apart would be copied with it; both languages run left to right.
        customise: |bundle| bundle.set_use_isolating(false),
    };
}

/// What messages are filled with, by name.
pub(super) type Arguments<'a> = HashMap<Cow<'static, str>, FluentValue<'a>>;

/// The words of one language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// Simplified Chinese.
    Chinese,
    /// English.
    English,
}

impl Texts {
    /// The words for a language, BCP 47; English where it isn't Chinese.
    pub fn of(language: &str) -> Self {
        let primary = language.split(['-', '_']).next().unwrap_or_default();
        if primary.eq_ignore_ascii_case("zh") { Self::Chinese } else { Self::English }
    }

    /// The words for somebody of whom only the browser is known: the first language it wants that there is.
    pub fn of_browser(headers: &HeaderMap) -> Self {
        let wanted = headers.get(ACCEPT_LANGUAGE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        let known = |tag: &str| {
            let tag = tag.split(';').next().unwrap_or_default().trim();
            let texts = Self::of(tag);
            let english = tag.split('-').next().is_some_and(|primary| primary.eq_ignore_ascii_case("en"));
            (texts == Self::Chinese || english).then_some(texts)
        };
        wanted.split(',').find_map(known).unwrap_or(Self::English)
    }

    /// The language, BCP 47.
    pub fn language(self) -> &'static str {
        match self {
            Self::Chinese => "zh-CN",
            Self::English => "en",
        }
    }

    fn id(self) -> LanguageIdentifier {
        match self {
            Self::Chinese => langid!("zh-CN"),
            Self::English => langid!("en"),
        }
    }

    /// A message. Which language is wanted is known; what the library does besides to find the nearest one of several
    /// costs more than the message, so it is asked only where there is none.
    pub(super) fn find(self, key: &str, arguments: Option<&Arguments<'_>>) -> Option<String> {
        LOCALES.lookup_single_language(&self.id(), key, arguments).ok()
    }

    /// A message.
    pub fn t(self, key: &str) -> String {
        self.find(key, None).unwrap_or_else(|| LOCALES.lookup(&self.id(), key))
    }

    /// The message for a word of the domain, such as `status-open`; the word itself where there is none.
    pub fn word(self, group: &str, word: &str) -> String {
        self.known_word(group, word).unwrap_or_else(|| word.to_owned())
    }

    /// The message for a word of the domain, where there is one.
    pub fn known_word(self, group: &str, word: &str) -> Option<String> {
        let key = format!("{group}-{word}");
        self.find(&key, None).or_else(|| LOCALES.try_lookup(&self.id(), &key))
    }

    /// A message with a number in it.
    pub fn count(self, key: &str, count: i64) -> String {
        self.filled(key, "count", FluentValue::from(count))
    }

    /// A message with a name in it.
    pub fn named(self, key: &str, name: &str) -> String {
        self.filled(key, "name", FluentValue::from(name))
    }

    /// A message with the least and the most of something.
    pub fn between(self, key: &str, least: &str, most: &str) -> String {
        let of = |text: &str| FluentValue::from(text.to_owned());
        self.with(key, &HashMap::from([("least".into(), of(least)), ("most".into(), of(most))]))
    }

    fn filled(self, key: &str, argument: &'static str, value: FluentValue<'_>) -> String {
        self.with(key, &HashMap::from([(Cow::Borrowed(argument), value)]))
    }

    /// A message with several arguments.
    pub(super) fn with(self, key: &str, arguments: &Arguments<'_>) -> String {
        let found = self.find(key, Some(arguments));
        found.unwrap_or_else(|| LOCALES.lookup_with_args(&self.id(), key, arguments))
    }

    /// How long ago something was, or in how long it will be; in days at most, so that it needs no time zone.
    pub fn ago(self, at: Timestamp, now: Timestamp) -> String {
        let seconds = now.millis_since(at) / 1_000;
        let (past, size) = (seconds >= 0, seconds.abs());
        let unit = match size {
            0..60 => return self.t("time-now"),
            60..3_600 => ("minutes", size / 60),
            3_600..86_400 => ("hours", size / 3_600),
            _ => ("days", size / 86_400),
        };
        self.count(&format!("time-{}-{}", unit.0, if past { "ago" } else { "ahead" }), unit.1)
    }
}

/// A time as a person reads it where nothing is known of their time zone: `2026-01-05 08:00 UTC`.
pub fn in_utc(at: Timestamp) -> String {
    let text = at.to_string();
    match (text.get(..10), text.get(11..16)) {
        (Some(date), Some(time)) => format!("{date} {time} UTC"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::path::Path;

    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn every_kind_of_chinese_is_chinese() {
        for language in ["zh", "zh-CN", "ZH-Hans", "zh_TW"] {
            assert_eq!(Texts::of(language), Texts::Chinese, "{language}");
        }
        for language in ["en", "en-GB", "fr", "", "zha"] {
            assert_eq!(Texts::of(language), Texts::English, "{language}");
        }
    }

    #[test]
    fn a_browser_gets_the_first_of_its_languages_that_there_is() {
        let of = |wanted: &'static str| {
            Texts::of_browser(&HeaderMap::from_iter([(ACCEPT_LANGUAGE, HeaderValue::from_static(wanted))]))
        };
        for chinese in ["zh-CN,zh;q=0.9,en;q=0.8", "fr, zh-TW;q=0.5, en;q=0.1"] {
            assert_eq!(of(chinese), Texts::Chinese, "{chinese}");
        }
        for english in ["en-US,en;q=0.9,zh;q=0.8", "fr", "", "*"] {
            assert_eq!(of(english), Texts::English, "{english}");
        }
        assert_eq!(Texts::of_browser(&HeaderMap::new()), Texts::English);
    }

    #[test]
    fn times_need_no_time_zone() {
        let now = Timestamp::from_micros(1_767_600_000_000_000);
        let at = |minutes| now.plus_minutes(minutes);
        assert_eq!(Texts::English.ago(at(-1), now), "1 minute ago");
        assert_eq!(Texts::English.ago(at(-125), now), "2 hours ago");
        assert_eq!(Texts::English.ago(at(30), now), "in 30 minutes");
        assert_eq!(Texts::Chinese.ago(at(-3 * 24 * 60), now), "3 天前");
        assert_eq!(Texts::Chinese.ago(now, now), "刚刚");
        assert_eq!(in_utc(now), "2026-01-05 08:00 UTC");
    }

    /// The keys of a language's messages.
    fn keys(language: &str) -> BTreeSet<String> {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales").join(language);
        let mut keys = BTreeSet::new();
        for file in std::fs::read_dir(folder).unwrap() {
            let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
            let messages = text.lines().filter(|line| line.starts_with(|c: char| c.is_ascii_lowercase()));
            for key in messages.filter_map(|line| line.split_once(" =")) {
                assert!(keys.insert(key.0.to_owned()), "{language}: {} stands there twice", key.0);
            }
        }
        keys
    }

    /// What stands between `("` and `"` after one of these calls, in every file of a folder.
    fn used(folder: &Path, found: &mut BTreeSet<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                used(&path, found);
                continue;
            }
            let text = std::fs::read_to_string(&path).unwrap();
            for ctx in [".t(\"", ".count(\"", ".named(\""] {
                found.extend(
                    text.split(ctx).skip(1).filter_map(|rest| rest.split('"').next()).map(str::to_owned),
                );
            }
        }
    }

    #[test]
    fn both_languages_have_every_message_that_pages_show() {
        let (chinese, english) = (keys("zh-CN"), keys("en"));
        assert_eq!(chinese, english);
        let mut shown = BTreeSet::new();
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        used(&root.join("templates"), &mut shown);
        used(&root.join("src/http/console"), &mut shown);
        used(&root.join("src/http/public"), &mut shown);
        let missing: Vec<_> = shown.difference(&english).collect();
        assert!(missing.is_empty(), "no such messages: {missing:?}");
    }
}
