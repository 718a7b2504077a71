//! Replies to customers: queued with the change that wants them, sent by the outbox through the channel.

pub mod attachments;
pub mod comments;
pub mod mails;
pub mod resending;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use tokio::sync::Semaphore;

use self::attachments::NewFile;
use super::access::reach;
use super::app::App;
use super::refusal::Refusal;
use super::request_context::RequestContext;
use super::tickets::first_response;
use crate::domain::actor::{Permission, Principal};
use crate::domain::conversation::{Conversation, Delivery, Interaction};
use crate::domain::html::{CleanHtml, LONGEST_REPLY};
use crate::domain::ids::{AttachmentId, ConversationId, EventId, InstallationId, InteractionId, UserId};
use crate::domain::reason::{Reason, ReasonCode};
use crate::domain::ticket::Ticket;
use crate::plugins::Ability;
use crate::store::conversations;
use crate::store::db::Tx;
use crate::store::filter::{CustomerRows, ListQuery};
use crate::store::page::{Page, PageRequest};
use crate::store::queue::{self, NewJob};
use crate::store::tickets;

/// The outbox's queue.
pub const OUTBOX: &str = "send";
/// The most characters that a reply has; channels split long ones themselves.
const LONGEST: usize = 20_000;
/// The most files of a reply.
const MOST_FILES: usize = 20;

/// A message to a customer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewMessage {
    /// In which thread.
    pub conversation: ConversationId,
    /// What it says.
    pub text: String,
    /// The person who writes it.
    pub author: Option<UserId>,
    /// Answers of one click, as `{"label", "value", "url"}`.
    pub choices: Vec<Choice>,
    /// The same in HTML, for channels that carry it. It is cleaned before the message is written, outside of the
    /// transaction.
    #[serde(default)]
    pub html: Option<CleanHtml>,
    /// What else the channel should know: `subject`, `in_reply_to`, `language`.
    pub attributes: Map<String, Value>,
    /// Files that were put on the conversation before.
    #[serde(default)]
    pub attachments: Vec<AttachmentId>,
}

/// Something that the customer can answer with one click.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Choice {
    /// What the button says.
    pub label: String,
    /// What comes back, on channels with buttons of their own.
    pub value: String,
    /// Where the click leads, on channels without.
    pub url: String,
}

/// Takes the HTML out of a reply's attributes and cleans it, for [`NewMessage::html`].
pub async fn take_html(attributes: &mut Map<String, Value>) -> Result<Option<CleanHtml>, Refusal> {
    let Some(Value::String(html)) = attributes.remove("html") else { return Ok(None) };
    if html.len() > LONGEST_REPLY {
        let detail = format!("HTML has {LONGEST_REPLY} bytes at most");
        return Err(Refusal::invalid("/attributes/html", detail));
    }
    Ok(Some(clean_html(html).await))
}

/// Cleans HTML in a thread where nobody waits for it, at most two at a time.
pub(super) async fn clean_html(html: String) -> CleanHtml {
    static CLEANERS: Semaphore = Semaphore::const_new(2);
    // The semaphore is never closed.
    let _permit = CLEANERS.acquire().await;
    // A cleaner that panicked leaves a message without HTML; its text stands beside it.
    tokio::task::spawn_blocking(move || CleanHtml::new(&html)).await.unwrap_or_default()
}

/// A person's or program's reply. It counts as the first response to the conversation's open ticket, unless it turns out
/// that it can't be delivered; where no ticket is open it opens the last one again, because whoever answers takes the
/// matter up.
pub async fn reply(tx: &mut Tx, ctx: &RequestContext, message: &NewMessage) -> Result<Interaction, Refusal> {
    let (interaction, conversation) = put_in_queue(tx, ctx, None, message).await?;
    let open = match tickets::lock_open_of(tx, &conversation).await? {
        Some(ticket) => Some(ticket),
        None => reopened(tx, ctx, &conversation).await?,
    };
    if let Some(mut ticket) = open {
        conversations::set_ticket(tx, interaction.id, ticket.id).await?;
        first_response::note(tx, ctx, &mut ticket).await?;
        return Ok(Interaction { ticket_id: Some(ticket.id), ..interaction });
    }
    Ok(interaction)
}

/// As [`reply`], with files that come along.
pub async fn reply_with(
    tx: &mut Tx,
    ctx: &RequestContext,
    (message, files): &(NewMessage, Vec<NewFile>),
) -> Result<Interaction, Refusal> {
    let mut message = message.clone();
    for file in files {
        message.attachments.push(attachments::attach(tx, ctx, file).await?.id);
    }
    reply(tx, ctx, &message).await
}

/// The last ticket that a conversation's messages belong to, opened again; none where who replies may not change
/// tickets, or is a plugin, whose messages come after the resolution.
async fn reopened(
    tx: &mut Tx,
    ctx: &RequestContext,
    conversation: &Conversation,
) -> Result<Option<Ticket>, Refusal> {
    let by_person = matches!(ctx.actor.principal, Principal::User(_) | Principal::Token(_));
    if !by_person || !ctx.actor.rights.contain(Permission::TicketsWrite) {
        return Ok(None);
    }
    let last = match tickets::newest(tx, conversation.id).await? {
        Some(last) => Some(last.id),
        None => conversation.ticket_id,
    };
    match last {
        Some(last) => {
            let reason = Reason::plain(ReasonCode::CustomerAnswered);
            super::tickets::reopen(tx, ctx, last, &reason).await.map(Some)
        }
        None => Ok(None),
    }
}

