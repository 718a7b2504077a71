//! `POST /v1/tasks/{id}/move`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Task;
use crate::domain::ids::TaskId;
use crate::domain::task::TaskStatus;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::tasks::steps;

/// Where a task is to be moved on its boards.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = TaskMove, example = json!({"status": "in-progress", "after_id": "019b8a3e-0000-7000-8000-000000000011"}))]
pub struct Move {
    /// Into the column of this state; it stays in its own when not said. Into `done` completes it.
    #[serde(default)]
    status: Option<TaskStatus>,
    /// Right behind this task.
    #[serde(default)]
    after_id: Option<TaskId>,
    /// Right before this task. Without either it goes behind all others.
    #[serde(default)]
    before_id: Option<TaskId>,
}

/// Moves a task to another column or another place in its own. Every board that shows it shows the same order.
#[utoipa::path(
    post, path = "/v1/tasks/{id}/move", operation_id = "move_task", tag = "tasks",
    params(("id" = TaskId, Path, description = "The task"), IdempotencyKey),
    responses(
        (status = 200, description = "The task as it is now", body = Task, headers(("ETag", description = "Its version"))),
        PutProblems,
    ),
)]
pub async fn move_task(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TaskId>,
    Json(to): Json<Move>,
) -> ApiResult<Record<Task>> {
    let request = (id, steps::Move { status: to.status, after: to.after_id, before: to.before_id });
    let done = app
        .commit_once(&ctx, "tasks.move", request, |tx, ctx, request| {
            Box::pin(async move { steps::move_to(tx, ctx, request).await.map(Task::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
