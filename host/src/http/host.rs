//! What the host says of itself: whether it runs, whether it is ready, what its API is.

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::routing::get;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::metrics;
use super::openapi::HostProblems;
use super::problem::Problem;
use super::response::ApiResult;
use crate::ops::App;
use crate::store::events;

/// The probes, for load balancers and supervisors.
pub fn probes() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(healthz)).routes(routes!(readyz)).routes(routes!(metrics::metrics))
}

/// The API's description.
pub fn description(document: Bytes) -> Router<App> {
    let serve = move || async move { ([(CONTENT_TYPE, "application/json")], document) };
    Router::new().route("/openapi.json", get(serve))
}

/// Whether the process runs.
#[utoipa::path(
    get, path = "/healthz", operation_id = "healthz", tag = "host", security(()),
    responses((status = 200, description = "It does", body = String, content_type = "text/plain", example = json!("ok\n"))),
)]
async fn healthz() -> &'static str {
    "ok\n"
}

/// Whether requests can be served: the database answers, has its tables and takes what is written, and this process has compiled the plugins
/// that were in use when it started, and loaded the sample company if it shows one.
#[utoipa::path(
    get, path = "/readyz", operation_id = "readyz", tag = "host", security(()),
    responses((status = 200, description = "They can", body = String, content_type = "text/plain", example = json!("ready\n")), HostProblems),
)]
async fn readyz(State(app): State<App>) -> ApiResult<&'static str> {
    let mut tx = app.db.read().await?;
    events::head(&mut tx).await?;
    if !app.presence.is_ready() {
        return Err(Problem::unavailable("the plugins in use are still being compiled; ask again", 1_000));
    }
    if !app.presence.is_sample_shown() {
        return Err(Problem::unavailable("the sample company is still being loaded; ask again", 1_000));
    }
    if !app.presence.writes() {
        return Err(Problem::unavailable("writes to the database don't go through; see the log", 5_000));
    }
    Ok("ready\n")
}
