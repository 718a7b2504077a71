//! `GET /v1/installations/{id}/tools`

use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::calls::tools;
use crate::plugins::package::manifest;

/// A function that a plugin offers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "name": "count-words", "summary": {"en": "Counts words.", "zh-CN": "统计单词数。"},
    "arguments": {"type": "object", "properties": {"text": {"type": "string"}}},
    "result": {"type": "object", "properties": {"words": {"type": "integer"}}},
}))]
pub struct Tool {
    /// What it is called by.
    name: String,
    /// What it does.
    summary: Summary,
    /// The JSON Schema of its arguments, an object.
    arguments: Value,
    /// The JSON Schema of its result.
    result: Value,
}

/// A sentence in both languages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Summary {
    /// English.
    en: String,
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    zh_cn: String,
}

impl From<manifest::Tool> for Tool {
    fn from(tool: manifest::Tool) -> Self {
        let manifest::Tool { name, summary, arguments, result } = tool;
        Self { name, summary: Summary { en: summary.en, zh_cn: summary.zh_cn }, arguments, result }
    }
}

/// The tools that an installation offers.
#[utoipa::path(
    get, path = "/v1/installations/{id}/tools", operation_id = "list_tools", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation")),
    responses((status = 200, description = "Its tools", body = List<Tool>), ReadProblems),
)]
pub async fn list_tools(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
) -> ApiResult<List<Tool>> {
    Ok(List::whole(tools::list(&app, &ctx, id).await?))
}
