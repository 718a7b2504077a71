//! `DELETE /v1/boards/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::BoardId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::tasks::boards;

/// Removes a board. Its tasks stay.
#[utoipa::path(
    delete, path = "/v1/boards/{id}", operation_id = "delete_board", tag = "tasks",
    params(("id" = BoardId, Path, description = "The board")),
    responses((status = 204, description = "It is gone"), ReadProblems),
)]
pub async fn delete_board(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<BoardId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, id, |tx, ctx, id| Box::pin(boards::delete(tx, ctx, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
