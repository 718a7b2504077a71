//! What a client is told when its request isn't done: problems as RFC 9457 has them.
//!
//! A handler returns a [`Problem`]; the outermost layer writes it out, because only that one knows the request's id.
//! What went wrong inside is of another type than what a client reads, and goes into the log alone.

mod refused;

use std::fmt::Display;

use axum::Json;
use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ops::InvalidField;

/// The media type of problems.
pub const MEDIA_TYPE: &str = "application/problem+json";

macro_rules! kinds {
    ($($(#[$doc:meta])* $name:ident = $status:ident, $code:literal, $title:literal;)+) => {
        /// The kinds of problems. Their codes are stable: programs branch on them.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum ProblemKind {
            $($(#[$doc])* $name,)+
        }

        impl ProblemKind {
            /// Every kind.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The status that the answer has.
            pub fn status(self) -> StatusCode {
                match self {
                    $(Self::$name => StatusCode::$status,)+
                }
            }

            /// The word for programs.
            pub fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The same for people, in every answer of the kind alike.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$name => $title,)+
                }
            }
        }
    };
}

kinds! {
    /// The request can't be read.
    Malformed = BAD_REQUEST, "malformed", "The request can't be read";
    /// Nobody knows who asks.
    Unauthenticated = UNAUTHORIZED, "unauthenticated", "A valid token is needed";
    /// The caller may not.
    Denied = FORBIDDEN, "denied", "This is not allowed";
    /// It isn't there, or not for this caller.
    NotFound = NOT_FOUND, "not-found", "There is no such thing";
    /// The path has no such method.
    MethodNotAllowed = METHOD_NOT_ALLOWED, "method-not-allowed", "The path has no such method";
    /// The state of things doesn't allow it.
    Conflict = CONFLICT, "conflict", "This conflicts with the state of things";
    /// The record has moved on.
    Stale = PRECONDITION_FAILED, "stale", "The record has changed in the meantime";
    /// The body is too large.
    TooLarge = PAYLOAD_TOO_LARGE, "too-large", "The body is too large";
    /// The body is of another media type than the operation takes.
    UnsupportedMediaType = UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", "The body is of the wrong media type";
    /// The request was understood but breaks a rule.
    Invalid = UNPROCESSABLE_ENTITY, "invalid", "The request breaks a rule";
    /// The caller asks for more than is allowed in a while.
    TooMany = TOO_MANY_REQUESTS, "too-many-requests", "Too many requests";
    /// A defect of the host.
    Internal = INTERNAL_SERVER_ERROR, "internal", "Internal server error";
    /// A plugin answered something that can't be passed on.
    BadAnswer = BAD_GATEWAY, "bad-answer", "A plugin gave an answer that can't be passed on";
    /// It can't be done now.
    Unavailable = SERVICE_UNAVAILABLE, "unavailable", "This can't be done now";
}

/// What went wrong inside, for the log. It can't be serialised, so it can't reach a client.
#[derive(Debug, Clone)]
struct Internal(String);

/// Why a request isn't done.
#[derive(Debug, Clone)]
pub struct Problem {
    kind: ProblemKind,
    detail: String,
    faults: Vec<InvalidField>,
    retry_after_ms: Option<u64>,
    internal: Option<Internal>,
}

impl Problem {
    /// A problem, with what was wrong and what to do in words that a client may read.
    pub fn new(kind: ProblemKind, detail: impl Into<String>) -> Self {
        Self { kind, detail: detail.into(), faults: Vec::new(), retry_after_ms: None, internal: None }
    }

    /// A defect of the host: the client learns that there is one, the log what it is.
    pub fn internal(cause: impl Display) -> Self {
        let detail =
            "this is a defect of the server; its operator finds the cause in the log by the request's id";
        Self { internal: Some(Internal(cause.to_string())), ..Self::new(ProblemKind::Internal, detail) }
    }

    /// Something that waiting helps against, with the wait in milliseconds.
    pub fn unavailable(detail: impl Into<String>, retry_after_ms: u64) -> Self {
        Self { retry_after_ms: Some(retry_after_ms), ..Self::new(ProblemKind::Unavailable, detail) }
    }

    /// More requests than are allowed, with the wait in milliseconds.
    pub fn too_many(retry_after_ms: u64) -> Self {
        let detail = "these are more requests than one caller may send in a while; the header Retry-After says in how \
                      many seconds to go on";
        Self { retry_after_ms: Some(retry_after_ms), ..Self::new(ProblemKind::TooMany, detail) }
    }

    /// A path that leads nowhere.
    pub fn no_path() -> Self {
        Self::new(ProblemKind::NotFound, "no such endpoint; GET /openapi.json lists what there is")
    }

