//! `POST /v1/installations/{id}/enable`

use axum::Json;
use axum::extract::State;

use super::Installation;
use crate::domain::ids::InstallationId;
use crate::http::answer::Answer;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::ops::{App, installations, installed};

/// Switches an installation on: it is called from now on.
#[utoipa::path(
    post, path = "/v1/installations/{id}/enable", operation_id = "enable_installation", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation"), IdempotencyKey),
    responses((status = 200, description = "The installation as it is now", body = Installation), ActionProblems),
)]
pub async fn enable_installation(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<InstallationId>,
) -> Answer<Json<Installation>> {
    let done = app
        .commit_once(&call, "installations.enable", id, |tx, call, id| {
            Box::pin(async move {
                let row = installations::switch(tx, call, &(*id, true)).await?;
                installed::of(tx, row).await.map(Installation::from)
            })
        })
        .await?;
    Ok(Json(done.answer))
}
