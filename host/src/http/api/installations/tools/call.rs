//! `POST /v1/installations/{id}/tools/{name}`

use axum::Json as Body;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json, Name};
use crate::http::openapi::PutProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::calls::tools;

/// The arguments of a call.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"arguments": {"text": "three small words"}}))]
pub struct ToolArguments {
    /// As the tool's own schema has it.
    #[serde(default)]
    #[schema(value_type = Object)]
    arguments: Map<String, Value>,
}

/// What a tool answers.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"result": {"words": 3}}))]
pub struct ToolResult {
    /// As the tool's own schema has it.
    result: Value,
}

/// Calls a tool of a plugin. What it changes is done when it answers; an error leaves nothing.
#[utoipa::path(
    post, path = "/v1/installations/{id}/tools/{name}", operation_id = "call_tool", tag = "installations",
    params(
        ("id" = InstallationId, Path, description = "The installation"),
        ("name" = String, Path, description = "The tool's name", example = "count-words"), IdempotencyKey,
    ),
    responses((status = 200, description = "Its result", body = ToolResult), PutProblems),
)]
pub async fn call_tool(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
    Name(name): Name,
    Json(given): Json<ToolArguments>,
) -> ApiResult<Body<ToolResult>> {
    let asked = tools::ToolCall { installation: id, name, arguments: given.arguments };
    Ok(Body(ToolResult { result: tools::call(&app, &ctx, asked).await? }))
}
