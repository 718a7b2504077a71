//! `GET /v1/conversations/{id}/messages`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Message;
use crate::domain::ids::ConversationId;
use crate::http::answer::{Answer, List};
use crate::http::extract::{Caller, Cursor, Id, Limit, Query, page};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, conversations};

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
}

/// Lists a conversation's messages, newest first.
#[utoipa::path(
    get, path = "/v1/conversations/{id}/messages", operation_id = "list_messages", tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation"), Filter),
    responses((status = 200, description = "A page of messages", body = List<Message>), ReadProblems),
)]
pub async fn list_messages(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<ConversationId>,
    Query(filter): Query<Filter>,
) -> Answer<List<Message>> {
    let mut tx = app.db.read().await?;
    let page = page(filter.limit, filter.cursor);
    Ok(List::of(conversations::messages(&mut tx, &call, id, page).await?))
}
