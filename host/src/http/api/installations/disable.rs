//! `POST /v1/installations/{id}/disable`

use axum::Json;
use axum::extract::State;

use super::Installation;
use crate::domain::ids::InstallationId;
use crate::http::answer::Answer;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::ops::{App, installations, installed};

/// Switches an installation off: it isn't called any more, and its channel asks providers to come again.
#[utoipa::path(
    post, path = "/v1/installations/{id}/disable", operation_id = "disable_installation", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation"), IdempotencyKey),
    responses((status = 200, description = "The installation as it is now", body = Installation), ActionProblems),
)]
pub async fn disable_installation(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<InstallationId>,
) -> Answer<Json<Installation>> {
    let done = app
        .commit_once(&call, "installations.disable", id, |tx, call, id| {
            Box::pin(async move {
                let row = installations::switch(tx, call, &(*id, false)).await?;
                installed::of(tx, row).await.map(Installation::from)
            })
        })
        .await?;
    Ok(Json(done.answer))
}
