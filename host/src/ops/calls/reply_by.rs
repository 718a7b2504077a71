//! A ticket is answered by another channel than the one that it came by, because that one carries no answers: what came
//! by a form is answered by e-mail. The conversation that is begun for it belongs to the ticket, and so does what the
//! customer writes in it.

use std::sync::Arc;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Map;

use super::driver::PluginCalls;
use super::effects::StagedEffects;
use crate::domain::actor::Permission;
use crate::domain::catalogue::FieldClass;
use crate::domain::conversation::{Conversation, Interaction};
use crate::domain::ids::{InstallationId, TicketId};
use crate::domain::masking;
use crate::domain::ticket::Ticket;
use crate::ops::app::App;
use crate::ops::conversations::{self, NewMessage};
use crate::ops::customers::identify;
use crate::ops::installations::failures::{for_agents, note_failure};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::tickets;
use crate::plugins::types::{Attribute, ConversationRequest, Identity, Value};
use crate::plugins::{Ability, CallError, Installation};
use crate::store::db::Tx;
use crate::store::{conversations as store, customers};

/// Schemes of identities that a channel of the same scheme writes to without having heard from the customer.
const SCHEMES: [&str; 1] = ["email"];

/// A way to answer a ticket.
#[derive(Debug, Clone)]
pub struct Way {
    /// The channel.
    pub installation: Arc<Installation>,
    /// The customer's addresses on it, those that a channel vouches for first.
    pub addresses: Vec<String>,
}

impl Way {
    /// The channel's scheme, for example `email`.
    pub fn scheme(&self) -> &str {
        self.installation.manifest.channel.as_ref().map_or("", |channel| &channel.scheme)
    }
}

/// An answer by another channel.
#[derive(Debug, Clone, Serialize)]
pub struct ReplyBy {
    /// To this ticket.
    pub ticket: TicketId,
    /// By this channel; by the first that can when not said.
    pub installation: Option<InstallationId>,
    /// To this address of the customer's; to the first when not said.
    pub address: Option<String>,
    /// What the thread is called; the ticket's subject when not said.
    pub subject: Option<String>,
    /// What it says.
    pub text: String,
}

/// An answer whose thread the channel has begun.
#[derive(Debug, Serialize)]
struct Prepared {
    request: ReplyBy,
    // Made anew when the same request comes again, so it is no part of what tells one request from another.
    #[serde(skip)]
    begun: Begun,
}

#[derive(Debug)]
struct Begun {
    installation: Arc<Installation>,
    scheme: String,
    thread: String,
    staged: StagedEffects,
}

/// The ways in which a ticket can be answered beside the channel that it came by.
pub async fn ways(app: &App, ctx: &RequestContext, id: TicketId) -> Result<Vec<Way>, Refusal> {
    let mut tx = app.db.read().await?;
    let ticket = tickets::get(&mut tx, ctx, id).await?;
    let mut ways = ways_of(app, &mut tx, ctx, &ticket).await?;
    for address in ways.iter_mut().flat_map(|way| &mut way.addresses) {
        *address = shown(ctx, address);
    }
    Ok(ways)
}

/// An address as the caller sees it, by which they may choose it.
fn shown(ctx: &RequestContext, address: &str) -> String {
    masking::text_or_empty(FieldClass::Contact, address, ctx.actor.sights)
}

/// See [`ways`]; the addresses as they are.
async fn ways_of(app: &App, tx: &mut Tx, ctx: &RequestContext, ticket: &Ticket) -> Result<Vec<Way>, Refusal> {
    ctx.require(Permission::ConversationsWrite)?;
    let customer = identify::read(tx, ticket.customer_id).await?;
    let mut identities = customers::identities(tx, customer.rows()).await?;
    identities.retain(|identity| SCHEMES.contains(&identity.scheme.as_str()));
    if identities.is_empty() {
        return Ok(Vec::new());
    }
    identities.sort_by_key(|identity| !identity.attested);
    let mut ways = Vec::new();
    for installation in app.plugins.with_ability(tx, Ability::ChannelSend).await? {
        let way = Way { installation, addresses: Vec::new() };
        let own = identities.iter().filter(|identity| identity.scheme == way.scheme());
        let addresses: Vec<String> = own.map(|identity| identity.value.clone()).collect();
        if !addresses.is_empty() {
            ways.push(Way { addresses, ..way });
        }
    }
    Ok(ways)
}

