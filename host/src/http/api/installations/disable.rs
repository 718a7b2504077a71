//! `POST /v1/installations/{id}/disable`

use axum::Json;
use axum::extract::State;

use super::Installation;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::installations::installed;
use crate::ops::{App, installations};

/// Switches an installation off: it isn't called any more, and its channel asks providers to come again.
#[utoipa::path(
    post, path = "/v1/installations/{id}/disable", operation_id = "disable_installation", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation"), IdempotencyKey),
    responses((status = 200, description = "The installation as it is now", body = Installation), ActionProblems),
)]
pub async fn disable_installation(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
) -> ApiResult<Json<Installation>> {
    let done = app
        .commit_once(&ctx, "installations.disable", id, |tx, ctx, id| {
            Box::pin(async move {
                let row = installations::switch(tx, ctx, &(*id, false)).await?;
                installed::of(tx, row).await.map(Installation::from)
            })
        })
        .await?;
    Ok(Json(done.answer))
}
