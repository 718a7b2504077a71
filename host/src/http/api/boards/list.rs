//! `GET /v1/boards`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Board;
use crate::domain::ids::{TeamId, UserId};
use crate::http::extract::{Caller, Cursor, Limit, Query, page};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::tasks::boards;

/// Which boards.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
    /// Those of this team.
    team_id: Option<TeamId>,
    /// Those of this person.
    owner_id: Option<UserId>,
}

/// Lists boards, newest first.
#[utoipa::path(
    get, path = "/v1/boards", operation_id = "list_boards", tag = "tasks",
    params(Filter),
    responses((status = 200, description = "A page of boards", body = List<Board>), ListProblems),
)]
pub async fn list_boards(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Board>> {
    let mut tx = app.db.read().await?;
    let page = page(filter.limit, filter.cursor);
    Ok(List::of(boards::list(&mut tx, &ctx, page, filter.team_id, filter.owner_id).await?))
}
