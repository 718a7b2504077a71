//! What channels bring in: one request, stored whole in one transaction before it is answered.

pub mod deliveries;
pub mod poll;
pub mod respond;

mod accepted;
mod albums;
mod arrival;
mod content;
mod edits;
mod error;
pub mod files;
mod kept;
mod legible;

use std::borrow::Cow;
use std::sync::Arc;

use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

pub(super) use self::accepted::Accepted;
use self::arrival::{Arrival, arrival};
use self::content::{Content, During};
use self::edits::Edit;
pub use self::error::IntakeError;
pub use self::kept::MOST_BYTES;
pub(super) use self::kept::proposed;
use self::kept::{Leftover, Part};
use super::app::App;
use super::calls::driver::PluginCalls;
use super::calls::effects::StagedEffects;
use super::calls::identities;
use super::customers::identify::{Hint, Recognised, Sender, identify};
use super::installations::failures::{is_for_operators, note_failure, note_refusal};
use super::refusal::Refusal;
use super::request_context::RequestContext;
use crate::domain::clock::Timestamp;
use crate::domain::conversation::{Conversation, Delivery, Interaction};
use crate::domain::delivery::reason;
use crate::domain::event::Cause;
use crate::domain::ids::{CustomerId, InteractionId};
use crate::domain::text::cut;
use crate::domain::value::{Attribute, Value as Plain};
use crate::plugins::types::{HttpAnswer, HttpRequest, Inbound, Media, Message, Receipt, ReceiptStatus};
use crate::plugins::{self, Ability, CallError, Installation};
use crate::store::conversations;
use crate::store::db::{DbError, Tx};

/// How long a provider is asked to wait when nothing better is known.
const LATER_MS: u64 = 10_000;
/// How much of an answer that refuses is put into the channel's log, in characters.
const SHOWN: usize = 300;
/// The most messages that one request may carry.
const MESSAGES: usize = 1_000;
/// Bytes of a provider's id that are stored.
const LONGEST_ID: usize = 1_000;

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
    let request = Arc::new(request);
    let calls = PluginCalls::of_request(app);
    let work = async || take(&calls, &installation, &request).await;
    match calls.until_applied(work).await {
        Ok(outcome) => outcome,
        Err(Refusal::LostRace) => {
            let reason = "other calls were always faster".to_owned();
            Err(IntakeError::Later { reason, retry_after_ms: 1_000 })
        }
        Err(Refusal::Store(error)) => Err(store(&error)),
        Err(refusal) => {
            tracing::warn!(installation = %installation.name, error = %refusal, "what a channel wants can't be done");
            note_refusal(app, &installation, &format!("channel: {refusal}"), &[]).await;
            broke_down(app, &installation, &request, refusal.to_string()).await
        }
    }
}

/// Lets the plugin read the request and stores what it means.
async fn take(
    calls: &PluginCalls<'_>,
    installation: &Arc<Installation>,
    request: &Arc<HttpRequest>,
) -> Result<Result<HttpAnswer, IntakeError>, Refusal> {
    let app = calls.app;
    let from = app.db.now();
    let receiving =
        calls.call(installation, Ability::Channel, |call| app.plugins.receive(installation, call, request));
    let (inbound, staged) = match receiving.await {
        Ok(received) => received,
        Err(error) => return Ok(failed(app, installation, request, error).await),
    };
    if let Some(problem) = kept::too_many(&inbound) {
        return Ok(broke_down(app, installation, request, problem).await);
    }
    let during = During { from, to: app.db.now() };
    let answer = inbound.answer.clone();
    let came = Came::of(app, installation, request, inbound, staged, during).await?;
    let ctx = RequestContext::system(Cause::default()).of(installation);
    let stored = app.commit(&ctx, (installation.clone(), came), |tx, ctx, (installation, came)| {
        Box::pin(came.take_in(tx, ctx, installation))
    });
    stored.await?;
    if matches!(answer.status, 401 | 403) {
        let body = String::from_utf8_lossy(&answer.body).chars().take(SHOWN).collect::<String>();
        note_refusal(app, installation, &refusal_line(answer.status, &body), &[]).await;
    }
    Ok(Ok(answer))
}

/// What of a request is to be kept. Hashing and searching a large one takes a while, and others wait for this thread.
async fn leftover(
    installation: &Arc<Installation>,
    request: &Arc<HttpRequest>,
    inbound: &mut Inbound,
) -> Option<Leftover> {
    let parts = kept::leftovers(inbound, !request.body.is_empty());
    if parts.is_empty() {
        return None;
    }
    let (installation, request) = (installation.clone(), request.clone());
    let kept = tokio::task::spawn_blocking(move || Leftover::new(&installation, &request, parts));
    kept.await.unwrap_or_default()
}

