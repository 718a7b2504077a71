//! `GET /v1/comments/{id}`

use axum::extract::State;

use super::Comment;
use crate::domain::ids::CommentId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::conversations::comments;

/// One comment.
#[utoipa::path(
    get, path = "/v1/comments/{id}", operation_id = "get_comment", tag = "comments",
    params(("id" = CommentId, Path, description = "The comment")),
    responses(
        (status = 200, description = "The comment", body = Comment, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_comment(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CommentId>,
) -> ApiResult<Record<Comment>> {
    let mut tx = app.db.read().await?;
    Ok(Record(comments::get(&mut tx, &ctx, id).await?.into()))
}
