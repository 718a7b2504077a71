//! `If-None-Match`: a client that has the current version of a record isn't sent it again.

use axum::extract::Request;
use axum::http::header::{ETAG, IF_NONE_MATCH};
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::Response;

use crate::http::extract::knows;
use crate::http::problem::empty;

/// Answers 304 in place of a record that the client has.
pub async fn conditional(request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let known = request.headers().get(IF_NONE_MATCH).filter(|_| reads).cloned();
    let response = next.run(request).await;
    let Some(known) = known.as_ref().and_then(|known| known.to_str().ok()) else { return response };
    let Some(tag) = response.headers().get(ETAG).cloned() else { return response };
    if response.status() != StatusCode::OK || !tag.to_str().is_ok_and(|tag| knows(known, tag)) {
        return response;
    }
    let mut unchanged = empty(StatusCode::NOT_MODIFIED);
    unchanged.headers_mut().insert(ETAG, tag);
    unchanged
}
