//! `GET /v1/tasks/{id}/history`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::domain::ids::TaskId;
use crate::http::answer::{Answer, List};
use crate::http::api::events::Entry;
use crate::http::extract::{Caller, Cursor, Id, Limit, Query, page};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, tasks};

/// Which part of a history.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Extent {
    /// How many events.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
}

/// Everything that happened to a task, oldest first: who did what, and what was before.
#[utoipa::path(
    get, path = "/v1/tasks/{id}/history", operation_id = "task_history", tag = "tasks",
    params(("id" = TaskId, Path, description = "The task"), Extent),
    responses((status = 200, description = "Its events", body = List<Entry>), ReadProblems),
)]
pub async fn task_history(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<TaskId>,
    Query(extent): Query<Extent>,
) -> Answer<List<Entry>> {
    let mut tx = app.db.read().await?;
    let page = page(extent.limit, extent.cursor);
    Ok(List::of(tasks::history(&mut tx, &call, id, page).await?))
}
