//! What channels took in that became no message: seen by whoever may, and made a message by one act.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Accepted;
use crate::domain::actor::Permission;
use crate::domain::customer::TypedIdentity;
use crate::domain::delivery::{DeliveryState, reason};
use crate::domain::event::Subject;
use crate::domain::identity::normalize;
use crate::domain::ids::{CustomerId, DeliveryId, InstallationId};
use crate::domain::value::{Attribute, Value};
use crate::ops::app::App;
use crate::ops::calls::driver::PluginCalls;
use crate::ops::calls::effects::StagedEffects;
use crate::ops::customers;
use crate::ops::intake;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::types::{HttpRequest, Identity, Inbound, Message};
use crate::plugins::{Ability, CallError, Installation};
use crate::store::db::Tx;
use crate::store::deliveries::{self, KeptDelivery, KeptRequest, Waiting};
use crate::store::installations as rows;
use crate::store::page::{Page, PageRequest};

/// The most characters of a message that the host makes of a request's text.
const LONGEST: usize = 20_000;
/// The most characters of a name that is taken from a request.
const LONGEST_NAME: usize = 100;

/// An installation's deliveries in this state or any, the newest first.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    of: InstallationId,
    state: Option<DeliveryState>,
    page: PageRequest,
) -> Result<Page<KeptDelivery>, Refusal> {
    ctx.require(Permission::DeliveriesRead)?;
    crate::ops::installations::there(tx, of).await?;
    Ok(deliveries::list(tx, of, state, page).await?)
}

/// One delivery with its request as it came.
pub async fn get(
    tx: &mut Tx,
    ctx: &RequestContext,
    of: InstallationId,
    id: DeliveryId,
) -> Result<(KeptDelivery, KeptRequest), Refusal> {
    ctx.require(Permission::DeliveriesRead)?;
    let delivery = there(tx, of, id).await?;
    let request = deliveries::request(tx, delivery.request_id).await?;
    Ok((delivery, request.ok_or_else(|| Refusal::not_found("delivery", id))?))
}

/// How many deliveries wait, by installation; those that have none are left out.
pub async fn waiting(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<Waiting>, Refusal> {
    ctx.require(Permission::DeliveriesRead)?;
    Ok(deliveries::waiting(tx).await?)
}

async fn there(tx: &mut Tx, of: InstallationId, id: DeliveryId) -> Result<KeptDelivery, Refusal> {
    crate::ops::installations::there(tx, of).await?;
    deliveries::get(tx, of, id).await?.ok_or_else(|| Refusal::not_found("delivery", id))
}

/// Whose message a delivery becomes. When nothing is said, its sender's as the plugin has it; without one, a new
/// customer's.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Whose {
    /// This customer's.
    pub customer: Option<CustomerId>,
    /// Whoever has this identity, where no customer is named; a new customer's if nobody has it.
    pub identity: Option<TypedIdentity>,
}

