//! What channels bring in: one request, stored whole in one transaction before it is answered.

use std::sync::Arc;

use serde_json::{Map, Value, json};

use super::app::App;
use super::call::Call;
use super::effects::Staged;
use super::identify::{Hint, Recognised, Sender, identify};
use super::plugin_driver::PluginCalls;
use super::plugin_failures::{is_for_operators, note_failure, note_refusal};
use super::refusal::Refusal;
use crate::domain::clock::Timestamp;
use crate::domain::conversation::{Conversation, Delivery, Interaction};
use crate::domain::event::Cause;
use crate::domain::ids::InteractionId;
use crate::domain::value::{Attribute, Value as Plain};
use crate::plugins::types::{HttpAnswer, HttpRequest, Media, Message, Receipt, ReceiptStatus};
use crate::plugins::{self, Ability, CallError, Installation};
use crate::store::conversations;
use crate::store::db::{DbError, Tx};

/// Why a channel's request was not stored.
#[derive(Debug, thiserror::Error)]
pub enum IntakeError {
    /// There is no such installation, or it is no channel.
    #[error("there is no channel {0:?} here; the address is /in/INSTALLATION/..., see GET /v1/installations")]
    Unknown(String),
    /// The plugin says who sent this isn't who they claim to be.
    #[error("the channel didn't accept who sent this; its operator finds the reason in its log")]
    Forged,
    /// The plugin can't make sense of it.
    #[error("{0}")]
    Malformed(String),
    /// The plugin knows nothing at this path.
    #[error("{0}")]
    NoSuchPath(String),
    /// It can't be taken now; the provider should send it again.
    #[error("{reason}")]
    Later {
        /// What is out of service.
        reason: String,
        /// When to send it again, in milliseconds.
        retry_after_ms: u64,
    },
}

/// How long a provider is asked to wait when nothing better is known.
const LATER_MS: u64 = 10_000;
/// How much of an answer that refuses is put into the channel's log, in characters.
const SHOWN: usize = 300;
/// The most messages that one request may carry.
const MESSAGES: usize = 1_000;

/// The largest body that a channel takes, in bytes, where its operator granted more than is usual. It is asked before
/// anything is read.
pub async fn request_limit(app: &App, name: &str) -> Result<Option<usize>, IntakeError> {
    let mut tx = app.db.read().await.map_err(|error| store(&error))?;
    let installation = app.plugins.installation(&mut tx, name).await.map_err(|error| store(&error))?;
    Ok(installation.and_then(|installation| installation.request_limit()))
}

/// Hands a request to its channel's plugin and stores what it means.
pub async fn receive(app: &App, name: &str, request: HttpRequest) -> Result<HttpAnswer, IntakeError> {
    let mut tx = app.db.read().await.map_err(|error| store(&error))?;
    let installation = app.plugins.installation(&mut tx, name).await;
    drop(tx);
    let installation =
        installation.map_err(|error| store(&error))?.ok_or_else(|| IntakeError::Unknown(name.to_owned()))?;
    if !installation.enabled {
        let reason = format!("the channel {name:?} is switched off");
        return Err(IntakeError::Later { reason, retry_after_ms: 60_000 });
    }
    let calls = PluginCalls::of_request(app);
    let work = async || take(&calls, &installation, &request).await;
    match calls.until_applied(work).await {
        Ok(outcome) => outcome,
        Err(Refusal::LostRace) => {
            let reason = "other calls were always faster".to_owned();
            Err(IntakeError::Later { reason, retry_after_ms: 1_000 })
        }
        Err(error) => Err(refused(app, &installation, error).await),
    }
}

/// Lets the plugin read the request and stores what it means.
async fn take(
    calls: &PluginCalls<'_>,
    installation: &Arc<Installation>,
    request: &HttpRequest,
) -> Result<Result<HttpAnswer, IntakeError>, Refusal> {
    let app = calls.app;
    let receiving = calls.call(installation, Ability::Channel, |call| {
        app.plugins.receive(installation, call, request.clone())
    });
    let (inbound, staged) = match receiving.await {
        Ok(received) => received,
        Err(error) => return Ok(Err(failed(app, installation, error).await)),
    };
    if inbound.messages.len() > MESSAGES {
        let reason = format!("the plugin made {} messages of one request", inbound.messages.len());
        return Ok(Err(IntakeError::Malformed(reason)));
    }
    let wish = Call::system(Cause::default()).of(installation);
    let messages = cleaned(inbound.messages).await;
    let input = (installation.clone(), messages, inbound.receipts, staged);
    let stored = app.commit(&wish, input, |tx, call, (installation, messages, receipts, staged)| {
        Box::pin(store_all(tx, call, installation, messages, receipts, staged))
    });
    stored.await?;
    let answer = inbound.answer;
    if matches!(answer.status, 401 | 403) {
        let said = String::from_utf8_lossy(&answer.body).chars().take(SHOWN).collect::<String>();
        note_refusal(app, installation, &refusal_line(answer.status, &said), &[]).await;
    }
    Ok(Ok(answer))
}

