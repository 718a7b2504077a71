//! `POST /v1/tasks/{id}/reopen`

use axum::extract::State;

use super::Task;
use crate::domain::ids::TaskId;
use crate::domain::task::TaskStatus;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::tasks::steps;

/// Opens a task again that was done or cancelled; not below one that still is.
#[utoipa::path(
    post, path = "/v1/tasks/{id}/reopen", operation_id = "reopen_task", tag = "tasks",
    params(("id" = TaskId, Path, description = "The task"), IdempotencyKey),
    responses(
        (status = 200, description = "The task as it is now", body = Task, headers(("ETag", description = "Its version"))),
        ActionProblems,
    ),
)]
pub async fn reopen_task(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TaskId>,
) -> ApiResult<Record<Task>> {
    let done = app
        .commit_once(&ctx, "tasks.reopen", id, |tx, ctx, id| {
            Box::pin(async move { steps::step(tx, ctx, *id, TaskStatus::Open, false).await.map(Task::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
