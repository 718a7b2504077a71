//! A page as it is sent.

use askama::Template;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
};
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

/// What pages for customers may do: show themselves in the host's own style, with its pictures, and send their form
/// back to the host.
const PUBLIC: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// What the console's pages may do besides: run the host's own script files and ask the host. Nothing that stands in
/// a page itself runs, nor does a text become a program.
const CONSOLE: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; \
    form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

/// Whom a page is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum For {
    /// Customers.
    Customers,
    /// Who works here.
    Staff,
}

/// A page with its status.
pub struct Page<T> {
    /// Whom it is for.
    pub audience: For,
    /// The status.
    pub status: StatusCode,
    /// When to come again, in seconds.
    pub retry_after_seconds: Option<u64>,
    /// What it shows.
    pub template: T,
}

impl<T> Page<T> {
    /// A page for customers that is what was asked for.
    pub fn ok(template: T) -> Self {
        Self::with(StatusCode::OK, template)
    }

    /// A page for customers with a status.
    pub fn with(status: StatusCode, template: T) -> Self {
        Self { audience: For::Customers, status, retry_after_seconds: None, template }
    }

    /// A page of the console.
    pub fn console(status: StatusCode, template: T) -> Self {
        Self { audience: For::Staff, status, retry_after_seconds: None, template }
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
        let (policy, referrer) = match self.audience {
            For::Customers => (PUBLIC, "no-referrer"),
            // With none at all, browsers don't say that a form comes from the host's own page.
            For::Staff => (CONSOLE, "same-origin"),
        };
        let headers = [
            (CONTENT_TYPE, "text/html; charset=utf-8"),
            (CONTENT_SECURITY_POLICY, policy),
            (REFERRER_POLICY, referrer),
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
