//! `GET /v1/conversations/{id}/messages`

use axum::extract::State;

use super::Message;
use crate::domain::ids::ConversationId;
use crate::http::answer::{Answer, List};
use crate::http::extract::{Caller, Extent, Id, Query};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, conversations};

/// Lists a conversation's messages, newest first.
#[utoipa::path(
    get, path = "/v1/conversations/{id}/messages", operation_id = "list_messages", tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation"), Extent),
    responses((status = 200, description = "A page of messages", body = List<Message>), ReadProblems),
)]
pub async fn list_messages(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<ConversationId>,
    Query(extent): Query<Extent>,
) -> Answer<List<Message>> {
    let mut tx = app.db.read().await?;
    Ok(List::of(conversations::messages(&mut tx, &call, id, extent.into()).await?))
}
