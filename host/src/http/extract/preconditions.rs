//! `If-Match`: a change is done only when the record is still at the version that it is based on.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::IF_MATCH;
use axum::http::request::Parts;
use utoipa::IntoParams;

use crate::http::problem::{Problem, ProblemKind};
use crate::http::schema::texts::VersionTag;

/// The most characters of a tag, without its quotation marks.
const LONGEST_TAG: usize = 62;

/// The version that a change is based on; none when the caller doesn't say, or says `*`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IfMatch(pub Option<i64>);

/// The header, as the API's description names it.
#[derive(IntoParams)]
#[into_params(parameter_in = Header)]
#[expect(dead_code, reason = "it only describes the header that `IfMatch` reads")]
pub struct IfMatchHeader {
    /// The ETag of the record that the change is based on, such as `"7"`; `*` is any. When the record has changed
    /// since, the answer is 412 and nothing is done.
    #[param(rename = "If-Match", required = false, value_type = VersionTag)]
    if_match: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        read(&parts.headers).map(Self)
    }
}

fn read(headers: &HeaderMap) -> Result<Option<i64>, Problem> {
    let mut given = headers.get_all(IF_MATCH).iter();
    let Some(value) = given.next() else { return Ok(None) };
    let wrong =
        || Problem::new(ProblemKind::Malformed, "If-Match takes one ETag as it was received, such as \"7\"");
    let text = value.to_str().map_err(|_| wrong())?.trim();
    if given.next().is_some() {
        return Err(wrong());
    }
    if text == "*" {
        return Ok(None);
    }
    let tag = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or_else(wrong)?;
    if !tag.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'"') || tag.len() > LONGEST_TAG {
        return Err(wrong());
    }
    // A tag that is no version was never given out, so the record can't be at it.
    let stale = |_| {
        Problem::new(ProblemKind::Stale, format!("the record was never at the version {text}; read it again"))
    };
    tag.parse().map(Some).map_err(stale)
}

/// Whether a client that has these tags (`If-None-Match`) has the current one. As RFC 9110 wants it, a weak tag of
/// the same version counts.
pub(in crate::http) fn knows(if_none_match: &str, tag: &str) -> bool {
    let strong = |candidate: &str| candidate.trim().trim_start_matches("W/") == tag;
    if_none_match.trim() == "*" || if_none_match.split(',').any(strong)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn given(text: &str) -> Result<Option<i64>, ProblemKind> {
        let headers = HeaderMap::from_iter([(IF_MATCH, HeaderValue::from_str(text).unwrap())]);
        read(&headers).map_err(|problem| problem.kind())
    }

    #[test]
    fn one_strong_tag_is_taken() {
        assert_eq!(given("\"7\""), Ok(Some(7)));
        assert_eq!(given("*"), Ok(None));
        assert_eq!(read(&HeaderMap::new()).unwrap(), None);
        for wrong in ["7", "W/\"7\"", "\"7\", \"8\"", "\"7"] {
            assert_eq!(given(wrong), Err(ProblemKind::Malformed), "{wrong}");
        }
        assert_eq!(given("\"abc\""), Err(ProblemKind::Stale));
    }

    #[test]
    fn a_known_tag_is_found_among_several() {
        assert!(knows("\"6\", W/\"7\"", "\"7\"") && knows("*", "\"7\"") && !knows("\"70\"", "\"7\""));
    }
}
