//! `PUT /v1/installations/{id}/settings`

use axum::Json as Body;
use axum::extract::State;
use serde_json::{Map, Value};

use super::Installation;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::http::schema::values::Fields;
use crate::ops::installations::installed;
use crate::ops::installations::settings::CheckedSettings;
use crate::ops::{App, installations};

/// Replaces an installation's settings; the next call has them.
#[utoipa::path(
    put, path = "/v1/installations/{id}/settings", operation_id = "put_settings", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation")),
    request_body(content = Fields, description = "The settings, as the manifest's schema wants them"),
    responses((status = 200, description = "The installation as it is now", body = Installation), PutProblems),
)]
pub async fn put_settings(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
    Json(settings): Json<Map<String, Value>>,
) -> ApiResult<Body<Installation>> {
    let checked = CheckedSettings::for_installation(&app, &ctx, id, settings).await?;
    let changed = app
        .commit(&ctx, (id, checked), |tx, ctx, request| {
            Box::pin(async move {
                let row = installations::configure(tx, ctx, request).await?;
                installed::of(tx, row).await
            })
        })
        .await?;
    Ok(Body(changed.into()))
}