/// Makes a delivery a message, with all that follows from one. One that was accepted before stays as it is.
///
/// The plugin reads the request once more, so that what it couldn't read before an upgrade is read now, and files come
/// along; what it wants done besides is left undone. If it can't, the message is the one that it proposed when the
/// request came, or the request's text.
pub async fn accept(
    app: &App,
    ctx: &RequestContext,
    of: InstallationId,
    id: DeliveryId,
    whose: Whose,
) -> Result<KeptDelivery, Refusal> {
    ctx.require(Permission::DeliveriesWrite)?;
    let mut tx = app.db.read().await?;
    let delivery = there(&mut tx, of, id).await?;
    if delivery.state == DeliveryState::Accepted {
        return Ok(delivery);
    }
    let mut whose = checked(whose)?;
    if let Some(customer) = whose.customer {
        let found = customers::canonical(&mut tx, ctx, customer).await.map_err(no_such_customer)?;
        whose.customer = Some(found.customer.id);
    }
    let request = deliveries::request(&mut tx, delivery.request_id).await?;
    let request = request.ok_or_else(|| Refusal::not_found("delivery", id))?;
    let proposed = deliveries::message(&mut tx, id).await?.and_then(intake::proposed);
    let row = rows::get(&mut tx, of).await?.ok_or_else(|| Refusal::not_found("installation", of))?;
    let installation = app.plugins.load(&mut tx, row).await;
    drop(tx);
    let installation = installation
        .map_err(|error| Refusal::Unavailable { reason: error.to_string(), retry_after_ms: 10_000 })?;
    let (messages, staged) = match read_again(app, &installation, &delivery, &request).await? {
        Some(read) => read,
        None => {
            let message = proposed.unwrap_or_else(|| made_of(&delivery, &request));
            (vec![message], StagedEffects::nothing(&installation))
        }
    };
    let name = || name_in(&request).unwrap_or_else(|| installation.name.clone());
    let messages: Vec<Message> = messages
        .into_iter()
        .enumerate()
        .map(|(place, message)| completed(message, place, &delivery, whose.identity.as_ref(), &name))
        .collect();
    let accepted = Accepted::new(messages, staged, whose.customer).await;
    app.commit(ctx, (installation, delivery, accepted), |tx, ctx, (installation, delivery, accepted)| {
        Box::pin(store(tx, ctx, installation, delivery, accepted))
    })
    .await
}

fn no_such_customer(refusal: Refusal) -> Refusal {
    match refusal {
        Refusal::NotFound { id, .. } => {
            Refusal::invalid("/customer_id", format!("there is no customer {id}"))
        }
        other => other,
    }
}

/// The identity in the one spelling by which it is found; none where the customer is named.
fn checked(whose: Whose) -> Result<Whose, Refusal> {
    let Whose { customer, identity } = whose;
    let Some(identity) = identity.filter(|_| customer.is_none()) else {
        return Ok(Whose { customer, identity: None });
    };
    let value = normalize(&identity.scheme, &identity.value, None)
        .map_err(|fault| Refusal::invalid("/identity/value", fault.to_string()))?;
    Ok(Whose { customer, identity: Some(TypedIdentity { value, ..identity }) })
}

async fn store(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: &Arc<Installation>,
    delivery: &KeptDelivery,
    accepted: &Accepted,
) -> Result<KeptDelivery, Refusal> {
    if !deliveries::take(tx, delivery.installation_id, delivery.id).await? {
        // Somebody else was faster, or its time has just run out.
        return there(tx, delivery.installation_id, delivery.id).await;
    }
    let data = json!({"installation_id": installation.id, "reason": delivery.reason});
    let event = ctx.record(tx, "delivery.accepted", Subject::of("delivery", delivery.id), data).await?;
    let theirs = ctx.of(installation).caused(ctx.cause.after(event));
    if let Some(interaction) = accepted.store(tx, &theirs, installation).await? {
        deliveries::became(tx, delivery.id, interaction).await?;
    }
    there(tx, delivery.installation_id, delivery.id).await
}

/// What the plugin makes of the request now; none if it makes nothing of this part of it, or breaks down at it.
async fn read_again(
    app: &App,
    installation: &Arc<Installation>,
    delivery: &KeptDelivery,
    request: &KeptRequest,
) -> Result<Option<(Vec<Message>, StagedEffects)>, Refusal> {
    if !installation.enabled || !installation.has(Ability::Channel) {
        return Ok(None);
    }
    let request = HttpRequest {
        method: request.method.clone(),
        path: request.path.clone(),
        query: request.query.clone(),
        headers: request.headers.0.iter().map(|header| installation.restore(header)).collect(),
        body: request.body.clone(),
    };
    let (calls, request) = (PluginCalls::of_request(app), Arc::new(request));
    let receive = |ctx| app.plugins.receive(installation, ctx, &request);
    match calls.call(installation, Ability::Channel, receive).await {
        Ok((inbound, staged)) => {
            let messages = part(inbound, delivery);
            Ok((!messages.is_empty()).then_some((messages, staged)))
        }
        Err(error @ (CallError::Busy { .. } | CallError::Broken { .. } | CallError::Store(_))) => {
            Err(crate::ops::installations::unavailable(&error))
        }
        Err(error) => {
            tracing::info!(installation = %installation.name, delivery = %delivery.id, %error,
                "A plugin can't read a kept delivery again; its text is taken.");
            Ok(None)
        }
    }
}

