//! A message that could not be delivered is sent again, as the same message.

use serde_json::json;

use super::mails;
use crate::domain::actor::{Permission, Scope};
use crate::domain::conversation::{Delivery, Interaction};
use crate::domain::ids::{ConversationId, InteractionId, JobId, MailId};
use crate::ops::access::reach;
use crate::ops::conversations as replies;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::tickets::first_response;
use crate::store::db::Tx;
use crate::store::queue::{self, DeadLetter};
use crate::store::{conversations, mails as mail_rows};

/// Sends a message again that could not be delivered. What was given up of it leaves the dead letters.
pub async fn retry(
    tx: &mut Tx,
    ctx: &RequestContext,
    (conversation, id): &(ConversationId, InteractionId),
) -> Result<Interaction, Refusal> {
    ctx.require(Permission::ConversationsWrite)?;
    // Whoever sends it again at the same moment waits here, and finds it queued.
    let Some(thread) = conversations::lock(tx, *conversation, ctx.scope()).await? else {
        return Err(reach::missing(tx, ctx, "conversation", *conversation).await);
    };
    let message = conversations::interaction(tx, *id, ctx.scope()).await?;
    let message = message.filter(|message| message.conversation_id == Some(thread.id));
    let message = message.ok_or_else(|| Refusal::not_found("message", id))?;
    let (Some(Delivery::Failed), Some(installation)) = (message.status, message.installation_id) else {
        let detail = "only a message that could not be delivered can be sent again";
        return Err(Refusal::Conflict(detail.to_owned()));
    };
    let given_up = given_up(tx, &message).await?;
    let event = requeue(tx, ctx, &message).await?;
    match given_up {
        Some(job) => drop(queue::revive(tx, job).await?),
        None => replies::into_outbox(tx, ctx, event, &message, thread.id, installation).await?,
    }
    let now = conversations::interaction(tx, *id, Scope::All).await?;
    now.ok_or_else(|| Refusal::not_found("message", id))
}

/// The job among the dead letters that would have delivered a message.
async fn given_up(tx: &mut Tx, message: &Interaction) -> Result<Option<JobId>, Refusal> {
    let Some(conversation) = message.conversation_id else { return Ok(None) };
    let mail = mail_rows::of_message(tx, message.id).await?;
    let mail_lane = mail.map(|mail| mails::lane(Some(conversation), mail)).unwrap_or_default();
    let lanes = [replies::lane(conversation), mail_lane];
    let is_its = |letter: &&DeadLetter| {
        let payload = &letter.payload.0;
        payload["message"] == json!(message.id) || mail.is_some_and(|mail| payload["mail"] == json!(mail))
    };
    let letters = queue::dead_of_lanes(tx, &lanes).await?;
    Ok(letters.iter().find(is_its).map(|letter| letter.id))
}

/// The message that a dead letter would have delivered waits for its turn again, if it failed.
pub(in crate::ops) async fn requeue_of(
    tx: &mut Tx,
    ctx: &RequestContext,
    letter: &DeadLetter,
) -> Result<(), Refusal> {
    let payload = &letter.payload.0;
    let id = |name: &str| payload[name].as_str();
    let message: Option<InteractionId> = match letter.queue.as_str() {
        replies::OUTBOX => id("message").and_then(|id| id.parse().ok()),
        mails::QUEUE => match id("mail").and_then(|id| id.parse::<MailId>().ok()) {
            Some(mail) => mail_rows::get(tx, mail).await?.and_then(|mail| mail.interaction_id),
            None => None,
        },
        _ => None,
    };
    let Some(message) = message else { return Ok(()) };
    let message = conversations::interaction(tx, message, Scope::All).await?;
    match message.filter(|message| message.status == Some(Delivery::Failed)) {
        Some(message) => requeue(tx, ctx, &message).await.map(|_| ()),
        None => Ok(()),
    }
}

async fn requeue(
    tx: &mut Tx,
    ctx: &RequestContext,
    message: &Interaction,
) -> Result<crate::domain::ids::EventId, Refusal> {
    conversations::set_delivery(tx, message.id, Delivery::Queued, None, None).await?;
    let data = json!({"conversation_id": message.conversation_id, "again": true});
    let event = ctx.record(tx, "message.queued", message, data).await?;
    first_response::restore(tx, ctx, message).await?;
    Ok(event)
}
