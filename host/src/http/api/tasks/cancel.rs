//! `POST /v1/tasks/{id}/cancel`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Task;
use crate::domain::ids::TaskId;
use crate::domain::task::TaskStatus;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IdempotencyKey, Query};
use crate::http::openapi::ActionProblems;
use crate::ops::{App, task_steps};

/// What goes with it.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct With {
    /// Whether its open parts are cancelled with it.
    with_subtasks: Option<bool>,
}

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
    Caller(call): Caller,
    Id(id): Id<TaskId>,
    Query(with): Query<With>,
) -> Answer<Record<Task>> {
    let wish = (id, with.with_subtasks.unwrap_or(false));
    let done = app
        .commit_once(&call, "tasks.cancel", wish, |tx, call, (id, with)| {
            Box::pin(async move {
                task_steps::step(tx, call, *id, TaskStatus::Cancelled, *with).await.map(Task::from)
            })
        })
        .await?;
    Ok(Record(done.answer))
}
