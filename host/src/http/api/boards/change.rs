//! `PATCH /v1/boards/{id}`

use axum::extract::State;

use super::Board;
use crate::domain::ids::BoardId;
use crate::domain::task::TaskStatus;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch, patch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::ShortName;
use crate::ops::{App, boards};

patch! {
    /// Changes of a board, as a JSON merge patch: a field that isn't there stays. None can be null.
    #[schema(example = json!({"name": "售后看板", "columns": ["open", "done"]}))]
    pub struct BoardPatch for boards::BoardChange {
        /// Its name, 1 to 100 characters.
        name: String as ShortName,
        /// The states that have a column; they take the place of those before.
        #[schema(min_items = 1)]
        columns: Vec<TaskStatus> as HashSet<TaskStatus>,
    }
}

/// Changes a board.
#[utoipa::path(
    patch, path = "/v1/boards/{id}", operation_id = "change_board", tag = "tasks",
    params(("id" = BoardId, Path, description = "The board"), IfMatchHeader),
    request_body(content = BoardPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The board as it is now", body = Board, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_board(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<BoardId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<BoardPatch>,
) -> ApiResult<Record<Board>> {
    let request = (id, expected, boards::BoardChange::from(patch));
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(boards::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
