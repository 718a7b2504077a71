//! Mail that plugins send: queued with the call that wants it, handed to the relay by a job.

use serde_json::json;

use crate::domain::event::Subject;
use crate::domain::ids::{ConversationId, InteractionId, MailId};
use crate::ops::conversations;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::{self, Installation};
use crate::store::conversations as store;
use crate::store::db::{Json, Tx};
use crate::store::mails::{self, Mail};
use crate::store::queue::{self, DeadLetter, NewJob};

/// The queue of mail.
pub const QUEUE: &str = "mail";

/// Puts a mail into the queue. Mail that carries messages of one conversation goes in the messages' order.
pub(in crate::ops) async fn queue(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: &Installation,
    carries: Option<InteractionId>,
    mail: &plugins::Mail,
) -> Result<(), Refusal> {
    let carried = match carries {
        Some(id) => store::interaction(tx, id, ctx.scope()).await?,
        None => None,
    };
    let lane = lane(carried.and_then(|message| message.conversation_id), mail.id.into());
    let row = Mail {
        id: mail.id.into(),
        installation_id: installation.id,
        interaction_id: carries,
        message_id: mail.message_id.clone(),
        sender: mail.sender.clone(),
        recipients: Json(mail.recipients.clone()),
        subject: mail.subject.clone(),
        text: mail.text.clone(),
        html: mail.html.clone(),
        headers: Json(json!(mail.headers)),
        attachments: Json(json!(mail.attachments)),
        created_at: tx.now(),
    };
    mails::insert(tx, &row).await?;
    let data = json!({"message_id": row.message_id, "interaction_id": carries});
    let event = ctx.record(tx, "mail.queued", subject(&row), data).await?;
    let job = NewJob {
        queue: QUEUE,
        lane,
        payload: json!({"mail": row.id}),
        cause: ctx.cause.after(event),
        run_at: tx.now(),
    };
    queue::enqueue(tx, job).await?;
    Ok(())
}

/// The lane of a mail: that of the conversation whose message it carries, or one of its own.
pub(super) fn lane(conversation: Option<ConversationId>, mail: MailId) -> String {
    match conversation {
        Some(conversation) => format!("mail:{conversation}"),
        None => format!("mail:{mail}"),
    }
}

/// Forgets the mail of a dead letter that is thrown away.
pub(in crate::ops) async fn forget_of(tx: &mut Tx, letter: &DeadLetter) -> Result<(), Refusal> {
    let mail = letter.payload.0["mail"].as_str().filter(|_| letter.queue == QUEUE);
    match mail.and_then(|id| id.parse().ok()) {
        Some(mail) => Ok(mails::delete(tx, mail).await?),
        None => Ok(()),
    }
}

fn subject(mail: &Mail) -> Subject {
    Subject { kind: "mail", id: mail.id.0, customer: None, source: Some(mail.installation_id) }
}

/// The relay has taken a mail, and with it the message that it carries.
pub async fn sent(tx: &mut Tx, ctx: &RequestContext, mail: &Mail, answer: &str) -> Result<(), Refusal> {
    mails::delete(tx, mail.id).await?;
    let data = json!({"message_id": mail.message_id, "relay": answer});
    ctx.record(tx, "mail.sent", subject(mail), data).await?;
    match mail.interaction_id {
        Some(message) => conversations::sent(tx, ctx, message, &mail.message_id, &json!({})).await,
        None => Ok(()),
    }
}

/// A mail won't be delivered: why, and what the people who answer customers read of it. It stays, because it may yet be
/// sent from the dead letters.
pub async fn failed(
    tx: &mut Tx,
    ctx: &RequestContext,
    mail: &Mail,
    failure: &str,
    shown: &str,
) -> Result<(), Refusal> {
    let data = json!({"message_id": mail.message_id, "failure": failure});
    ctx.record(tx, "mail.failed", subject(mail), data).await?;
    match mail.interaction_id {
        Some(message) => conversations::failed(tx, ctx, message, shown).await,
        None => Ok(()),
    }
}
