//! `POST /v1/installations/{id}/rollback`

use axum::Json;
use axum::extract::State;

use super::Installation;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::installations::settings::CheckedSettings;
use crate::ops::installations::{installed, upgrades};

/// Goes back to the version before the last upgrade, without a pause; or drops a version that waits for its grant.
#[utoipa::path(
    post, path = "/v1/installations/{id}/rollback", operation_id = "roll_back_installation", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation"), IdempotencyKey),
    responses((status = 200, description = "The installation as it is now", body = Installation), ActionProblems),
)]
pub async fn roll_back_installation(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
) -> ApiResult<Json<Installation>> {
    let checked = CheckedSettings::for_previous(&app, &ctx, id).await?;
    let done = app
        .commit_once(&ctx, "installations.rollback", id, move |tx, ctx, id| {
            let checked = checked.clone();
            Box::pin(async move {
                let row = upgrades::roll_back(tx, ctx, *id, checked.as_ref()).await?;
                installed::of(tx, row).await.map(Installation::from)
            })
        })
        .await?;
    Ok(Json(done.answer))
}