async fn failed(app: &App, installation: &Arc<Installation>, error: CallError) -> IntakeError {
    if let CallError::Refused(guest) = &error {
        match guest.code.as_str() {
            "denied" => {
                note_refusal(app, installation, &refusal_line(401, &guest.message), &guest.log).await;
                return IntakeError::Forged;
            }
            "invalid" => return IntakeError::Malformed(for_outside(&guest.message)),
            "not-found" => return IntakeError::NoSuchPath(for_outside(&guest.message)),
            _ => {}
        }
    }
    note_failure(app, installation, "channel", &error).await;
    let retry_after_ms = error.retry_after_ms().map_or(LATER_MS, u64::from);
    // What went wrong inside is for the operator; the provider only needs to come again.
    IntakeError::Later { reason: "the channel can't take this now".to_owned(), retry_after_ms }
}

async fn refused(app: &App, installation: &Installation, error: Refusal) -> IntakeError {
    match error {
        Refusal::Store(error) => store(&error),
        other => {
            tracing::warn!(installation = %installation.name, error = %other, "what a channel wants can't be done");
            note_refusal(app, installation, &format!("channel: {other}"), &[]).await;
            IntakeError::Malformed(for_outside(&other.to_string()))
        }
    }
}

/// Keeps in the channel's log that a request was too large to be handed to it.
pub async fn note_too_large(app: &App, name: &str, detail: &str) {
    let installation = match app.db.read().await {
        Ok(mut tx) => app.plugins.installation(&mut tx, name).await,
        Err(error) => Err(error),
    };
    if let Ok(Some(installation)) = installation {
        note_refusal(app, &installation, &refusal_line(413, detail), &[]).await;
    }
}

fn refusal_line(status: u16, reason: &str) -> String {
    format!("channel: a request was refused with {status}: {reason}")
}

/// A text for whoever sent the request: what an operator has to do is none of their business.
fn for_outside(text: &str) -> String {
    if is_for_operators(text) {
        "the channel isn't set up for this; its operator finds the reason in its log"
    } else {
        text
    }
    .to_owned()
}

fn store(error: &DbError) -> IntakeError {
    tracing::error!(%error, "a channel's request was not stored");
    IntakeError::Later { reason: "the database can't take this now".to_owned(), retry_after_ms: LATER_MS }
}

/// Stores a request's messages and receipts with what the call staged. When all messages were stored before,
/// nothing is: a repeated delivery changes nothing, the plugin's own store included.
async fn store_all(
    tx: &mut Tx,
    call: &Call,
    installation: &Installation,
    messages: &[Message],
    receipts: &[Receipt],
    staged: &Staged,
) -> Result<(), Refusal> {
    let mut stored = 0;
    for message in messages {
        let Some(id) = store_message(tx, call, installation, message, staged).await? else { continue };
        stored += 1;
        for file in message.attachments.iter().filter_map(|media| staged.file(&media.reference)) {
            staged.hang(tx, call, file, id).await?;
        }
    }
    for receipt in receipts {
        apply_receipt(tx, call, installation, receipt).await?;
    }
    if stored > 0 || messages.is_empty() {
        staged.apply(tx, call).await?;
    }
    Ok(())
}

