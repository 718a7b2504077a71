//! `POST /v1/plugins`

use axum::Json;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;

use super::PluginVersion;
use crate::domain::actor::Permission;
use crate::http::extract::{Caller, Upload, expect};
use crate::http::openapi::CreateProblems;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::ApiResult;
use crate::ops::refusal::Refusal;
use crate::ops::{App, installations};
use crate::plugins::package::check::CheckError;

/// When to try again while others' plugins are checked.
const RETRY_AFTER_MS: u64 = 60_000;

/// Uploads a plugin: the component itself, or a form with it as the file `plugin`.
///
/// It is checked before it is taken: its manifest, its code, and that it starts. The same file again changes nothing;
/// other contents under the same version are refused.
#[utoipa::path(
    post, path = "/v1/plugins", operation_id = "upload_plugin", tag = "plugins",
    request_body(content((PluginFile = "application/wasm"), (PluginForm = "multipart/form-data"))),
    responses((status = 201, description = "The version", body = PluginVersion), CreateProblems),
)]
pub async fn upload_plugin(
    State(app): State<App>,
    Caller(ctx): Caller,
    request: Request,
) -> ApiResult<impl IntoResponse> {
    // Nothing is read from who may not upload anyway, and a check compiles and runs foreign code.
    ctx.require(Permission::PluginsWrite)?;
    expect(&request, &["application/wasm", "multipart/form-data"])?;
    let bytes = Upload::read(request, &(), "plugin").await?.bytes;
    let package = app.plugins.check(&bytes).await;
    let package = package.map_err(|error| match &error {
        CheckError::Compile(passing) if passing.is_passing() => {
            Problem::from(Refusal::Unavailable { reason: error.to_string(), retry_after_ms: RETRY_AFTER_MS })
        }
        _ => Problem::new(ProblemKind::Invalid, error.to_string()),
    })?;
    let request = (package, bytes.to_vec());
    let version = app
        .commit(&ctx, request, |tx, ctx, request| Box::pin(installations::upload(tx, ctx, request)))
        .await?;
    Ok((StatusCode::CREATED, Json(PluginVersion::from(version))))
}

/// A plugin's component with its manifest, as `hospes plugin build` writes it.
#[derive(Deserialize, ToSchema)]
#[schema(value_type = String, format = Binary, example = "the bytes of telegram-0.1.0.wasm")]
#[expect(dead_code, reason = "it only describes the body that the handler reads")]
pub struct PluginFile(Vec<u8>);

/// A form with a plugin.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "it only describes the body that the handler reads")]
pub struct PluginForm {
    /// The plugin's file.
    plugin: PluginFile,
}
