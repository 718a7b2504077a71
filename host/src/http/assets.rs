//! `/assets/...`: styles and scripts of the pages, part of the program.

use axum::Router;
use axum::extract::Path;
use axum::http::HeaderName;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rust_embed::Embed;

use super::problem::Problem;
use crate::ops::App;

#[derive(Embed)]
#[folder = "assets/web/"]
struct Assets;

/// The files.
pub fn router() -> Router<App> {
    let favicon = || file(Path("favicon.svg".to_owned()));
    // Browsers ask for the second one where a page names none, as an answer of the API does.
    Router::new().route("/assets/{*path}", get(file)).route("/favicon.ico", get(favicon))
}

/// One file. Browsers ask each time whether theirs is the current one, because its name doesn't tell.
async fn file(Path(path): Path<String>) -> Response {
    let Some(file) = Assets::get(&path) else { return Problem::no_path().into_response() };
    let kind = match path.rsplit_once('.').map(|(_, ending)| ending) {
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("svg") => "image/svg+xml",
        _ => "text/plain; charset=utf-8",
    };
    let tag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(file.metadata.sha256_hash()));
    let headers: [(HeaderName, &str); 3] =
        [(CONTENT_TYPE, kind), (CACHE_CONTROL, "public, no-cache"), (ETAG, &tag)];
    (headers, file.data).into_response()
}
