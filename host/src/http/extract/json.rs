//! JSON bodies, read strictly.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::de::DeserializeOwned;
use serde_path_to_error::{Path, Segment};

use super::numbers;
use crate::http::problem::{Problem, ProblemKind};

/// A body of `application/json`.
#[derive(Debug, Clone)]
pub struct Json<T>(pub T);

/// A body of `application/merge-patch+json` or `application/json`: a field that isn't there stays, one that is null
/// is cleared.
#[derive(Debug, Clone)]
pub struct MergePatch<T>(pub T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for Json<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        expect(&request, &["application/json"])?;
        Ok(Self(read(&whole(request, state).await?)?))
    }
}

impl<S: Send + Sync, T: DeserializeOwned> FromRequest<S> for MergePatch<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        expect(&request, &["application/merge-patch+json", "application/json"])?;
        Ok(Self(read(&whole(request, state).await?)?))
    }
}

/// Refuses bodies of another media type; its parameters don't matter, because JSON is UTF-8.
pub(in crate::http) fn expect(request: &Request, types: &[&str]) -> Result<(), Problem> {
    let given = request.headers().get(CONTENT_TYPE).map(|value| value.to_str().unwrap_or_default());
    let essence = given.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if types.iter().any(|wanted| essence.eq_ignore_ascii_case(wanted)) {
        return Ok(());
    }
    let given =
        given.map_or_else(|| "there is no Content-Type".to_owned(), |given| format!("it is {given:?}"));
    let detail = format!("the body must be of Content-Type {}; {given}", types.join(" or "));
    Err(Problem::new(ProblemKind::UnsupportedMediaType, detail))
}

/// The whole body, as far as it may be large.
pub(in crate::http) async fn whole<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    Bytes::from_request(request, state).await.map_err(|rejection| {
        let text = rejection.body_text();
        match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => {
                Problem::new(ProblemKind::TooLarge, "the body is larger than is allowed here")
            }
            _ => Problem::new(ProblemKind::Malformed, format!("the body didn't arrive whole: {text}")),
        }
    })
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    if has_nul(bytes) {
        let detail = "a text has the character U+0000 (\\u0000), which can't be stored; leave it out";
        return Err(Problem::new(ProblemKind::Malformed, detail));
    }
    let mut deserializer = serde_json::Deserializer::from_slice(bytes);
    let read = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let path = pointer(error.path());
        refuse(path, error.inner())
    })?;
    deserializer.end().map_err(|error| refuse(String::new(), &error))?;
    numbers::check(bytes)?;
    Ok(read)
}

/// Reads what stands within a body that was read already.
pub(in crate::http) fn from_value<T: DeserializeOwned>(value: serde_json::Value) -> Result<T, Problem> {
    serde_path_to_error::deserialize(value).map_err(|error| {
        let path = pointer(error.path());
        let detail = error.inner().to_string();
        let place = match field_below(&detail) {
            Some(field) => format!("{path}/{}", escaped(field)),
            None => path,
        };
        Problem::new(ProblemKind::Malformed, format!("{}: {detail}", named(&place))).at(place, detail)
    })
}

fn refuse(mut pointer: String, error: &serde_json::Error) -> Problem {
    let place = format!(" at line {} column {}", error.line(), error.column());
    let text = error.to_string();
    if !error.is_data() {
        return Problem::new(ProblemKind::Malformed, format!("the body is no JSON: {text}"));
    }
    let detail = text.strip_suffix(&place).unwrap_or(&text);
    if let Some(field) = field_below(detail) {
        pointer = format!("{pointer}/{}", escaped(field));
    }
    let whole = format!("{}: {detail} (line {} column {})", named(&pointer), error.line(), error.column());
    Problem::new(ProblemKind::Malformed, whole).at(pointer, detail)
}

fn named(pointer: &str) -> &str {
    if pointer.is_empty() { "the body" } else { pointer }
}

/// The field that an error names and its path, which ends above it, doesn't.
fn field_below(detail: &str) -> Option<&str> {
    let rest =
        ["missing field `", "duplicate field `"].iter().find_map(|start| detail.strip_prefix(start))?;
    rest.split('`').next()
}

fn pointer(path: &Path) -> String {
    let mut pointer = String::new();
    for segment in path {
        let step = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => escaped(key),
            Segment::Enum { .. } | Segment::Unknown => continue,
        };
        pointer.push('/');
        pointer.push_str(&step);
    }
    pointer
}

pub(super) fn escaped(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

/// Whether a text in the JSON has the character U+0000, which PostgreSQL can't store. In JSON it can only stand as an
/// escape, and a backslash only within a text.
fn has_nul(json: &[u8]) -> bool {
    let mut rest = json;
    while let Some(at) = rest.iter().position(|byte| *byte == b'\\') {
        rest = &rest[at + 1..];
        if rest.starts_with(b"u0000") {
            return true;
        }
        // The character that is escaped may be a backslash itself.
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;
    use crate::domain::catalogue::present;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only reading it matters")]
    struct Order {
        name: String,
        items: Vec<Item>,
        #[serde(default, deserialize_with = "present")]
        note: Option<String>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[expect(dead_code, reason = "only reading it matters")]
    struct Item {
        count: i64,
    }

    fn refused(json: &str) -> Problem {
        read::<Order>(json.as_bytes()).unwrap_err()
    }

    #[test]
    fn the_wrong_place_is_named() {
        let cases = [
            (r#"{"name": 7, "items": []}"#, "/name"),
            (r#"{"name": "a", "items": [{"count": 1}, {"count": "two"}]}"#, "/items/1/count"),
            (r#"{"name": "a", "items": [{"count": 1, "a/b": 2}]}"#, "/items/0/a~1b"),
            (r#"{"name": "a", "items": [{}]}"#, "/items/0/count"),
            (r#"{"items": []}"#, "/name"),
            (r#"{"name": "a", "name": "b", "items": []}"#, "/name"),
            (r#"{"name": "a", "items": [], "note": null}"#, "/note"),
            (r#"[]"#, ""),
        ];
        for (json, pointer) in cases {
            let problem = refused(json);
            assert_eq!(problem.kind(), ProblemKind::Malformed);
            assert_eq!(problem.faults()[0].pointer, pointer, "{json}: {problem:?}");
        }
    }

    #[test]
    fn broken_json_says_where_it_breaks() {
        for json in ["", "{", "{\"name\": }", "{} x", "\u{feff}{}", "nul"] {
            let problem = refused(json);
            assert!(problem.detail().contains("line 1 column"), "{json}: {problem:?}");
        }
    }

    #[test]
    fn a_nul_is_refused_and_an_escaped_backslash_is_none() {
        assert!(refused(r#"{"name": "a\u0000", "items": []}"#).detail().contains("U+0000"));
        assert!(read::<Order>(br#"{"name": "a\\u0000", "items": []}"#).is_ok());
        assert!(read::<Order>(br#"{"name": "\n\"\u00e9", "items": []}"#).is_ok());
    }
}
