//! `POST /v1/installations/{id}/upgrade`

use axum::Json as Body;
use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Installation;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::http::schema::texts::{GrantText, VersionNumber};
use crate::http::schema::values::Fields;
use crate::ops::App;
use crate::ops::installations::Granting;
use crate::ops::installations::installed;
use crate::ops::installations::upgrades::{self, Upgrade};

/// Another version of the installation's plugin, which must have been uploaded.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"version": "0.2.0"}))]
pub struct NewVersion {
    /// Which version, an older one too; the one that was uploaded last when not said.
    #[serde(default)]
    #[schema(value_type = Option<VersionNumber>)]
    version: Option<String>,
    /// Its settings from then on, where the version wants others.
    #[serde(default)]
    #[schema(value_type = Option<Fields>)]
    settings: Option<Map<String, Value>>,
    /// What it is granted from then on, these and no others. When not said, a version that asks for more than the one in
    /// use waits for its grant.
    #[serde(default)]
    #[schema(value_type = Option<Vec<GrantText>>)]
    grants: Option<Vec<String>>,
}

/// Switches an installation to another version of its plugin, without a pause.
///
/// The version is compiled first; then the next call takes it, and calls under way end with the one before. A version
/// that asks for more waits: `pending` says for what, and granting it switches.
#[utoipa::path(
    post, path = "/v1/installations/{id}/upgrade", operation_id = "upgrade_installation", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation"), IdempotencyKey),
    responses((status = 200, description = "The installation as it is now", body = Installation), PutProblems),
)]
pub async fn upgrade_installation(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
    Json(new): Json<NewVersion>,
) -> ApiResult<Body<Installation>> {
    let NewVersion { version, settings, grants } = new;
    let request = Upgrade { id, version, settings, grants: grants.map(Granting::These) };
    let checked = upgrades::prepare(&app, &ctx, &request).await?;
    let done = app
        .commit_once(&ctx, "installations.upgrade", request, move |tx, ctx, request| {
            let checked = checked.clone();
            Box::pin(async move {
                let row = upgrades::upgrade(tx, ctx, request, &checked).await?;
                installed::of(tx, row).await.map(Installation::from)
            })
        })
        .await?;
    Ok(Body(done.answer))
}
