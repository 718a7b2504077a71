//! `POST /v1/tasks`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Task;
use crate::domain::clock::Timestamp;
use crate::domain::entity::RecordKind;
use crate::domain::ids::{TaskId, TeamId, UserId};
use crate::domain::triage::Priority;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::{LongText, Tag, Title};
use crate::ops::{App, tasks};

/// A task to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "title": "上门检修空调", "team_id": "019b8a3e-0000-7000-8000-000000000008", "due_at": "2026-01-06T08:00:00Z",
    "subject_kind": "ticket", "subject_id": "019b8a3e-0000-7000-8000-000000000005",
}))]
pub struct NewTask {
    /// What is to be done, 1 to 200 characters.
    #[schema(value_type = Title)]
    title: String,
    /// More about it, at most 20,000 characters.
    #[serde(default)]
    #[schema(value_type = LongText)]
    description: String,
    /// The task that it is a part of. At most five tasks stand above one.
    #[serde(default)]
    parent_id: Option<TaskId>,
    /// The kind of record that it is about; the parent's when neither this nor `subject_id` is said.
    #[serde(default)]
    subject_kind: Option<RecordKind>,
    /// The record that it is about; it needs the right to read that kind.
    #[serde(default)]
    subject_id: Option<Uuid>,
    /// How pressing it is; `normal` when not said.
    #[serde(default)]
    priority: Option<Priority>,
    /// Tags, at most 50.
    #[serde(default)]
    #[schema(value_type = Vec<Tag>, max_items = 50)]
    tags: Vec<String>,
    /// The team that is to do it: the own one or another.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// The person who is to do it.
    #[serde(default)]
    assignee_id: Option<UserId>,
    /// Until when.
    #[serde(default)]
    due_at: Option<Timestamp>,
    /// When to remind whoever is to do it; when a fifth of the time is left, at most a day before, when not said.
    #[serde(default)]
    remind_at: Option<Timestamp>,
}

impl From<NewTask> for tasks::NewTask {
    fn from(new: NewTask) -> Self {
        Self {
            title: new.title,
            parent_id: new.parent_id,
            subject_kind: new.subject_kind,
            subject_id: new.subject_id,
            description: new.description,
            priority: new.priority,
            tags: new.tags,
            team_id: new.team_id,
            assignee_id: new.assignee_id,
            due_at: new.due_at,
            remind_at: new.remind_at,
        }
    }
}

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
    let new = tasks::NewTask::from(new);
    let done = app
        .commit_once(&ctx, "tasks.create", new, |tx, ctx, new| {
            Box::pin(async move { tasks::create(tx, ctx, new).await.map(Task::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/tasks/{}", done.answer.id), record: done.answer })
}
