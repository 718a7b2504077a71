//! `POST /v1/boards`

use axum::extract::State;

use super::Board;
use crate::domain::task::NewBoard;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::tasks::boards;

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
    let done = app
        .commit_once(&ctx, "boards.create", new, |tx, ctx, new| {
            Box::pin(async move { boards::create(tx, ctx, new).await.map(Board::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/boards/{}", done.answer.0.id), record: done.answer })
}
