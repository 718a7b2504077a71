//! `POST /v1/tasks:batch`

use axum::extract::State;
use serde_json::Value;

use super::Task;
use crate::domain::task::NewTask;
use crate::http::batch::{self, Batch, Outcomes};
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::ApiResult;
use crate::ops::{App, tasks};

/// Makes up to 1,000 tasks, each with its own outcome. A part goes into a later batch than its parent, whose id it needs.
#[utoipa::path(
    post, path = "/v1/tasks:batch", operation_id = "create_tasks", tag = "tasks",
    params(IdempotencyKey), request_body = Batch<NewTask>,
    responses((status = 200, description = "What became of each", body = Outcomes<Task>), CreateProblems),
)]
pub async fn create_tasks(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<Batch<Value>>,
) -> ApiResult<axum::Json<Outcomes<Task>>> {
    batch::run::<NewTask, NewTask, _, _>(&app, &ctx, "tasks.create-batch", new, |tx, ctx, new| {
        Box::pin(async move { tasks::create(tx, ctx, new).await.map(Task::from) })
    })
    .await
}
