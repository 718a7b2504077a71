//! `POST /v1/conversations/{id}/messages/{message_id}/retry`

use axum::Json;
use axum::extract::State;

use super::Message;
use crate::domain::ids::{ConversationId, InteractionId};
use crate::http::extract::{Caller, Id, IdempotencyKey, Part};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::conversations::resending;
use crate::ops::{App, conversations};

/// Sends a message again that could not be delivered.
///
/// It is the same message with the same id, queued once more; what was given up of it leaves the dead letters. It counts
/// as a response again from now on. 409 for a message that didn't fail.
#[utoipa::path(
    post, path = "/v1/conversations/{id}/messages/{message_id}/retry", operation_id = "retry_message",
    tag = "conversations",
    params(
        ("id" = ConversationId, Path, description = "The conversation"),
        ("message_id" = InteractionId, Path, description = "The message"), IdempotencyKey,
    ),
    responses((status = 200, description = "The message, queued again", body = Message), ActionProblems),
)]
pub async fn retry_message(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<ConversationId>,
    Part(message): Part<InteractionId>,
) -> ApiResult<Json<Message>> {
    conversations::check_sends(&app, &ctx, id).await?;
    let done = app
        .commit_once(&ctx, "conversations.retry", (id, message), |tx, ctx, input| {
            Box::pin(async move { resending::retry(tx, ctx, input).await.map(Message::from) })
        })
        .await?;
    Ok(Json(done.answer))
}