/// Stores one message; none when it is there already.
pub(super) async fn store_message(
    tx: &mut Tx,
    call: &Call,
    installation: &Installation,
    message: &Message,
    staged: &Staged,
) -> Result<Option<InteractionId>, Refusal> {
    if message.external_id.is_empty() {
        return Err(Refusal::invalid(
            "/external-id",
            "a message needs an id of its own, or repeats can't be told",
        ));
    }
    if conversations::is_stored(tx, installation.id, &message.external_id).await? {
        return Ok(None);
    }
    let sender = sender(installation, message);
    let Recognised { customer, by, others } = identify(tx, call, Some(installation.id), &sender).await?;
    let sent_at = Timestamp::from_micros(message.sent_at);
    let thread = Conversation {
        id: tx.id(),
        customer_id: customer,
        installation_id: Some(installation.id),
        channel: channel(installation),
        external_id: message.conversation.clone(),
        subject: text(message, "subject").unwrap_or_default().chars().take(200).collect(),
        ticket_id: None,
        last_at: tx.now(),
        created_at: tx.now(),
        version: 1,
    };
    let (conversation, begun) = conversations::open(tx, &thread).await?;
    let interaction = Interaction {
        id: tx.id(),
        customer_id: customer,
        conversation_id: Some(conversation.id),
        ticket_id: None,
        installation_id: Some(installation.id),
        kind: message.kind.clone(),
        inbound: true,
        external_id: Some(message.external_id.clone()),
        author_id: None,
        text: message.text.clone(),
        attributes: message.attributes.iter().map(|a| (a.name.clone(), json_value(a))).collect::<Map<_, _>>(),
        attachments: message.attachments.iter().map(|media| described(media, staged)).collect(),
        status: None,
        failure: None,
        occurred_at: sent_at.min(tx.now()),
        created_at: tx.now(),
        version: 1,
    };
    if !conversations::add_interaction(tx, &interaction).await? {
        // The same delivery at the same moment on another host: run again and find it stored.
        return Err(DbError::Collision("the message was being stored elsewhere".to_owned()).into());
    }
    let mut data = json!({
        "conversation_id": conversation.id,
        "begun": begun,
        "channel": conversation.channel,
        "kind": interaction.kind,
        "recognised_by": by,
    });
    if !others.is_empty() {
        data["possible_customers"] = json!(others);
    }
    call.record(tx, "interaction.received", &interaction, data).await?;
    Ok(Some(interaction.id))
}

/// A file of a message, with its id when it is kept here.
fn described(media: &Media, staged: &Staged) -> Value {
    let Media { name, media_type, reference, size } = media;
    let mut file = json!({"name": name, "media_type": media_type, "reference": reference, "size": size});
    if let Some(kept) = staged.file(reference) {
        file["attachment_id"] = json!(kept.id);
    }
    file
}

/// Cleans the HTML that a plugin hands in: whoever shows it later needn't trust the plugin.
async fn cleaned(mut messages: Vec<Message>) -> Vec<Message> {
    for message in &mut messages {
        for attribute in message.attributes.iter_mut().filter(|attribute| attribute.name == "html") {
            let given = Attribute::from(attribute.clone()).value;
            let Some(given) = given.as_text().map(str::to_owned) else { continue };
            let clean = super::conversations::clean_html(given).await.into_string();
            *attribute = Attribute { name: "html".to_owned(), value: Plain::Text(clean) }.into();
        }
    }
    messages
}

fn channel(installation: &Installation) -> String {
    let scheme = installation.manifest.channel.as_ref().map(|channel| channel.scheme.clone());
    scheme.unwrap_or_else(|| installation.plugin.clone())
}

fn sender(installation: &Installation, message: &Message) -> Sender {
    let hint = |identity: &plugins::types::Identity| Hint {
        scheme: identity.scheme.clone(),
        issuer: identity.issuer.clone(),
        value: identity.value.clone(),
        attested: identity.attested && installation.grants.attests(&identity.scheme),
    };
    Sender {
        hints: message.sender.iter().map(hint).collect(),
        name: text(message, "name"),
        language: text(message, "language"),
        region: text(message, "region"),
        thread: Some(message.conversation.clone()),
    }
}

fn text(message: &Message, name: &str) -> Option<String> {
    message.attributes.iter().find(|attribute| attribute.name == name).and_then(|attribute| {
        match Attribute::from(attribute.clone()).value {
            Plain::Text(text) => Some(text),
            _ => None,
        }
    })
}

fn json_value(attribute: &plugins::types::Attribute) -> Value {
    Attribute::from(attribute.clone()).value.to_json()
}

async fn apply_receipt(
    tx: &mut Tx,
    call: &Call,
    installation: &Installation,
    receipt: &Receipt,
) -> Result<(), Refusal> {
    let status = match receipt.status {
        ReceiptStatus::Sent => Delivery::Sent,
        ReceiptStatus::Delivered => Delivery::Delivered,
        ReceiptStatus::Read => Delivery::Read,
        ReceiptStatus::Failed => Delivery::Failed,
    };
    let failure = (status == Delivery::Failed).then(|| match &receipt.error {
        Some(error) => format!("{}: {}", error.code, error.message),
        None => "the provider says that it could not be delivered, and not why".to_owned(),
    });
    let said = super::conversations::Said { external: receipt.external_id.clone(), status, failure };
    super::conversations::receipt(tx, call, installation.id, &said).await
}
