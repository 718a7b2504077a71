//! `GET /v1/installations/{id}/logs`

use axum::extract::State;
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::domain::clock::Timestamp;
use crate::domain::ids::InstallationId;
use crate::http::extract::{Caller, Extent, Id, Query};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::{App, installations};
use crate::store::plugin_logs;

/// A line that a plugin logged.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = PluginLogLine, example = json!({
    "at": "2026-01-05T08:00:00Z", "level": "warn", "text": "the provider asks to wait",
    "attributes": {"retry_after": 20}, "call_id": "019b8a3e-0000-7000-8000-000000000010",
}))]
pub struct Line {
    /// When.
    at: Timestamp,
    /// `debug`, `info`, `warn` or `error`.
    level: String,
    /// What it says.
    text: String,
    /// What else it says, by name.
    #[schema(value_type = Object)]
    attributes: Value,
    /// The call that logged it; lines of one call have one id.
    call_id: Uuid,
}

impl From<plugin_logs::Line> for Line {
    fn from(line: plugin_logs::Line) -> Self {
        let plugin_logs::Line { call_id, at, level, text, attributes, .. } = line;
        Self { at, level, text, attributes: attributes.0, call_id }
    }
}

/// What an installation logged, the latest first. Lines are kept for 14 days.
#[utoipa::path(
    get, path = "/v1/installations/{id}/logs", operation_id = "installation_logs", tag = "installations",
    params(("id" = InstallationId, Path, description = "The installation"), Extent),
    responses((status = 200, description = "A page of lines", body = List<Line>), ReadProblems),
)]
pub async fn installation_logs(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<InstallationId>,
    Query(extent): Query<Extent>,
) -> ApiResult<List<Line>> {
    let mut tx = app.db.read().await?;
    Ok(List::of(installations::logs(&mut tx, &ctx, id, extent.into()).await?))
}