    /// Names a place that is wrong, as a JSON pointer into the body.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>, detail: impl Into<String>) -> Self {
        self.faults.push(InvalidField { pointer: pointer.into(), detail: detail.into() });
        self
    }

    /// Names the places that are wrong.
    #[must_use]
    pub fn with_faults(mut self, faults: Vec<InvalidField>) -> Self {
        self.faults = faults;
        self
    }

    /// Says in the log, and nowhere else, what it comes from.
    #[must_use]
    pub fn because(mut self, cause: impl Display) -> Self {
        self.internal = Some(Internal(cause.to_string()));
        self
    }

    /// Its kind.
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// What was wrong, for the client.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// The places that are wrong.
    pub fn faults(&self) -> &[InvalidField] {
        &self.faults
    }

    /// The places that are wrong, as clients read them.
    pub(super) fn into_faults(self) -> Vec<FaultBody> {
        self.faults.into_iter().map(FaultBody::from).collect()
    }

    /// The wait that helps, in whole seconds, rounded up; at least one.
    pub fn retry_after_seconds(&self) -> Option<u64> {
        self.retry_after_ms.map(|millis| millis.div_ceil(1_000).max(1))
    }

    /// Logs what a client isn't told, if there is something.
    pub fn log(&self) {
        let Some(Internal(cause)) = &self.internal else { return };
        if self.kind == ProblemKind::Internal {
            tracing::error!(%cause, "a request failed inside");
        } else {
            tracing::warn!(%cause, code = self.kind.code(), "a request could not be served");
        }
    }

    /// How one looks, for the API's description.
    pub(super) fn example(self) -> serde_json::Value {
        serde_json::to_value(self.body("019b8a3e-0000-7000-8000-000000000000")).unwrap_or_default()
    }

    fn body(self, request_id: &str) -> ProblemBody {
        ProblemBody {
            r#type: format!("urn:hospes:problem:{}", self.kind.code()),
            title: self.kind.title().to_owned(),
            status: self.kind.status().as_u16(),
            detail: self.detail,
            code: self.kind.code().to_owned(),
            errors: self.faults.into_iter().map(FaultBody::from).collect(),
            request_id: request_id.to_owned(),
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = self.kind.status().into_response();
        let headers = response.headers_mut();
        if let Some(seconds) = self.retry_after_seconds() {
            headers.insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.kind == ProblemKind::Unauthenticated {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer realm=\"hospes\""));
        }
        response.extensions_mut().insert(self);
        response
    }
}

/// Writes out the problem of a response, if it is one, with the request's id; and logs what a client isn't told.
pub fn write_out(mut response: Response, request_id: &str) -> Response {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else { return response };
    problem.log();
    let body = Json(problem.body(request_id)).into_response().into_body();
    *response.body_mut() = body;
    response.headers_mut().remove(CONTENT_LENGTH);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
    response
}

/// A problem as a client reads it (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem, example = json!({
    "type": "urn:hospes:problem:invalid", "title": "The request breaks a rule", "status": 422,
    "detail": "/name: a name has 1 to 200 characters", "code": "invalid",
    "errors": [{"pointer": "/name", "detail": "a name has 1 to 200 characters"}],
    "request_id": "019b8a3e-0000-7000-8000-000000000000",
}))]
pub struct ProblemBody {
    /// A URN that is the same for all problems of a kind.
    pub r#type: String,
    /// What kind of problem it is, in words.
    pub title: String,
    /// The HTTP status.
    pub status: u16,
    /// What was wrong this time, where, and what to do.
    pub detail: String,
    /// The kind as a word that programs can branch on.
    pub code: String,
    /// The places that are wrong, where they are known.
    pub errors: Vec<FaultBody>,
    /// The request's id, by which the log knows it.
    pub request_id: String,
}

/// A place in the request that is wrong.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = ProblemPlace)]
pub struct FaultBody {
    /// Where, as a JSON pointer into the body.
    pub pointer: String,
    /// What is wrong there and what would be right.
    pub detail: String,
}

impl From<InvalidField> for FaultBody {
    fn from(fault: InvalidField) -> Self {
        Self { pointer: fault.pointer, detail: fault.detail }
    }
}

/// A response without a body, for what was answered before and is known to the client.
pub(super) fn empty(status: StatusCode) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;

    use super::*;

    async fn written(problem: Problem) -> (Response, serde_json::Value) {
        let (parts, body) = write_out(problem.into_response(), "r-1").into_parts();
        let bytes = to_bytes(body, 1 << 16).await.unwrap();
        (Response::from_parts(parts, Body::empty()), serde_json::from_slice(&bytes).unwrap())
    }

    #[tokio::test]
    async fn a_client_reads_the_places_and_the_requests_id() {
        let (response, body) =
            written(Problem::new(ProblemKind::Invalid, "no").at("/name", "too long")).await;
        assert_eq!(response.status(), 422);
        assert_eq!(response.headers()[CONTENT_TYPE], MEDIA_TYPE);
        assert_eq!(body["code"], "invalid");
        assert_eq!(body["errors"][0]["pointer"], "/name");
        assert_eq!(body["request_id"], "r-1");
    }

    #[tokio::test]
    async fn what_went_wrong_inside_stays_inside() {
        let (response, body) = written(Problem::internal("secret table customers is gone")).await;
        assert_eq!(response.status(), 500);
        assert!(!body.to_string().contains("customers"), "{body}");
    }

    #[tokio::test]
    async fn waits_are_whole_seconds_and_never_none() {
        for (millis, seconds) in [(0, "1"), (1, "1"), (1_001, "2"), (60_000, "60")] {
            let (response, _) = written(Problem::unavailable("later", millis)).await;
            assert_eq!(response.headers()[RETRY_AFTER], seconds, "{millis} ms");
        }
    }
}
