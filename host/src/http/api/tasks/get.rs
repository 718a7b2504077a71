//! `GET /v1/tasks/{id}`

use axum::extract::State;

use super::Task;
use crate::domain::ids::TaskId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, tasks};

/// One task.
#[utoipa::path(
    get, path = "/v1/tasks/{id}", operation_id = "get_task", tag = "tasks",
    params(("id" = TaskId, Path, description = "The task")),
    responses(
        (status = 200, description = "The task", body = Task, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_task(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TaskId>,
) -> ApiResult<Record<Task>> {
    let mut tx = app.db.read().await?;
    Ok(Record(tasks::get(&mut tx, &ctx, id).await?.into()))
}
