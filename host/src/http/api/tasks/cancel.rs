//! `POST /v1/tasks/{id}/cancel`

use axum::extract::State;

use super::Task;
use super::end::{With, end};
use crate::domain::ids::TaskId;
use crate::domain::task::TaskStatus;
use crate::http::extract::{Caller, Id, IdempotencyKey, Query};
use crate::http::openapi::ActionProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;

/// Cancels a task. While parts of it are open it can't be, unless they are to be cancelled with it.
#[utoipa::path(
    post, path = "/v1/tasks/{id}/cancel", operation_id = "cancel_task", tag = "tasks",
    params(("id" = TaskId, Path, description = "The task"), With, IdempotencyKey),
    responses(
        (status = 200, description = "The task as it is now", body = Task, headers(("ETag", description = "Its version"))),
        ActionProblems,
    ),
)]
pub async fn cancel_task(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TaskId>,
    Query(with): Query<With>,
) -> ApiResult<Record<Task>> {
    end(&app, &ctx, "tasks.cancel", (id, TaskStatus::Cancelled), &with).await
}
