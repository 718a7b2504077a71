//! `POST /v1/installations/{id}/enable`

use axum::Json;
use axum::extract::State;

use super::Installation;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::installations::installed;
use crate::ops::{App, installations};

/// Switches an installation on: it is called from now on.
#[utoipa::path(
    post, path = "/v1/installations/{id}/enable", operation_id = "enable_installation", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation"), IdempotencyKey),
    responses((status = 200, description = "The installation as it is now", body = Installation), ActionProblems),
)]
pub async fn enable_installation(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
) -> ApiResult<Json<Installation>> {
    let done = app
        .commit_once(&ctx, "installations.enable", id, |tx, ctx, id| {
            Box::pin(async move {
                let row = installations::switch(tx, ctx, &(*id, true)).await?;
                installed::of(tx, row).await.map(Installation::from)
            })
        })
        .await?;
    Ok(Json(done.answer))
}
