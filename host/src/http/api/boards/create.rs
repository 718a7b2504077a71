//! `POST /v1/boards`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Board;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::task::TaskStatus;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::ShortName;
use crate::ops::{App, boards};

/// A board to be made: of a team or of a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"name": "售后", "team_id": "019b8a3e-0000-7000-8000-000000000008"}))]
pub struct NewBoard {
    /// Its name, 1 to 100 characters.
    #[schema(value_type = ShortName)]
    name: String,
    /// The team whose tasks it shows.
    #[serde(default)]
    team_id: Option<TeamId>,
    /// The person whose tasks it shows.
    #[serde(default)]
    owner_id: Option<UserId>,
    /// The states that have a column, from left to right; all but `cancelled` when none is said.
    #[serde(default)]
    #[schema(value_type = HashSet<TaskStatus>)]
    columns: Vec<TaskStatus>,
}

/// Makes a board.
#[utoipa::path(
    post, path = "/v1/boards", operation_id = "create_board", tag = "tasks",
    params(IdempotencyKey),
    responses((status = 201, description = "The board; `Location` is its address", body = Board), CreateProblems),
)]
pub async fn create_board(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewBoard>,
) -> ApiResult<Created<Board>> {
    let new =
        boards::NewBoard { name: new.name, team: new.team_id, owner: new.owner_id, columns: new.columns };
    let done = app
        .commit_once(&ctx, "boards.create", new, |tx, ctx, new| {
            Box::pin(async move { boards::create(tx, ctx, new).await.map(Board::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/boards/{}", done.answer.id), record: done.answer })
}
