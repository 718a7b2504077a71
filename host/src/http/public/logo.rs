//! `/company/logo`: the company's logo, for the pages that customers open.

use axum::extract::State;
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};

use crate::http::problem::Problem;
use crate::ops::App;

/// Where it is.
pub const PATH: &str = "/company/logo";
/// A picture of lines and colours may bring its own styles, and nothing else.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; sandbox";

/// The picture.
pub async fn show(State(app): State<App>) -> Response {
    let Some(logo) = &app.company.logo else { return Problem::no_path().into_response() };
    let tag = format!("\"{}\"", logo.tag);
    let headers: [(HeaderName, &str); 4] = [
        (CONTENT_TYPE, logo.media_type),
        (CONTENT_SECURITY_POLICY, POLICY),
        (CACHE_CONTROL, "public, max-age=300"),
        (ETAG, &tag),
    ];
    (headers, logo.bytes.clone()).into_response()
}
