//! What completing and cancelling a task have in common: its open parts may end with it.

use serde::Deserialize;
use utoipa::IntoParams;

use super::Task;
use crate::domain::ids::TaskId;
use crate::domain::task::TaskStatus;
use crate::http::response::{ApiResult, Record};
use crate::ops::tasks::steps;
use crate::ops::{App, RequestContext};

/// What ends with a task.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct With {
    /// Whether its open parts end with it, in the same way.
    with_subtasks: Option<bool>,
}

/// Ends a task as done or cancelled, once for the caller's key; `name` tells the two operations apart.
pub async fn end(
    app: &App,
    ctx: &RequestContext,
    name: &'static str,
    (id, status): (TaskId, TaskStatus),
    with: &With,
) -> ApiResult<Record<Task>> {
    let request = (id, with.with_subtasks.unwrap_or(false));
    let done = app
        .commit_once(ctx, name, request, move |tx, ctx, (id, with)| {
            Box::pin(async move { steps::step(tx, ctx, *id, status, *with).await.map(Task::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
