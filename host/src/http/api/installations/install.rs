//! `POST /v1/installations`

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Installation;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::{InstallationName, PluginName, VersionNumber};
use crate::http::schema::values::Fields;
use crate::ops::installations::installed;
use crate::ops::{App, installations};

/// A plugin to be put to use.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"plugin": "telegram", "name": "telegram", "settings": {}}))]
pub struct NewInstallation {
    /// The plugin's name.
    #[schema(value_type = PluginName)]
    plugin: String,
    /// Which version; the one that was uploaded last when not said.
    #[serde(default)]
    #[schema(value_type = Option<VersionNumber>)]
    version: Option<String>,
    /// What it is called here, 1 to 63 characters of a-z, 0-9 and -; channels have it in their address.
    #[schema(value_type = InstallationName)]
    name: String,
    /// Its settings, as the manifest's schema wants them.
    #[serde(default)]
    #[schema(value_type = Fields)]
    settings: Map<String, Value>,
}

/// Puts a plugin to use, switched off and with nothing granted.
#[utoipa::path(
    post, path = "/v1/installations", operation_id = "install_plugin", tag = "installations",
    params(IdempotencyKey),
    responses((status = 201, description = "The installation; `Location` is its address", body = Installation), CreateProblems),
)]
pub async fn install_plugin(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewInstallation>,
) -> ApiResult<Created<Installation>> {
    let new = installations::NewUse {
        plugin: new.plugin,
        version: new.version,
        name: new.name,
        settings: new.settings,
    };
    let checked = installations::check_new(&app, &ctx, &new).await?;
    let done = app
        .commit_once(&ctx, "installations.install", new, move |tx, ctx, new| {
            let checked = checked.clone();
            Box::pin(async move {
                let row = installations::install(tx, ctx, new, &checked).await?;
                installed::of(tx, row).await.map(Installation::from)
            })
        })
        .await?;
    Ok(Created { location: format!("/v1/installations/{}", done.answer.id), record: done.answer })
}
