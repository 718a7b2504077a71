//! `GET /v1/tasks/{id}/history`

use axum::extract::State;

use crate::domain::ids::TaskId;
use crate::http::api::events::Entry;
use crate::http::extract::{Caller, Extent, Id, Query};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::{App, tasks};

/// Everything that happened to a task, oldest first: who did what, and what was before.
#[utoipa::path(
    get, path = "/v1/tasks/{id}/history", operation_id = "task_history", tag = "tasks",
    params(("id" = TaskId, Path, description = "The task"), Extent),
    responses((status = 200, description = "Its events", body = List<Entry>), ReadProblems),
)]
pub async fn task_history(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TaskId>,
    Query(extent): Query<Extent>,
) -> ApiResult<List<Entry>> {
    let mut tx = app.db.read().await?;
    Ok(List::of(tasks::history(&mut tx, &ctx, id, extent.into()).await?))
}
