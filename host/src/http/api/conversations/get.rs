//! `GET /v1/conversations/{id}`

use axum::extract::State;

use super::Conversation;
use crate::domain::ids::ConversationId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, conversations};

/// One conversation.
#[utoipa::path(
    get, path = "/v1/conversations/{id}", operation_id = "get_conversation", tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation")),
    responses(
        (status = 200, description = "The conversation", body = Conversation, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_conversation(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<ConversationId>,
) -> ApiResult<Record<Conversation>> {
    let mut tx = app.db.read().await?;
    Ok(Record(conversations::get(&mut tx, &ctx, id).await?.into()))
}
