//! `DELETE /v1/installations/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::InstallationId;
use crate::http::answer::Answer;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, upgrades};

/// Takes an installation out of use for good: its settings, secrets, grants, store and log are gone.
///
/// Conversations that came through it stay; what still waits to be sent through it fails. The plugin and its versions
/// stay, for other installations.
#[utoipa::path(
    delete, path = "/v1/installations/{id}", operation_id = "remove_installation", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation")),
    responses((status = 204, description = "It is gone"), ReadProblems),
)]
pub async fn remove_installation(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<InstallationId>,
) -> Answer<StatusCode> {
    app.commit(&call, id, |tx, call, id| Box::pin(upgrades::remove(tx, call, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
