//! Reasons in the reader's language, on pages and in the API.

use std::borrow::Cow;

use axum::extract::Request;
use axum::http::HeaderValue;
use axum::http::header::VARY;
use axum::middleware::Next;
use axum::response::Response;
use fluent_templates::fluent_bundle::FluentValue;
use serde::Serialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::texts::{Arguments, Texts};
use crate::domain::reason::{Reason as Kept, ReasonCode};

tokio::task_local! {
    /// The language of who asks, in which answers are written.
    static READER: Texts;
}

/// Has reasons written in the language that a request wants (`Accept-Language`), English otherwise.
pub async fn in_readers_language(request: Request, next: Next) -> Response {
    let texts = Texts::of_browser(request.headers());
    let mut response = READER.scope(texts, next.run(request)).await;
    response.headers_mut().append(VARY, HeaderValue::from_static("accept-language"));
    response
}

/// The language of who asks, as far as that is known here.
pub fn reader() -> Texts {
    READER.try_with(|texts| *texts).unwrap_or(Texts::English)
}

/// Writes something for who reads this language: what of an answer is written after its handler has ended.
pub fn for_reader<T>(texts: Texts, write: impl FnOnce() -> T) -> T {
    READER.sync_scope(texts, write)
}

/// Why something was done: the host's own reason with its code and arguments, or what somebody wrote. The text is made
/// when the answer is, so that an answer which is given again has the language of who asks then.
#[derive(Serialize, ToSchema)]
#[schema(as = Reason, example = json!({
    "code": "assigned.least-busy",
    "arguments": {"team": "Service", "open": 1, "capacity": 15, "available": 2, "language": "en"},
    "text": "Least busy of 2 available English-speaking members of Service (1 of 15 open)",
}))]
pub struct Reason<'a> {
    /// What kind of reason; null where a person or plugin wrote it.
    code: Option<&'static str>,
    /// What the text is made of.
    #[schema(value_type = Object)]
    arguments: Cow<'a, Map<String, Value>>,
    /// The same for people, in the language of `Accept-Language`: Chinese or English.
    text: Cow<'a, str>,
}

impl<'a> From<&'a Kept> for Reason<'a> {
    fn from(kept: &'a Kept) -> Self {
        match kept {
            Kept::Text(text) => Self { code: None, arguments: Cow::default(), text: text.into() },
            Kept::Coded { code, arguments } => Self {
                code: Some(code.as_str()),
                arguments: Cow::Borrowed(arguments),
                text: reader().coded(*code, arguments).into(),
            },
        }
    }
}

impl Texts {
    /// A reason as people read it.
    pub fn reason(self, reason: &Kept) -> String {
        match reason {
            Kept::Text(text) => text.clone(),
            Kept::Coded { code, arguments } => self.coded(*code, arguments),
        }
    }

    fn coded(self, code: ReasonCode, arguments: &Map<String, Value>) -> String {
        let given = arguments.iter().map(|(name, value)| (name.clone().into(), self.argument(name, value)));
        let mut filled: Arguments<'_> = given.collect();
        let key = key(code);
        self.find(&key, Some(&filled)).unwrap_or_else(|| {
            // A text that has no such argument shows its name in braces; with an empty one it is only shorter.
            for name in
                ["by", "from", "team", "plugin", "reason", "words", "class", "open", "capacity", "available"]
            {
                filled.entry(name.into()).or_insert_with(|| "".into());
            }
            filled.entry("language".into()).or_insert_with(|| "none".into());
            self.with(&key, &filled)
        })
    }

    fn argument(self, name: &str, value: &Value) -> FluentValue<'static> {
        match (name, value) {
            ("language", Value::String(tag)) => language(tag).into(),
            ("class", Value::String(class)) => self.word("class", class).to_lowercase().into(),
            ("words", Value::Array(words)) => self.quoted(words).into(),
            (_, Value::String(text)) => text.clone().into(),
            (_, Value::Number(number)) => number.as_f64().unwrap_or_default().into(),
            // A plugin's name comes in each language.
            (_, Value::Object(texts)) => {
                let text = texts.get(self.language()).and_then(Value::as_str);
                text.unwrap_or_default().to_owned().into()
            }
            (_, Value::Null) if name == "language" => "none".into(),
            _ => "".into(),
        }
    }

    fn quoted(self, words: &[Value]) -> String {
        let words = words.iter().filter_map(Value::as_str);
        match self {
            Self::Chinese => words.map(|word| format!("“{word}”")).collect::<Vec<_>>().join("、"),
            Self::English => words.map(|word| format!("\"{word}\"")).collect::<Vec<_>>().join(", "),
        }
    }
}

/// The languages that have a name in the texts, by their first part; of others the tag is shown.
fn language(tag: &str) -> String {
    let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    if ["zh", "en"].contains(&primary.as_str()) { primary } else { tag.to_owned() }
}

/// The key of a code's text.
fn key(code: ReasonCode) -> String {
    format!("reason-{}", code.as_str().replace('.', "-"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn both(code: ReasonCode, arguments: &Value) -> [String; 2] {
        [Texts::English, Texts::Chinese].map(|texts| texts.reason(&Kept::of(code, arguments)))
    }

    #[test]
    fn every_code_has_a_text_in_every_language() {
        for word in ReasonCode::WORDS {
            let code: ReasonCode = word.parse().unwrap();
            let arguments = json!({
                "team": "T-1", "open": 1, "capacity": 15, "available": 2, "language": "en", "by": "Ann", "from": "李娜",
                "plugin": {"en": "Chooser", "zh-CN": "选人"}, "reason": "knows it", "class": "purchase", "words": ["价格"],
            });
            let texts = both(code, &arguments);
            assert_ne!(texts[0], texts[1], "{word}");
            for (text, language) in texts.iter().zip(["en", "zh-CN"]) {
                assert!(
                    !text.contains(['{', '}']) && !text.starts_with("reason-"),
                    "{word} in {language}: {text}"
                );
                let bare = Texts::of(language).reason(&Kept::plain(code));
                assert!(!bare.contains(['{', '}']), "{word} in {language} without arguments: {bare}");
            }
            let bare = Texts::Chinese.reason(&Kept::plain(code));
            assert!(bare.chars().any(|c| c as u32 > 0x2e80), "{word}: {bare}");
        }
    }

    #[test]
    fn a_reason_reads_like_a_sentence_in_the_readers_language() {
        let busy = json!({"team": "客服", "open": 1, "capacity": 15, "available": 2, "language": "en"});
        assert_eq!(
            both(ReasonCode::LeastBusy, &busy),
            [
                "Least busy of 2 available English-speaking members of 客服 (1 of 15 open)",
                "客服 会英语的 2 位可用成员中最空闲（未结 1 / 上限 15）",
            ]
        );
        let any = json!({"team": "客服", "open": 0, "capacity": 8, "available": 1, "language": null});
        assert_eq!(
            both(ReasonCode::LeastBusy, &any),
            [
                "Least busy of 1 available members of 客服 (0 of 8 open)",
                "客服 1 位可用成员中最空闲（未结 0 / 上限 8）"
            ]
        );
        let words = json!({"class": "purchase", "words": ["want to order", "price"]});
        assert_eq!(
            both(ReasonCode::ClassWords, &words),
            [
                "Classified as purchase because of: \"want to order\", \"price\"",
                "归为购买，依据：“want to order”、“price”",
            ]
        );
        assert_eq!(Texts::Chinese.reason(&Kept::Text("懂设备".into())), "懂设备");
    }
}
