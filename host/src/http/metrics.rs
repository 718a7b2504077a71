//! `GET /metrics`: the host's metrics, as Prometheus reads them.

mod requests;
mod scrape;

use std::sync::Arc;

use axum::Extension;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode;
use prometheus_client::registry::Registry;

pub use self::requests::Requests;
use self::scrape::Scrape;
use super::extract::Caller;
use super::openapi::ListProblems;
use super::problem::Problem;
use super::response::ApiResult;
use crate::ops::App;
use crate::ops::host::health;

/// The text format that Prometheus asks for first.
const OPEN_METRICS: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The host's metrics, as OpenMetrics text.
///
/// It needs a token with the scope `metrics:read`, on loopback too: behind a reverse proxy everybody comes from there.
#[utoipa::path(
    get, path = "/metrics", operation_id = "metrics", tag = "host",
    responses(
        (status = 200, description = "The metrics", body = String, content_type = "application/openmetrics-text",
            example = json!("# TYPE hospes_build info\n# EOF\n")),
        ListProblems,
    ),
)]
pub async fn metrics(
    State(app): State<App>,
    Caller(ctx): Caller,
    requests: Option<Extension<Arc<Requests>>>,
) -> ApiResult<Response> {
    let health = health::look(&app, &ctx).await?;
    let requests = requests.map(|Extension(requests)| requests.all()).unwrap_or_default();
    let mut registry = Registry::default();
    registry.register_collector(Box::new(Scrape { health, requests, resident: resident_bytes() }));
    let mut text = String::new();
    encode(&mut text, &registry).map_err(Problem::internal)?;
    Ok(([(CONTENT_TYPE, OPEN_METRICS)], text).into_response())
}

/// The memory that this process holds, in bytes; none where the system doesn't say.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1_024)
}
