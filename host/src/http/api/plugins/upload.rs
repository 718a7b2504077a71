//! `POST /v1/plugins`

use std::collections::BTreeMap;

use axum::Json as Body;
use axum::extract::{FromRequest as _, Request, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use serde::Deserialize;
use utoipa::ToSchema;

use super::PluginVersion;
use crate::domain::actor::Permission;
use crate::http::extract::{Caller, Json, Upload, expect};
use crate::http::openapi::CreateProblems;
use crate::http::problem::{Problem, ProblemKind};
use crate::http::response::ApiResult;
use crate::ops::installations::scripts;
use crate::ops::refusal::Refusal;
use crate::ops::{App, installations};
use crate::plugins::package::script::Source;

/// How the source of a script comes.
const JSON: &str = "application/json";

/// Uploads a plugin: the component itself, a form with it as the file `plugin`, or the source of a script, of which the host
/// makes one.
///
/// It is checked before it is taken: its manifest, its code, and that it starts. The same file again changes nothing;
/// other contents under the same version are refused.
#[utoipa::path(
    post, path = "/v1/plugins", operation_id = "upload_plugin", tag = "plugins",
    request_body(content(
        (PluginFile = "application/wasm"),
        (PluginForm = "multipart/form-data"),
        (PluginSource = "application/json"),
    )),
    responses((status = 201, description = "The version", body = PluginVersion), CreateProblems),
)]
pub async fn upload_plugin(
    State(app): State<App>,
    Caller(ctx): Caller,
    request: Request,
) -> ApiResult<impl IntoResponse> {
    // Nothing is read from who may not upload anyway, and a check compiles and runs foreign code.
    ctx.require(Permission::PluginsWrite)?;
    expect(&request, &["application/wasm", "multipart/form-data", JSON])?;
    if is_json(&request) {
        let Json(PluginSource { manifest, files, cases }) = Json::from_request(request, &app).await?;
        let version = scripts::add(&app, &ctx, &Source { manifest, files, cases }).await?;
        return Ok((StatusCode::CREATED, Body(PluginVersion::from(version))));
    }
    let bytes = Upload::read(request, &(), "plugin").await?.bytes;
    let package = app.plugins.check(&bytes).await;
    let package = package.map_err(|error| match scripts::refused(&error) {
        passing @ Refusal::Unavailable { .. } => Problem::from(passing),
        _ => Problem::new(ProblemKind::Invalid, error.to_string()),
    })?;
    let request = (package, bytes.to_vec());
    let version = app
        .commit(&ctx, request, |tx, ctx, request| Box::pin(installations::upload(tx, ctx, request)))
        .await?;
    Ok((StatusCode::CREATED, Body(PluginVersion::from(version))))
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

/// The source of a script: a plugin in JavaScript or TypeScript that the host builds.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "manifest": "id = \"greeter\"\nversion = \"0.1.0\"\n…",
    "files": {"plugin.js": "export const channel = { receive(request) { … } };"},
}))]
pub struct PluginSource {
    /// Its manifest: the text of `plugin.toml`.
    manifest: String,
    /// Its modules by their names; it begins with `plugin.js` or `plugin.ts`.
    files: BTreeMap<String, String>,
    /// Its cases by the names of their files, which it carries along.
    #[serde(default)]
    cases: BTreeMap<String, String>,
}

fn is_json(request: &Request) -> bool {
    let kind = request.headers().get(CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case(JSON))
}
