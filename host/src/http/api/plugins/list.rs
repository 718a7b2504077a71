//! `GET /v1/plugins`

use axum::extract::State;

use super::PluginVersion;
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::{App, installations};

/// Lists every version of every plugin.
#[utoipa::path(
    get, path = "/v1/plugins", operation_id = "list_plugins", tag = "plugins",
    responses((status = 200, description = "All versions", body = List<PluginVersion>), ListProblems),
)]
pub async fn list_plugins(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<List<PluginVersion>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(installations::versions(&mut tx, &ctx).await?))
}