/// Has the channel begin a thread with the customer.
async fn prepare(
    calls: &PluginCalls<'_>,
    ctx: &RequestContext,
    request: ReplyBy,
) -> Result<Prepared, Refusal> {
    let app = calls.app;
    let mut tx = app.db.read().await?;
    let ticket = tickets::get(&mut tx, ctx, request.ticket).await?;
    let ways = ways_of(app, &mut tx, ctx, &ticket).await?;
    drop(tx);
    let Some(first) = ways.first() else {
        let detail = "the customer has no address that a channel in use could write to first, such as an e-mail address";
        return Err(Refusal::Conflict(detail.to_owned()));
    };
    let way = match request.installation {
        None => first,
        Some(id) => ways.iter().find(|way| way.installation.id == id).ok_or_else(|| {
            Refusal::invalid("/installation_id", "this channel can't write to the customer first")
        })?,
    };
    let address = match &request.address {
        None => &way.addresses[0],
        Some(wanted) => {
            let is_wanted =
                |known: &&String| known.eq_ignore_ascii_case(wanted) || shown(ctx, known) == *wanted;
            way.addresses.iter().find(is_wanted).ok_or_else(|| {
                let known: Vec<String> = way.addresses.iter().map(|known| shown(ctx, known)).collect();
                let known = known.join(", ");
                Refusal::invalid("/address", format!("the customer has no such address; known are: {known}"))
            })?
        }
    };
    let begun = begin(calls, way, address, &ticket).await?;
    Ok(Prepared { request, begun })
}

async fn begin(calls: &PluginCalls<'_>, way: &Way, address: &str, ticket: &Ticket) -> Result<Begun, Refusal> {
    let app = calls.app;
    let installation = Arc::clone(&way.installation);
    let attribute =
        |name: &str, text: &str| Attribute { name: name.to_owned(), value: Value::Text(text.to_owned()) };
    let request = ConversationRequest {
        recipient: vec![Identity {
            scheme: way.scheme().to_owned(),
            issuer: String::new(),
            value: address.to_owned(),
            attested: false,
        }],
        attributes: vec![attribute("subject", &ticket.subject), attribute("language", &ticket.language)],
    };
    let starting = calls
        .call(&installation, Ability::ChannelSend, |call| app.plugins.start(&installation, call, request));
    match starting.await {
        Ok((started, staged)) => {
            let (scheme, thread) = (way.scheme().to_owned(), started.conversation);
            Ok(Begun { scheme, thread, staged, installation })
        }
        Err(error) => {
            note_failure(app, &installation, "channel-send", &error).await;
            Err(match error {
                CallError::Refused(_) | CallError::NotOffered { .. } => Refusal::Conflict(for_agents(&error)),
                other => crate::ops::installations::unavailable(&other),
            })
        }
    }
}

/// Begins the conversation with its first message.
async fn reply(tx: &mut Tx, ctx: &RequestContext, prepared: &Prepared) -> Result<Interaction, Refusal> {
    ctx.require(Permission::ConversationsWrite)?;
    let Prepared { request, begun } = prepared;
    let ticket = tickets::get(tx, ctx, request.ticket).await?;
    let subject = request.subject.as_deref().map(str::trim).filter(|subject| !subject.is_empty());
    if subject.is_some_and(|subject| subject.chars().count() > 200) {
        return Err(Refusal::invalid("/subject", "a subject has at most 200 characters"));
    }
    let thread = Conversation {
        id: tx.id(),
        customer_id: identify::read(tx, ticket.customer_id).await?.customer.id,
        installation_id: Some(begun.installation.id),
        channel: begun.scheme.clone(),
        external_id: begun.thread.clone(),
        subject: subject.unwrap_or(&ticket.subject).to_owned(),
        ticket_id: Some(ticket.id),
        last_at: tx.now(),
        created_at: tx.now(),
        version: 1,
    };
    let (conversation, _) = store::open(tx, &thread).await?;
    begun.staged.apply(tx, ctx).await?;
    let message = NewMessage {
        conversation: conversation.id,
        text: request.text.clone(),
        author: None,
        choices: Vec::new(),
        html: None,
        attributes: Map::new(),
        attachments: Vec::new(),
    };
    conversations::reply(tx, ctx, &message).await
}

/// Answers a ticket by another channel, once for each key that the caller gave. `shape` makes the answer of the message.
pub async fn answer<T>(
    app: &App,
    ctx: &RequestContext,
    name: &'static str,
    request: ReplyBy,
    shape: fn(Interaction) -> T,
) -> Result<T, Refusal>
where
    T: Serialize + DeserializeOwned + Send + 'static,
{
    let calls = PluginCalls::of_request(app);
    let work = async || {
        let prepared = prepare(&calls, ctx, request.clone()).await?;
        let done = app.commit_once(ctx, name, prepared, move |tx, ctx, prepared| {
            Box::pin(async move { reply(tx, ctx, prepared).await.map(shape) })
        });
        done.await.map(|done| done.answer)
    };
    calls.until_applied(work).await
}
