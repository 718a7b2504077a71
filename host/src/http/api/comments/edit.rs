//! `PATCH /v1/comments/{id}`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Comment;
use crate::domain::ids::CommentId;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::Utterance;
use crate::ops::App;
use crate::ops::conversations::comments;

/// The new text of a comment.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "保修期已确认"}))]
pub struct CommentPatch {
    /// What it says from now on, 1 to 20,000 characters.
    #[schema(value_type = Utterance)]
    text: String,
}

/// Changes the text of one's own comment; it shows that it was edited. Whoever is mentioned only now is told.
#[utoipa::path(
    patch, path = "/v1/comments/{id}", operation_id = "edit_comment", tag = "comments",
    params(("id" = CommentId, Path, description = "The comment"), IfMatchHeader),
    request_body(content = CommentPatch, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The comment as it is now", body = Comment, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn edit_comment(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CommentId>,
    IfMatch(expected): IfMatch,
    MergePatch(patch): MergePatch<CommentPatch>,
) -> ApiResult<Record<Comment>> {
    let request = (id, expected, patch.text);
    let edited =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(comments::edit(tx, ctx, request))).await?;
    Ok(Record(edited.into()))
}
