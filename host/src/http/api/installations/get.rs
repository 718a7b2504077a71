//! `GET /v1/installations/{id}`

use axum::Json;
use axum::extract::State;

use super::Installation;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::installations::installed;

/// One installation.
// It has no ETag: its statistics change without its version.
#[utoipa::path(
    get, path = "/v1/installations/{id}", operation_id = "get_installation", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation")),
    responses((status = 200, description = "The installation", body = Installation), ReadProblems),
)]
pub async fn get_installation(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
) -> ApiResult<Json<Installation>> {
    let mut tx = app.db.read().await?;
    Ok(Json(installed::get(&mut tx, &ctx, id).await?.into()))
}
