//! `GET /v1/plugins`

use axum::extract::State;

use super::PluginVersion;
use crate::http::answer::{Answer, List};
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::ops::{App, installations};

/// Lists every version of every plugin.
#[utoipa::path(
    get, path = "/v1/plugins", operation_id = "list_plugins", tag = "plugins",
    responses((status = 200, description = "All versions", body = List<PluginVersion>), ListProblems),
)]
pub async fn list_plugins(State(app): State<App>, Caller(call): Caller) -> Answer<List<PluginVersion>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(installations::versions(&mut tx, &call).await?))
}