async fn failed(
    app: &App,
    installation: &Arc<Installation>,
    request: &Arc<HttpRequest>,
    error: CallError,
) -> Result<HttpAnswer, IntakeError> {
    if let CallError::Refused(guest) = &error {
        match guest.code.as_str() {
            "denied" => {
                note_refusal(app, installation, &refusal_line(401, &guest.message), &guest.log).await;
                return Err(IntakeError::Forged);
            }
            "invalid" => return Err(IntakeError::Malformed(for_outside(&guest.message))),
            "not-found" => return Err(IntakeError::NoSuchPath(for_outside(&guest.message))),
            _ => {}
        }
    }
    note_failure(app, installation, "channel", &error).await;
    if error.is_failure() {
        return broke_down(app, installation, request, error.to_string()).await;
    }
    Err(later(error.retry_after_ms().map_or(LATER_MS, u64::from)))
}

/// The plugin couldn't do with a request what it should. The provider sends it again; one that is sent again and again is
/// kept and taken off the provider's hands, so that it holds nothing else up.
async fn broke_down(
    app: &App,
    installation: &Arc<Installation>,
    request: &Arc<HttpRequest>,
    problem: String,
) -> Result<HttpAnswer, IntakeError> {
    let whole = Part::whole(reason::PLUGIN_FAILED, problem);
    let (by, of) = (installation.clone(), request.clone());
    let kept = tokio::task::spawn_blocking(move || Leftover::new(&by, &of, vec![whole]));
    let Ok(Some(kept)) = kept.await else { return Err(later(LATER_MS)) };
    let ctx = RequestContext::system(Cause::default()).of(installation);
    let input = (installation.clone(), kept);
    let counted = app
        .commit(&ctx, input, |tx, ctx, (installation, kept)| {
            Box::pin(async move {
                let failures = kept.count_failure(tx, installation).await?;
                if failures >= kept::FAILURES {
                    kept.keep(tx, ctx, installation).await?;
                }
                Ok(failures)
            })
        })
        .await;
    match counted {
        Ok(failures) if failures >= kept::FAILURES => {
            Ok(HttpAnswer { status: 200, headers: Vec::new(), body: Vec::new() })
        }
        Ok(_) => Err(later(LATER_MS)),
        Err(error) => {
            tracing::error!(%error, "a request at which a plugin broke down was not counted");
            Err(later(LATER_MS))
        }
    }
}

