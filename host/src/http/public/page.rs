//! A page as it is sent.

use askama::Template;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use crate::http::problem::Problem;

/// What a page may do: show itself in the host's own style and send its form back to the host.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// A page with its status.
pub struct Page<T> {
    /// The status.
    pub status: StatusCode,
    /// When to come again, in seconds.
    pub retry_after_seconds: Option<u64>,
    /// What it shows.
    pub template: T,
}

impl<T> Page<T> {
    /// A page that is what was asked for.
    pub fn ok(template: T) -> Self {
        Self::with(StatusCode::OK, template)
    }

    /// A page with a status.
    pub fn with(status: StatusCode, template: T) -> Self {
        Self { status, retry_after_seconds: None, template }
    }
}

impl<T: Template> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let text = match self.template.render() {
            Ok(text) => text,
            Err(error) => {
                return Problem::internal(format!("a page can't be drawn: {error}")).into_response();
            }
        };
        let headers = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, POLICY),
            (CACHE_CONTROL, "no-store"),
            (HeaderName::from_static("x-robots-tag"), "noindex"),
        ];
        let mut response = (self.status, headers, text).into_response();
        if let Some(seconds) = self.retry_after_seconds {
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