/// Refuses a reply that the conversation's channel could never send, before anything is written.
pub async fn check_sends(app: &App, ctx: &RequestContext, id: ConversationId) -> Result<(), Refusal> {
    ctx.require(Permission::ConversationsWrite)?;
    let conversation = conversations::get(&mut app.db.read().await?, id, ctx.scope()).await?;
    let conversation = conversation.ok_or_else(|| Refusal::not_found("conversation", id))?;
    if sends(app, &conversation).await? {
        return Ok(());
    }
    let detail = format!("the channel {} takes no messages to customers", conversation.channel);
    Err(Refusal::Conflict(detail))
}

/// Whether a conversation's channel takes messages to the customer. What becomes of one whose channel was switched off or
/// removed is said on the message.
pub async fn sends(app: &App, conversation: &Conversation) -> Result<bool, Refusal> {
    let Some(id) = conversation.installation_id else { return Ok(false) };
    let installation = app.plugins.installation(&mut app.db.read().await?, &id.to_string()).await?;
    Ok(installation.is_none_or(|found| found.has(Ability::ChannelSend)))
}

/// Puts a message into the outbox.
pub(super) async fn queue(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: Option<InteractionId>,
    message: &NewMessage,
) -> Result<Interaction, Refusal> {
    put_in_queue(tx, ctx, id, message).await.map(|(interaction, _)| interaction)
}

async fn put_in_queue(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: Option<InteractionId>,
    message: &NewMessage,
) -> Result<(Interaction, Conversation), Refusal> {
    ctx.require(Permission::ConversationsWrite)?;
    let conversation = conversations::lock(tx, message.conversation, ctx.scope()).await?;
    let Some(conversation) = conversation else {
        return Err(reach::missing(tx, ctx, "conversation", message.conversation).await);
    };
    let Some(installation) = conversation.installation_id else {
        let detail = "this conversation came by the API, not by a channel, so nothing can be sent through it";
        return Err(Refusal::Conflict(detail.to_owned()));
    };
    if message.text.trim().is_empty() || message.text.chars().count() > LONGEST {
        return Err(Refusal::invalid("/text", format!("a message has 1 to {LONGEST} characters")));
    }
    let author = message.author.or(match ctx.actor.principal {
        Principal::User(user) => Some(user),
        _ => None,
    });
    let mut attributes = message.attributes.clone();
    if !message.choices.is_empty() {
        attributes.insert("choices".to_owned(), json!(message.choices));
    }
    attributes.remove("html");
    if let Some(html) = &message.html {
        attributes.insert("html".to_owned(), json!(html));
    }
    if message.attachments.len() > MOST_FILES {
        return Err(Refusal::invalid("/attachments", format!("a message takes {MOST_FILES} files")));
    }
    let attachments = attachments::described(tx, conversation.id, &message.attachments).await?;
    let interaction = Interaction {
        id: id.unwrap_or_else(|| tx.id()),
        customer_id: conversation.customer_id,
        conversation_id: Some(conversation.id),
        ticket_id: None,
        installation_id: Some(installation),
        kind: "message".to_owned(),
        inbound: false,
        external_id: None,
        author_id: author,
        text: message.text.clone(),
        attributes,
        attachments,
        status: Some(Delivery::Queued),
        failure: None,
        occurred_at: tx.now(),
        created_at: tx.now(),
        version: 1,
    };
    conversations::add_interaction(tx, &interaction, None).await?;
    attachments::take_along(tx, conversation.id, interaction.id, &message.attachments).await?;
    let data =
        json!({"conversation_id": conversation.id, "channel": conversation.channel, "author_id": author});
    let event = ctx.record(tx, "message.queued", &interaction, data).await?;
    into_outbox(tx, ctx, event, &interaction, conversation.id, installation).await?;
    Ok((interaction, conversation))
}

/// Has a queued message sent, after what waits in its conversation.
pub(super) async fn into_outbox(
    tx: &mut Tx,
    ctx: &RequestContext,
    event: EventId,
    message: &Interaction,
    conversation: ConversationId,
    installation: InstallationId,
) -> Result<(), Refusal> {
    let job = NewJob {
        queue: OUTBOX,
        lane: lane(conversation),
        payload: json!({"message": message.id}),
        cause: ctx.cause.after(event),
        run_at: tx.now(),
    };
    queue::enqueue_for(tx, job, Some(installation)).await?;
    Ok(())
}

/// The lane in which a conversation's messages go out one after the other.
pub(super) fn lane(conversation: ConversationId) -> String {
    format!("send:{conversation}")
}

