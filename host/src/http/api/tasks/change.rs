//! `PATCH /v1/tasks/{id}`

use axum::extract::State;

use super::Task;
use crate::domain::ids::TaskId;
use crate::domain::task::TaskChange;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, tasks};

/// Changes a task. Whoever is to do it from now on is told.
#[utoipa::path(
    patch, path = "/v1/tasks/{id}", operation_id = "change_task", tag = "tasks",
    params(("id" = TaskId, Path, description = "The task"), IfMatchHeader),
    request_body(content = TaskChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The task as it is now", body = Task, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_task(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TaskId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<TaskChange>,
) -> ApiResult<Record<Task>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(tasks::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
