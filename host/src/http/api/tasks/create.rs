//! `POST /v1/tasks`

use axum::extract::State;

use super::Task;
use crate::domain::task::NewTask;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::{App, tasks};

/// Makes a task, and tells whoever is to do it.
#[utoipa::path(
    post, path = "/v1/tasks", operation_id = "create_task", tag = "tasks",
    params(IdempotencyKey),
    responses((status = 201, description = "The task; `Location` is its address", body = Task), PutProblems),
)]
pub async fn create_task(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewTask>,
) -> ApiResult<Created<Task>> {
    let done = app
        .commit_once(&ctx, "tasks.create", new, |tx, ctx, new| {
            Box::pin(async move { tasks::create(tx, ctx, new).await.map(Task::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/tasks/{}", done.answer.0.id), record: done.answer })
}
