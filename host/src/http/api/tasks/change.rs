//! `PATCH /v1/tasks/{id}`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Task;
use crate::domain::clock::Timestamp;
use crate::domain::ids::{TaskId, TeamId, UserId};
use crate::domain::task::TaskStatus;
use crate::domain::triage::Priority;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, present};
use crate::http::openapi::ChangeProblems;
use crate::ops::{App, nullable, tasks};

/// Changes of a task, as a JSON merge patch: a field that isn't there stays, one that is null is cleared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"assignee_id": "019b8a3e-0000-7000-8000-000000000009", "due_at": null}))]
pub struct TaskPatch {
    /// What is to be done, 1 to 200 characters.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String)]
    title: Option<String>,
    /// More about it.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = String)]
    description: Option<String>,
    /// Where it stands. `done` and `cancelled` do the same as the verbs `/complete` and `/cancel`.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = TaskStatus)]
    status: Option<TaskStatus>,
    /// How pressing it is.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Priority)]
    priority: Option<Priority>,
    /// Tags; they take the place of those before.
    #[serde(default, deserialize_with = "present")]
    #[schema(value_type = Vec<String>)]
    tags: Option<Vec<String>>,
    /// The team that is to do it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<TeamId>)]
    team_id: Option<Option<TeamId>>,
    /// The person who is to do it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<UserId>)]
    assignee_id: Option<Option<UserId>>,
    /// Until when. The reminder moves with it unless `remind_at` is said.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Timestamp>)]
    due_at: Option<Option<Timestamp>>,
    /// When to remind whoever is to do it.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<Timestamp>)]
    remind_at: Option<Option<Timestamp>>,
}

impl From<TaskPatch> for tasks::TaskChange {
    fn from(patch: TaskPatch) -> Self {
        Self {
            title: patch.title,
            description: patch.description,
            status: patch.status,
            priority: patch.priority,
            tags: patch.tags,
            team_id: patch.team_id,
            assignee_id: patch.assignee_id,
            due_at: patch.due_at,
            remind_at: patch.remind_at,
        }
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
    Caller(call): Caller,
    Id(id): Id<TaskId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<TaskPatch>,
) -> Answer<Record<Task>> {
    let wish = (id, expected, tasks::TaskChange::from(patch));
    let changed = app.commit(&call, wish, |tx, call, wish| Box::pin(tasks::change(tx, call, wish))).await?;
    Ok(Record(changed.into()))
}
