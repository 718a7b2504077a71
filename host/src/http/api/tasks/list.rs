//! `GET /v1/tasks`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::Task;
use crate::domain::clock::Timestamp;
use crate::domain::entity::RecordKind;
use crate::domain::ids::{CustomerId, TaskId, TeamId, UserId};
use crate::domain::task::TaskStatus;
use crate::http::extract::{Caller, Condition, Limit, Next, Query, Sort, list_query};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::http::schema::TaskSort;
use crate::http::schema::texts::Words;
use crate::ops::{App, tasks};
use crate::store::tasks::TaskFilter;

/// Which tasks.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Next>,
    /// In which order.
    #[param(value_type = Option<TaskSort>)]
    sort: Option<Sort>,
    /// Which ones.
    filter: Option<Condition>,
    /// Words of its title or description, or of its added fields.
    #[param(value_type = Option<Words>)]
    q: Option<String>,
    /// Those in this state.
    status: Option<TaskStatus>,
    /// Those that are done or cancelled, or those that aren't.
    closed: Option<bool>,
    /// Those of this team.
    team_id: Option<TeamId>,
    /// Those of this person.
    assignee_id: Option<UserId>,
    /// The parts of this task.
    parent_id: Option<TaskId>,
    /// Those about records of this kind.
    subject_kind: Option<RecordKind>,
    /// Those about this record.
    subject_id: Option<Uuid>,
    /// Those on this customer's timeline, with those of the records that were merged into it.
    customer_id: Option<CustomerId>,
    /// Those due before this time.
    due_before: Option<Timestamp>,
}

/// Lists tasks, newest first unless sorted otherwise.
#[utoipa::path(
    get, path = "/v1/tasks", operation_id = "list_tasks", tag = "tasks",
    params(Filter),
    responses((status = 200, description = "A page of tasks", body = List<Task>), ListProblems),
)]
pub async fn list_tasks(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Task>> {
    let mut tx = app.db.read().await?;
    let query = list_query(filter.limit, filter.cursor, filter.sort, filter.filter, filter.q);
    let by = TaskFilter {
        status: filter.status,
        closed: filter.closed,
        team: filter.team_id,
        assignee: filter.assignee_id,
        parent: filter.parent_id,
        subject_kind: filter.subject_kind.map(|kind| kind.as_str().to_owned()),
        subject: filter.subject_id,
        customer: filter.customer_id.map(Into::into),
        due_before: filter.due_before,
    };
    Ok(List::of(tasks::list(&mut tx, &ctx, &query, &by).await?))
}
