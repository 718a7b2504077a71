//! Each request has an id, a span and one line in the log. Headers and bodies are never logged, and of the path only
//! the route, because paths carry secrets.

use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tokio::time::Instant;
use tracing::Instrument as _;

use crate::http::metrics::Requests;
use crate::http::problem::write_out;
use crate::ops::App;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names, times and logs a request, and writes out its problem.
pub async fn observe(
    State((app, requests)): State<(App, Arc<Requests>)>,
    request: Request,
    next: Next,
) -> Response {
    let id = given(request.headers()).unwrap_or_else(|| app.db.id().to_string());
    let route = request.extensions().get::<MatchedPath>().map_or("none", MatchedPath::as_str).to_owned();
    let span = tracing::info_span!("request", request_id = %id, method = %request.method(), route);
    let (started, method) = (Instant::now(), request.method().clone());
    let response = answer(request, next, id, is_probe(&route)).instrument(span).await;
    requests.note(&route, &method, response.status(), started.elapsed());
    response
}

async fn answer(request: Request, next: Next, id: String, probe: bool) -> Response {
    let started = Instant::now();
    let mut response = write_out(next.run(request).await, &id);
    let latency_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    let status = response.status().as_u16();
    if probe {
        tracing::debug!(status, latency_ms, "answered a request");
    } else {
        tracing::info!(status, latency_ms, "answered a request");
    }
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(REQUEST_ID, id);
    }
    response
}

/// Whether somebody asks every few seconds, which would drown the log.
fn is_probe(route: &str) -> bool {
    matches!(route, "/healthz" | "/readyz" | "/metrics")
}

/// The id that a proxy has given the request, if it is one that can be quoted anywhere.
fn given(headers: &HeaderMap) -> Option<String> {
    let id = headers.get(REQUEST_ID)?.to_str().ok()?;
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    ((1..=64).contains(&id.len()) && id.bytes().all(plain)).then(|| id.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxys_id_is_taken_unless_it_is_odd() {
        let with = |id: &str| HeaderMap::from_iter([(REQUEST_ID, HeaderValue::from_str(id).unwrap())]);
        assert_eq!(given(&with("a-1_b.C")).as_deref(), Some("a-1_b.C"));
        for odd in ["", "a b", "a\"b", &"x".repeat(65)] {
            assert_eq!(given(&with(odd)), None, "{odd}");
        }
    }
}
