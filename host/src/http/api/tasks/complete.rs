//! `POST /v1/tasks/{id}/complete`

use axum::extract::State;

use super::Task;
use super::end::{With, end};
use crate::domain::ids::TaskId;
use crate::domain::task::TaskStatus;
use crate::http::extract::{Caller, Id, IdempotencyKey, Query};
use crate::http::openapi::ActionProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;

/// Completes a task. While parts of it are open it can't be, unless they are to be completed with it.
#[utoipa::path(
    post, path = "/v1/tasks/{id}/complete", operation_id = "complete_task", tag = "tasks",
    params(("id" = TaskId, Path, description = "The task"), With, IdempotencyKey),
    responses(
        (status = 200, description = "The task as it is now", body = Task, headers(("ETag", description = "Its version"))),
        ActionProblems,
    ),
)]
pub async fn complete_task(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TaskId>,
    Query(with): Query<With>,
) -> ApiResult<Record<Task>> {
    end(&app, &ctx, "tasks.complete", (id, TaskStatus::Done), &with).await
}
