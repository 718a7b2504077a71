//! `PATCH /v1/boards/{id}`

use axum::extract::State;

use super::Board;
use crate::domain::ids::BoardId;
use crate::domain::task::BoardChange;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::tasks::boards;

/// Changes a board.
#[utoipa::path(
    patch, path = "/v1/boards/{id}", operation_id = "change_board", tag = "tasks",
    params(("id" = BoardId, Path, description = "The board"), IfMatchHeader),
    request_body(content = BoardChange, content_type = "application/merge-patch+json"),
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
    MergePatch(change): MergePatch<BoardChange>,
) -> ApiResult<Record<Board>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(boards::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
