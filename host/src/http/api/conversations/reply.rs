//! `POST /v1/conversations/{id}/messages`

use axum::extract::State;
use serde::Deserialize;
use serde_json::{Map, Value};
use utoipa::ToSchema;

use super::Message;
use crate::domain::ids::{AttachmentId, ConversationId};
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::http::schema::texts::Utterance;
use crate::http::schema::values::Fields;
use crate::ops::{App, conversations};

/// A reply to a customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"text": "您好，您的订单今天下午送达。"}))]
pub struct Reply {
    /// What it says, 1 to 20,000 characters of plain text.
    #[schema(value_type = Utterance)]
    text: String,
    /// What else the channel should know: `subject`, `html`, `in_reply_to`, `language`.
    #[serde(default)]
    #[schema(value_type = Fields)]
    attributes: Map<String, Value>,
    /// Files that were put on this conversation (`POST /v1/attachments`), at most 20; they go along with the message.
    #[serde(default)]
    #[schema(value_type = Vec<AttachmentId>, max_items = 20)]
    attachments: Vec<AttachmentId>,
}

/// Replies through the conversation's channel.
///
/// The message is queued with this answer and sent right after; its `status` says how far it has got. It counts as the
/// first response to the conversation's open ticket.
#[utoipa::path(
    post, path = "/v1/conversations/{id}/messages", operation_id = "send_message", tag = "conversations",
    params(("id" = ConversationId, Path, description = "The conversation"), IdempotencyKey),
    responses((status = 201, description = "The queued message", body = Message), PutProblems),
)]
pub async fn send_message(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<ConversationId>,
    Json(mut reply): Json<Reply>,
) -> ApiResult<Created<Message>> {
    conversations::check_sends(&app, &ctx, id).await?;
    let html = conversations::take_html(&mut reply.attributes).await?;
    let message = conversations::NewMessage {
        conversation: id,
        text: reply.text,
        author: None,
        choices: Vec::new(),
        html,
        attributes: reply.attributes,
        attachments: reply.attachments,
    };
    let done = app
        .commit_once(&ctx, "conversations.reply", message, |tx, ctx, message| {
            Box::pin(async move { conversations::reply(tx, ctx, message).await.map(Message::from) })
        })
        .await?;
    // A message has no address of its own; it is read in its conversation.
    Ok(Created { location: format!("/v1/conversations/{id}/messages"), record: done.answer })
}
