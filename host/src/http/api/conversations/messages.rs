//! `GET /v1/conversations/{id}/messages`

use axum::extract::State;

use super::Message;
use crate::domain::ids::ConversationId;
use crate::http::extract::{Caller, Extent, Id, Query};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::{App, conversations};

/// Lists a conversation's messages, newest first.
#[utoipa::path(
    get, path = "/v1/conversations/{id}/messages", operation_id = "list_messages", tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation"), Extent),
    responses((status = 200, description = "A page of messages", body = List<Message>), ReadProblems),
)]
pub async fn list_messages(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<ConversationId>,
    Query(extent): Query<Extent>,
) -> ApiResult<List<Message>> {
    let mut tx = app.db.read().await?;
    Ok(List::of(conversations::messages(&mut tx, &ctx, id, extent.into()).await?))
}
