//! `DELETE /v1/installations/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::installations::upgrades;

/// Takes an installation out of use for good: its settings, secrets, grants, store and log are gone.
///
/// Conversations that came through it stay; what still waits to be sent through it fails. The plugin and its versions
/// stay, for other installations.
#[utoipa::path(
    delete, path = "/v1/installations/{id}", operation_id = "delete_installation", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation")),
    responses((status = 204, description = "It is gone"), ReadProblems),
)]
pub async fn delete_installation(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, id, |tx, ctx, id| Box::pin(upgrades::remove(tx, ctx, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
