//! `DELETE /v1/comments/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::CommentId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::conversations::comments;

/// Deletes one's own comment, or as an administrator anybody's. An empty one with the time stays in its place.
#[utoipa::path(
    delete, path = "/v1/comments/{id}", operation_id = "delete_comment", tag = "comments",
    params(("id" = CommentId, Path, description = "The comment")),
    responses((status = 204, description = "It is deleted"), ActionProblems),
)]
pub async fn delete_comment(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CommentId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, id, |tx, ctx, id| Box::pin(comments::delete(tx, ctx, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