/// The messages that a delivery stands for in what the plugin makes of its request.
fn part(inbound: Inbound, delivery: &KeptDelivery) -> Vec<Message> {
    if matches!(delivery.reason.as_str(), reason::NO_MESSAGE | reason::PLUGIN_FAILED) {
        let kept = inbound.kept.into_iter().filter_map(|kept| kept.message);
        return if inbound.messages.is_empty() { kept.collect() } else { inbound.messages };
    }
    let messages = inbound.messages.into_iter().map(|message| (message.external_id.clone(), Some(message)));
    let kept = inbound.kept.into_iter().map(|kept| (kept.external_id, kept.message));
    let mut parts: Vec<(String, Option<Message>)> = messages.chain(kept).collect();
    let same = |(id, _): &(String, Option<Message>)| *id == delivery.external_id;
    let place = match (delivery.external_id.as_str(), parts.iter().position(same)) {
        ("", _) => usize::try_from(delivery.part).unwrap_or(usize::MAX),
        (_, found) => found.unwrap_or(usize::MAX),
    };
    let found = (place < parts.len()).then(|| parts.swap_remove(place));
    found.and_then(|(_, message)| message).into_iter().collect()
}

/// A message of nothing but the request's text.
fn made_of(delivery: &KeptDelivery, request: &KeptRequest) -> Message {
    Message {
        external_id: delivery.external_id.clone(),
        conversation: String::new(),
        kind: "message".to_owned(),
        sender: Vec::new(),
        sent_at: delivery.received_at.as_micros(),
        text: String::from_utf8_lossy(&request.body).trim().chars().take(LONGEST).collect(),
        attachments: Vec::new(),
        attributes: Vec::new(),
    }
}

/// Fills in what a message has to have: an id, a thread, somebody who sent it.
fn completed(
    mut message: Message,
    place: usize,
    delivery: &KeptDelivery,
    identity: Option<&TypedIdentity>,
    name: &dyn Fn() -> String,
) -> Message {
    let own = || format!("delivery:{}:{place}", delivery.id);
    if message.external_id.is_empty() {
        message.external_id =
            if delivery.external_id.is_empty() { own() } else { delivery.external_id.clone() };
    }
    if message.conversation.is_empty() {
        message.conversation = own();
    }
    // A note asks for nothing; who accepts it wants it to be seen to.
    if message.kind == "note" || message.kind.is_empty() {
        message.kind = "message".to_owned();
    }
    if let Some(TypedIdentity { scheme, issuer, value }) = identity {
        let (scheme, issuer, value) = (scheme.clone(), issuer.clone(), value.clone());
        message.sender = vec![Identity { scheme, issuer, value, attested: false }];
    }
    let mut set = |name: &str, value: Value| message.attributes.push(Attribute::new(name, value).into());
    set("accepted", true.into());
    let named = message.attributes.iter().any(|attribute| attribute.name == "name");
    if message.sender.iter().all(|identity| identity.value.trim().is_empty()) && !named {
        message.attributes.push(Attribute::new("name", name()).into());
    }
    message
}

/// The name in a mail's `From`, or the value of a `name` in JSON or a form: what a request without a sender has.
fn name_in(request: &KeptRequest) -> Option<String> {
    let text = String::from_utf8_lossy(&request.body);
    let found = match serde_json::from_str::<serde_json::Value>(&text) {
        Ok(json) => json["name"].as_str().map(str::to_owned),
        Err(_) => text.lines().take_while(|line| !line.trim().is_empty()).find_map(|line| {
            let (head, value) = line.split_once(':')?;
            head.eq_ignore_ascii_case("from").then(|| value.trim().to_owned())
        }),
    }?;
    let name: String = found.chars().filter(|c| !c.is_control()).take(LONGEST_NAME).collect();
    Some(name.trim().to_owned()).filter(|name| !name.is_empty())
}
