//! Touches by channels that speak the API themselves: calls, visits, notes, purchases, messages. They go the same way
//! as what plugins bring in: the sender is recognised, the thread found, and what is a demand becomes a ticket.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::identify::{Hint, Recognised, Sender, identify};
use super::identities;
use crate::domain::actor::{Permission, Principal};
use crate::domain::attributes::too_large;
use crate::domain::clock::Timestamp;
use crate::domain::conversation::{Conversation, Interaction};
use crate::domain::customer::TypedIdentity;
use crate::domain::ids::{CustomerId, InteractionId};
use crate::domain::words::words;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::db::{DbError, Tx};
use crate::store::filter::ListQuery;
use crate::store::page::Page;
use crate::store::touches::{self, TouchFilter};
use crate::store::{conversations, customers};

words! {
    /// The kinds of touches that the API takes.
    pub enum TouchKind {
        /// The customer wrote.
        Message = "message",
        /// The customer called; a transcript or summary is judged as a message is.
        Call = "call",
        /// The customer came by.
        Visit = "visit",
        /// The customer looked at a page.
        PageView = "page-view",
        /// The customer bought something.
        Purchase = "purchase",
        /// Somebody of the company wrote something down.
        Note = "note",
    }
}

/// The most identities that a sender is told by.
pub const IDENTITIES: usize = 20;

/// A touch to be stored.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewTouch {
    /// What it was.
    pub kind: TouchKind,
    /// Whose, where the caller knows.
    pub customer: Option<CustomerId>,
    /// How the customer is known otherwise: as typed, since only plugins can be granted to vouch for one.
    pub identities: Vec<TypedIdentity>,
    /// What the customer is called, if it is a new one.
    pub name: Option<String>,
    /// BCP 47.
    pub language: Option<String>,
    /// The channel's name, such as `pos` or `hotline`.
    pub channel: String,
    /// The channel's own id of it: the same one is stored once.
    pub external_id: Option<String>,
    /// The channel's own name of the thread; a customer has one thread on a channel where it isn't said.
    pub conversation: Option<String>,
    /// What it is about.
    pub subject: Option<String>,
    /// What was written or said.
    pub text: String,
    /// What else the channel knows.
    pub attributes: Map<String, Value>,
    /// When it happened; now when not said.
    pub occurred_at: Option<Timestamp>,
}

/// Stores a touch, unless the channel has told of it before; whether it is new.
pub async fn create(
    tx: &mut Tx,
    ctx: &RequestContext,
    new: &NewTouch,
) -> Result<(Interaction, bool), Refusal> {
    ctx.require(Permission::ConversationsWrite)?;
    check(new)?;
    if let Some(external) = &new.external_id
        && let Some(known) = touches::stored(tx, &new.channel, external).await?
    {
        return Ok((known, false));
    }
    let (customer, by) = sender(tx, ctx, new).await?;
    let conversation = thread(tx, new, customer).await?;
    let mut attributes = new.attributes.clone();
    for (name, value) in [("subject", &new.subject), ("language", &new.language)] {
        if let Some(value) = value {
            attributes.insert(name.to_owned(), json!(value));
        }
    }
    let inbound = new.kind != TouchKind::Note;
    let interaction = Interaction {
        id: tx.id(),
        customer_id: customer,
        conversation_id: Some(conversation.id),
        ticket_id: None,
        installation_id: None,
        kind: new.kind.as_str().to_owned(),
        inbound,
        external_id: new.external_id.clone(),
        author_id: match ctx.actor.principal {
            Principal::User(user) if !inbound => Some(user),
            _ => None,
        },
        text: new.text.clone(),
        attributes,
        attachments: Vec::new(),
        status: None,
        failure: None,
        occurred_at: new.occurred_at.unwrap_or(tx.now()).min(tx.now()),
        created_at: tx.now(),
        version: 1,
    };
    if !touches::insert(tx, &interaction, &new.channel).await? {
        // The same at the same moment on another connection: run again and find it stored.
        return Err(DbError::Collision("the touch was being stored elsewhere".to_owned()).into());
    }
    let data = json!({
        "conversation_id": conversation.id, "channel": new.channel, "kind": new.kind, "recognised_by": by,
    });
    let kind = if inbound { "interaction.received" } else { "interaction.noted" };
    ctx.record(tx, kind, &interaction, data).await?;
    Ok((interaction, true))
}

