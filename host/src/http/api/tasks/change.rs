//! `PATCH /v1/tasks/{id}`

use axum::extract::State;

use super::Task;
use crate::domain::clock::Timestamp;
use crate::domain::ids::{TaskId, TeamId, UserId};
use crate::domain::task::TaskStatus;
use crate::domain::triage::Priority;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, patch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::{LongText, Tag, Title};
use crate::ops::{App, tasks};

patch! {
    /// Changes of a task, as a JSON merge patch: a field that isn't there stays, one that is null is cleared.
    #[schema(example = json!({"assignee_id": "019b8a3e-0000-7000-8000-000000000009", "due_at": null}))]
    pub struct TaskPatch for tasks::TaskChange {
        /// What is to be done, 1 to 200 characters.
        title: String as Title,
        /// More about it.
        description: String as LongText,
        /// Where it stands. `done` and `cancelled` do the same as the verbs `/complete` and `/cancel`.
        status: TaskStatus,
        /// How pressing it is.
        priority: Priority,
        /// Tags; they take the place of those before.
        #[schema(max_items = 50)]
        tags: Vec<String> as Vec<Tag>,
        /// The team that is to do it.
        team_id: Option<TeamId>,
        /// The person who is to do it.
        assignee_id: Option<UserId>,
        /// Until when. The reminder moves with it unless `remind_at` is said.
        due_at: Option<Timestamp>,
        /// When to remind whoever is to do it.
        remind_at: Option<Timestamp>,
    }
}

/// Changes a task. Whoever is to do it from now on is told.
#[utoipa::path(
    patch, path = "/v1/tasks/{id}", operation_id = "change_task", tag = "tasks",
    params(("id" = TaskId, Path, description = "The task"), IfMatchHeader),
    request_body(content = TaskPatch, content_type = "application/merge-patch+json"),
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
    MergePatch(patch): MergePatch<TaskPatch>,
) -> ApiResult<Record<Task>> {
    let request = (id, expected, tasks::TaskChange::from(patch));
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(tasks::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
