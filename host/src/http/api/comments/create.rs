//! `POST /v1/comments`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Comment;
use crate::domain::entity::RecordKind;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::Utterance;
use crate::ops::App;
use crate::ops::conversations::comments;

/// A comment to be written.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({
    "subject_kind": "ticket", "subject_id": "019b8a3e-0000-7000-8000-000000000005",
    "text": "请@[李娜](user:019b8a3e-0000-7000-8000-000000000007)确认保修期",
}))]
pub struct NewComment {
    /// The kind of record that it is on; it needs the right to read that kind.
    subject_kind: RecordKind,
    /// The record.
    subject_id: Uuid,
    /// What it says, 1 to 20,000 characters. `@[name](user:ID)` mentions a person and `@[name](team:ID)` everybody in a
    /// team, at most 50 of them; they are told. The brackets need no spaces around them, so that this works in Chinese.
    #[schema(value_type = Utterance)]
    text: String,
}

/// Writes a comment on a record, and tells those who are mentioned in it.
#[utoipa::path(
    post, path = "/v1/comments", operation_id = "create_comment", tag = "comments",
    params(IdempotencyKey),
    responses((status = 201, description = "The comment; `Location` is its address", body = Comment), PutProblems),
)]
pub async fn create_comment(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewComment>,
) -> ApiResult<Created<Comment>> {
    let new = comments::NewComment { kind: new.subject_kind, record: new.subject_id, text: new.text };
    let done = app
        .commit_once(&ctx, "comments.create", new, |tx, ctx, new| {
            Box::pin(async move { comments::create(tx, ctx, None, new).await.map(Comment::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/comments/{}", done.answer.id), record: done.answer })
}