/// Whose touch it is: the customer that was named, or whom the identities tell, or a new one.
async fn sender(tx: &mut Tx, ctx: &RequestContext, new: &NewTouch) -> Result<(CustomerId, String), Refusal> {
    if let Some(id) = new.customer {
        let customer = customers::get(tx, id, ctx.scope()).await?;
        let customer =
            customer.ok_or_else(|| Refusal::invalid("/customer_id", format!("there is no customer {id}")))?;
        return Ok((customer.canonical_id.unwrap_or(customer.id), "named by the caller".to_owned()));
    }
    ctx.require(Permission::CustomersWrite)?;
    let hint = |identity: &TypedIdentity| Hint {
        scheme: identity.scheme.clone(),
        issuer: identity.issuer.clone(),
        value: identity.value.clone(),
        attested: false,
    };
    let sender = Sender {
        hints: new.identities.iter().map(hint).collect(),
        name: new.name.clone(),
        language: new.language.clone(),
        region: None,
        thread: None,
    };
    let Recognised { customer, by, .. } = identify(tx, ctx, None, &sender).await?;
    Ok((customer, by))
}

async fn thread(tx: &mut Tx, new: &NewTouch, customer: CustomerId) -> Result<Conversation, Refusal> {
    let conversation = Conversation {
        id: tx.id(),
        customer_id: customer,
        installation_id: None,
        channel: new.channel.clone(),
        external_id: new.conversation.clone().unwrap_or_default(),
        subject: new.subject.clone().unwrap_or_default(),
        ticket_id: None,
        last_at: tx.now(),
        created_at: tx.now(),
        version: 1,
    };
    Ok(touches::open(tx, &conversation).await?)
}

fn check(new: &NewTouch) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut fault = |pointer: &str, detail: &str| {
        faults.push(InvalidField { pointer: pointer.to_owned(), detail: detail.to_owned() });
    };
    let word = |text: &str| {
        !text.is_empty() && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
    };
    if !word(&new.channel) || new.channel.len() > 64 {
        fault("/channel", "a channel's name has 1 to 64 lower-case letters, digits and hyphens");
    }
    let short = |text: &Option<String>| {
        text.as_ref().is_none_or(|text| !text.is_empty() && text.chars().count() <= 200)
    };
    for (pointer, text) in [
        ("/external_id", &new.external_id),
        ("/conversation", &new.conversation),
        ("/subject", &new.subject),
        ("/name", &new.name),
        ("/language", &new.language),
    ] {
        if !short(text) {
            fault(pointer, "1 to 200 characters");
        }
    }
    if new.text.chars().count() > 20_000 {
        fault("/text", "at most 20000 characters");
    }
    if new.attributes.len() > 50 {
        fault("/attributes", "at most 50 attributes");
    }
    if let Some(detail) = too_large(&new.attributes) {
        fault("/attributes", &detail);
    }
    if new.identities.len() > IDENTITIES {
        fault("/identities", "at most 20 identities");
    }
    if new.customer.is_some() != new.identities.is_empty() {
        fault("/customer_id", "say whose it is: customer_id, or identities");
    }
    for (index, typed) in new.identities.iter().enumerate() {
        if let Err(wrong) = identities::canonical(typed, &format!("/identities/{index}")) {
            fault(&wrong.pointer, &wrong.detail);
        }
    }
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}

/// One touch.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: InteractionId) -> Result<Interaction, Refusal> {
    ctx.require(Permission::ConversationsRead)?;
    let found = conversations::interaction(tx, id, ctx.scope()).await?;
    found.ok_or_else(|| Refusal::not_found("interaction", id))
}

/// Touches, the last that happened first unless sorted otherwise.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    query: &ListQuery,
    by: &TouchFilter,
) -> Result<Page<Interaction, String>, Refusal> {
    ctx.require(Permission::ConversationsRead)?;
    Ok(touches::list(tx, query, by, ctx.scope()).await?)
}