/// What went wrong inside is for the operator; the provider only needs to come again.
fn later(retry_after_ms: u64) -> IntakeError {
    IntakeError::Later { reason: "the channel can't take this now".to_owned(), retry_after_ms }
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

/// What one call of a channel brought, ready to be stored.
struct Came {
    messages: Vec<(Message, Content)>,
    receipts: Vec<Receipt>,
    leftover: Option<Leftover>,
    staged: StagedEffects,
}

impl Came {
    /// Makes it ready: what the plugin handed in is cleaned, and what of the request is to be kept is picked out.
    async fn of(
        app: &App,
        installation: &Arc<Installation>,
        request: &Arc<HttpRequest>,
        mut inbound: Inbound,
        staged: StagedEffects,
        during: During,
    ) -> Result<Self, Refusal> {
        legible::clean_kept(&mut inbound.kept);
        let leftover = leftover(installation, request, &mut inbound).await;
        let Inbound { mut messages, receipts, .. } = inbound;
        let contents: Vec<Content> =
            messages.iter().map(|message| Content::of(message, &staged, during)).collect();
        identities::of_senders(app, &mut messages).await?;
        let messages = cleaned(messages).await.into_iter().zip(contents).collect();
        Ok(Self { messages, receipts, leftover, staged })
    }

    /// Stores messages and receipts with what the call staged, and keeps what became no message. When all of it was here
    /// before, nothing is: a repeated delivery changes nothing, the plugin's own store included.
    async fn take_in(
        &self,
        tx: &mut Tx,
        ctx: &RequestContext,
        installation: &Installation,
    ) -> Result<(), Refusal> {
        if self.store(tx, ctx, installation).await? { self.staged.apply(tx, ctx).await } else { Ok(()) }
    }

    /// Stores messages and receipts and keeps what became no message; whether anything of it is new.
    async fn store(
        &self,
        tx: &mut Tx,
        ctx: &RequestContext,
        installation: &Installation,
    ) -> Result<bool, Refusal> {
        let Self { messages, receipts, leftover, staged } = self;
        let mut stored = 0;
        for (message, content) in messages {
            let found = store_message(tx, ctx, installation, (message, content), None, staged).await?;
            let Some(id) = found else { continue };
            stored += 1;
            files::attach(tx, ctx, installation, (message, id), staged).await?;
        }
        if let Some(leftover) = leftover {
            stored += leftover.keep(tx, ctx, installation).await?;
        }
        for receipt in receipts {
            apply_receipt(tx, ctx, installation, receipt).await?;
        }
        Ok(stored > 0 || (messages.is_empty() && leftover.is_none()))
    }
}

/// Stores one message; none when it is there already. Whose it is, its sender says where nobody has said it already.
pub(super) async fn store_message(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: &Installation,
    (message, content): (&Message, &Content),
    customer: Option<CustomerId>,
    staged: &StagedEffects,
) -> Result<Option<InteractionId>, Refusal> {
    let external_id = bounded(&message.external_id);
    let edited = edits::is_edit(message);
    if edited {
        match edits::apply(tx, ctx, installation, (&external_id, message), staged).await? {
            Edit::Unknown => {}
            Edit::Nothing => return Ok(None),
            Edit::Changed(id) => return Ok(Some(id)),
        }
    }
    match arrival(tx, installation.id, &external_id, content).await? {
        Arrival::Duplicate(_) => return Ok(None),
        Arrival::OtherContent(stored) if !edited => {
            if let Some(known) = edits::overtaken(tx, stored.id, content.kept()).await? {
                ctx.record(tx, "interaction.received", &known, json!({
                    "conversation_id": known.conversation_id, "begun": false, "channel": channel(installation),
                    "kind": known.kind, "recognised_by": "its edit came before",
                })).await?;
                return Ok(Some(known.id));
            }
        }
        Arrival::New | Arrival::OtherContent(_) => {}
    }
    let album = albums::album(message);
    if album.is_some() && albums::is_stored(tx, installation, &external_id).await? {
        return Ok(None);
    }
    let Recognised { customer, by, others } = match customer {
        Some(customer) => {
            let by = "somebody who accepted the delivery".to_owned();
            Recognised { customer, by, others: Vec::new() }
        }
        None => identify(tx, ctx, Some(installation.id), &sender(installation, message)).await?,
    };
    let sent_at = Timestamp::from_micros(message.sent_at);
    let thread = Conversation {
        id: tx.id(),
        customer_id: customer,
        installation_id: Some(installation.id),
        channel: channel(installation),
        external_id: bounded(&message.conversation).into_owned(),
        subject: cut(&text(message, "subject").unwrap_or_default(), 200).to_owned(),
        ticket_id: None,
        last_at: tx.now(),
        created_at: tx.now(),
        version: 1,
    };
    let (conversation, begun) = conversations::open(tx, &thread).await?;
    let mut interaction = Interaction {
        id: tx.id(),
        customer_id: customer,
        conversation_id: Some(conversation.id),
        ticket_id: None,
        installation_id: Some(installation.id),
        kind: message.kind.clone(),
        inbound: true,
        external_id: Some(external_id.into_owned()),
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
    if edited {
        edits::mark_early(&mut interaction, message);
    }
    if let Some(album) = &album
        && let Some(whole) = albums::join(tx, ctx, album, &conversation, &interaction).await?
    {
        return Ok(Some(whole));
    }
    if !conversations::add_interaction(tx, &interaction, Some(content.kept())).await? {
        // The same delivery at the same moment on another host: run again and find it stored.
        return Err(DbError::Collision("the message was being stored elsewhere".to_owned()).into());
    }
    if let Some(album) = &album {
        albums::keep(tx, album, interaction.id, &interaction).await?;
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
    // An edit of something that was never seen here is shown, but nobody asked anything by it.
    let kind = if edited { "interaction.edited" } else { "interaction.received" };
    ctx.record(tx, kind, &interaction, data).await?;
    Ok(Some(interaction.id))
}

/// A provider's id as it is stored: one that is too long for an index is told from others by its digest.
fn bounded(id: &str) -> Cow<'_, str> {
    if id.len() <= LONGEST_ID {
        return id.into();
    }
    let mark: String = Sha256::digest(id).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}#{mark}", &id[..id.floor_char_boundary(LONGEST_ID - mark.len() - 1)]).into()
}

/// A file of a message, with its id when it is kept here.
fn described(media: &Media, staged: &StagedEffects) -> Value {
    let Media { name, media_type, reference, size } = media;
    let mut file = json!({"name": name, "media_type": media_type, "reference": reference, "size": size});
    if let Some(kept) = staged.file(reference) {
        file["attachment_id"] = json!(kept.id);
    }
    file
}

/// Cleans what a plugin hands in: texts that no database takes, and HTML, so that whoever shows it later needn't trust
/// the plugin.
async fn cleaned(mut messages: Vec<Message>) -> Vec<Message> {
    for message in &mut messages {
        legible::clean(message);
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
    ctx: &RequestContext,
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
    let update =
        super::conversations::ReceiptUpdate { external: receipt.external_id.clone(), status, failure };
    super::conversations::receipt(tx, ctx, installation.id, &update).await
}
