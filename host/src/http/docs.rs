//! `/docs`: the API's description as a page to read and try. All of it comes from this host.

use axum::Router;
use axum::http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE};
use axum::response::IntoResponse;
use axum::routing::get;

use crate::ops::App;

/// Scripts of the page are this host's alone, and they speak to nobody else. Styles are also made by them in place.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
                      font-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'";
const SCRIPT: &[u8] = include_bytes!("../../assets/vendor/scalar/api-reference-1.46.4.js.gz");
/// The version stands in the path, so that a browser may keep the script for good.
const SCRIPT_PATH: &str = "/assets/api-reference-1.46.4.js";
const PAGE: &str = include_str!("../../assets/docs.html");

/// The page and its script.
pub fn router() -> Router<App> {
    Router::new().route("/docs", get(page)).route(SCRIPT_PATH, get(script))
}

async fn page() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/html; charset=utf-8"), (CONTENT_SECURITY_POLICY, POLICY)], PAGE)
}

/// It is kept compressed, and every browser that can run it can unpack it.
async fn script() -> impl IntoResponse {
    let headers = [
        (CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (CONTENT_ENCODING, "gzip"),
        (CACHE_CONTROL, "public, max-age=31536000, immutable"),
    ];
    (headers, SCRIPT)
}