/// The channel's provider has taken a message.
pub async fn sent(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: InteractionId,
    external: &str,
    attributes: &Value,
) -> Result<(), Refusal> {
    let message = conversations::interaction(tx, id, ctx.scope()).await?;
    let message = message.ok_or_else(|| Refusal::not_found("message", id))?;
    conversations::set_delivery(tx, id, Delivery::Sent, Some(external), None).await?;
    let data = json!({"conversation_id": message.conversation_id, "external_id": external, "attributes": attributes});
    ctx.record(tx, "message.sent", &message, data).await?;
    let Some(installation) = message.installation_id else { return Ok(()) };
    let early = conversations::meet_receipt(tx, installation, external).await?;
    conversations::drop_receipt(tx, installation, external).await?;
    if let Some((status, failure)) = early.and_then(|early| Some((early.status?, early.failure))) {
        let message = Interaction { status: Some(Delivery::Sent), ..message };
        let update = ReceiptUpdate { external: external.to_owned(), status, failure };
        progress(tx, ctx, &message, &update).await?;
    }
    Ok(())
}

/// What a provider says of a message that was sent earlier.
#[derive(Debug, Clone)]
pub(super) struct ReceiptUpdate {
    /// The provider's id of it.
    pub external: String,
    /// How far it has got.
    pub status: Delivery,
    /// Why it failed.
    pub failure: Option<String>,
}

/// A receipt has come. It moves its message forward, never back; one that overtook the provider's answer to the
/// sender is kept until the message is known.
pub(super) async fn receipt(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: InstallationId,
    update: &ReceiptUpdate,
) -> Result<(), Refusal> {
    if let Some(message) = conversations::lock_sent(tx, installation, &update.external).await? {
        return progress(tx, ctx, &message, update).await;
    }
    let before = conversations::meet_receipt(tx, installation, &update.external).await?;
    // Whoever held the place may have been the sender, so the message may be known now.
    if let Some(message) = conversations::lock_sent(tx, installation, &update.external).await? {
        conversations::drop_receipt(tx, installation, &update.external).await?;
        return progress(tx, ctx, &message, update).await;
    }
    if before.and_then(|early| early.status).is_none_or(|status| status.may_become(update.status)) {
        let failure = update.failure.as_deref();
        conversations::keep_receipt(tx, installation, &update.external, update.status, failure).await?;
    }
    Ok(())
}

/// Moves a message on to what was said of it, unless it is further already.
async fn progress(
    tx: &mut Tx,
    ctx: &RequestContext,
    message: &Interaction,
    update: &ReceiptUpdate,
) -> Result<(), Refusal> {
    if !message.status.is_some_and(|before| before.may_become(update.status)) {
        return Ok(());
    }
    let kind = match update.status {
        Delivery::Queued => return Ok(()),
        Delivery::Sent => "message.sent",
        Delivery::Delivered => "message.delivered",
        Delivery::Read => "message.read",
        Delivery::Failed => "message.failed",
    };
    conversations::set_delivery(tx, message.id, update.status, None, update.failure.as_deref()).await?;
    let mut data = json!({"conversation_id": message.conversation_id});
    if let Some(failure) = &update.failure {
        data["failure"] = json!(failure);
    }
    ctx.record(tx, kind, message, data).await?;
    if update.status == Delivery::Failed { first_response::take_back(tx, ctx, message).await } else { Ok(()) }
}

/// The channel's plugin has queued mail that carries a message: the provider's id is known, the relay's word isn't.
pub async fn handed_over(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: InteractionId,
    external: &str,
) -> Result<(), Refusal> {
    let message = conversations::interaction(tx, id, ctx.scope()).await?;
    if message.is_none() {
        return Err(Refusal::not_found("message", id));
    }
    Ok(conversations::set_delivery(tx, id, Delivery::Queued, Some(external), None).await?)
}

/// A message won't be delivered.
pub async fn failed(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: InteractionId,
    failure: &str,
) -> Result<(), Refusal> {
    let message = conversations::interaction(tx, id, ctx.scope()).await?;
    let message = message.ok_or_else(|| Refusal::not_found("message", id))?;
    conversations::set_delivery(tx, id, Delivery::Failed, None, Some(failure)).await?;
    let data = json!({"conversation_id": message.conversation_id, "failure": failure});
    ctx.record(tx, "message.failed", &message, data).await?;
    first_response::take_back(tx, ctx, &message).await
}

/// One conversation.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: ConversationId) -> Result<Conversation, Refusal> {
    ctx.require(Permission::ConversationsRead)?;
    conversations::get(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("conversation", id))
}

/// Conversations; of one customer or of all.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    query: &ListQuery,
    customer: Option<CustomerRows>,
) -> Result<Page<Conversation, String>, Refusal> {
    ctx.require(Permission::ConversationsRead)?;
    Ok(conversations::list(tx, query, customer, ctx.scope()).await?)
}

/// A conversation's messages, newest first.
pub async fn messages(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: ConversationId,
    page: PageRequest,
) -> Result<Page<Interaction>, Refusal> {
    get(tx, ctx, id).await?;
    Ok(conversations::messages(tx, id, page).await?)
}
