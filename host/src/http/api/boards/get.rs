//! `GET /v1/boards/{id}`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::Board;
use crate::domain::ids::BoardId;
use crate::domain::task::TaskStatus;
use crate::http::api::tasks::Task;
use crate::http::extract::{Caller, Id, Limit, Query};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::tasks::boards;

/// How much of a board.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Extent {
    /// How many tasks of each column.
    limit: Option<Limit>,
}

/// A board with its tasks.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardView {
    /// The board itself.
    board: Board,
    /// Its columns, from left to right.
    columns: Vec<BoardColumn>,
}

/// A column of a board.
#[derive(Debug, Serialize, ToSchema)]
pub struct BoardColumn {
    /// The state of its tasks.
    status: TaskStatus,
    /// How many tasks it has.
    count: i64,
    /// The first of them, in their order.
    tasks: Vec<Task>,
}

/// A board with the tasks in its columns.
#[utoipa::path(
    get, path = "/v1/boards/{id}", operation_id = "get_board", tag = "tasks",
    params(("id" = BoardId, Path, description = "The board"), Extent),
    responses((status = 200, description = "The board and its tasks", body = BoardView), ReadProblems),
)]
pub async fn get_board(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<BoardId>,
    Query(extent): Query<Extent>,
) -> ApiResult<axum::Json<BoardView>> {
    let mut tx = app.db.read().await?;
    let limit = Limit::or_usual(extent.limit);
    let (board, columns) = boards::get(&mut tx, &ctx, id, limit).await?;
    let columns = columns.into_iter().map(|column| BoardColumn {
        status: column.status,
        count: column.count,
        tasks: column.tasks.into_iter().map(Task::from).collect(),
    });
    Ok(axum::Json(BoardView { board: board.into(), columns: columns.collect() }))
}
