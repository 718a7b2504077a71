//! Sends queued messages through their channels.

use serde_json::Value;

use super::retries;
use crate::domain::actor::Scope;
use crate::domain::conversation::{Delivery, Interaction};
use crate::domain::ids::InteractionId;
use crate::domain::undeliverable::Undeliverable;
use crate::domain::value::Attribute;
use crate::ops::calls::driver::PluginCalls;
use crate::ops::installations::failures::for_agents;
use crate::ops::{App, Refusal, RequestContext, conversations as ops, installations};
use crate::plugins::types::{self, OutboundMessage};
use crate::plugins::{Ability, CallError, Installation};
use crate::store::db::Tx;
use crate::store::filter::CustomerRows;
use crate::store::queue::Job;
use crate::store::{conversations, customers};

/// How soon a message is tried again whose channel is switched off or left alone for a while.
const LATER_MS: u64 = 15_000;

/// Handles the job for one message: hands it to the provider and notes the outcome. The provider may get it twice
/// when the host dies in between; the message's id tells it that it is the same.
pub(super) async fn send(app: &App, job: &Job, id: InteractionId) -> Result<(), Refusal> {
    let mut tx = app.db.read().await?;
    let message = conversations::interaction(&mut tx, id, Scope::All).await?;
    let message = message.filter(|message| message.status == Some(Delivery::Queued));
    let Some((message, installation)) = with_channel(app, &mut tx, message).await? else {
        drop(tx);
        return app.done(job).await;
    };
    let Some(installation) = installation else {
        drop(tx);
        let gone = Undeliverable::ChannelRemoved.text();
        let noted = app.finish(job, id, move |tx, ctx, id| Box::pin(ops::failed(tx, ctx, *id, gone)));
        return noted.await.map(|_| ());
    };
    if !installation.enabled {
        let reason = "the message's channel is switched off".to_owned();
        return Err(Refusal::Unavailable { reason, retry_after_ms: LATER_MS });
    }
    let outbound = outbound(&mut tx, &installation, &message).await?;
    drop(tx);
    let calls = PluginCalls::of_job(app, job);
    // What went out can't be taken back: when the rest lost a race, it is done again without sending again.
    let work = async || {
        let sending = calls.call(&installation, Ability::ChannelSend, |call| {
            app.plugins.send(&installation, call, outbound.clone())
        });
        let (sent, staged) = match sending.await {
            Ok(sent) => sent,
            Err(error) => {
                installations::note_failure(app, &installation, "channel-send", &error).await;
                return failed(app, job, id, &error).await;
            }
        };
        let input = (id, sent.external_id, json_of(&sent.attributes), staged.carrying(id));
        let noted = app.finish(job, input, |tx, ctx, (id, external, attributes, staged)| {
            Box::pin(async move {
                if staged.has_mail() {
                    // It is sent when the relay has taken the mail, which another job sees to.
                    ops::handed_over(tx, ctx, *id, external).await?;
                } else {
                    ops::sent(tx, ctx, *id, external, attributes).await?;
                }
                staged.apply(tx, ctx).await
            })
        });
        noted.await.map(|_| ())
    };
    calls.until_applied(work).await
}

/// What becomes of a message that wasn't sent: it is tried again, or stands among the dead letters and says so itself.
async fn failed(app: &App, job: &Job, id: InteractionId, error: &CallError) -> Result<(), Refusal> {
    if !retries::is_spent(job, error) {
        return Err(retries::later(error));
    }
    let input = (id, error.to_string(), for_agents(error), job.clone());
    app.db
        .write(input, |tx, (id, error, shown, job)| {
            Box::pin(async move {
                if !retries::give_up(tx, job, error).await? {
                    return Ok(());
                }
                ops::failed(tx, &RequestContext::system(job.cause()), *id, shown).await
            })
        })
        .await
}

fn json_of(attributes: &[types::Attribute]) -> Value {
    let named = attributes.iter().cloned().map(Attribute::from);
    Value::Object(named.map(|attribute| (attribute.name, attribute.value.to_json())).collect())
}

async fn with_channel(
    app: &App,
    tx: &mut Tx,
    message: Option<Interaction>,
) -> Result<Option<(Interaction, Option<std::sync::Arc<Installation>>)>, Refusal> {
    let Some(message) = message else { return Ok(None) };
    let Some(installation) = message.installation_id else { return Ok(None) };
    let installation = app.plugins.installation(tx, &installation.to_string()).await?;
    Ok(Some((message, installation)))
}

async fn outbound(
    tx: &mut Tx,
    installation: &Installation,
    message: &Interaction,
) -> Result<OutboundMessage, Refusal> {
    let (thread, subject, received) = match message.conversation_id {
        Some(id) => {
            let thread = conversations::get(tx, id, Scope::All).await?;
            let received = conversations::last_received(tx, id).await?;
            let (name, subject) =
                thread.map(|thread| (thread.external_id, thread.subject)).unwrap_or_default();
            (name, subject, received.unwrap_or_default())
        }
        None => Default::default(),
    };
    let around = [("conversation_subject", subject), ("last_received", received)];
    let around = around.into_iter().filter(|(_, text)| !text.is_empty());
    let around = around.map(|(name, text)| (name.to_owned(), Value::String(text)));
    // Those of the record that the message belongs to come first, then those of records that were merged into it.
    let of = CustomerRows::known(message.customer_id, true);
    let mut known = customers::identities(tx, of).await?;
    known.retain(|identity| identity.source_id == Some(installation.id) && identity.attested);
    known.sort_by_key(|identity| identity.customer_id != message.customer_id);
    let recipient = known.into_iter();
    let choices: Vec<ops::Choice> = message
        .attributes
        .get("choices")
        .and_then(|list| serde_json::from_value(list.clone()).ok())
        .unwrap_or_default();
    let plain = message.attributes.iter().filter(|(name, _)| *name != "choices");
    Ok(OutboundMessage {
        id: message.id.to_string(),
        conversation: thread,
        recipient: recipient
            .map(|identity| types::Identity {
                scheme: identity.scheme,
                issuer: identity.issuer,
                value: identity.value,
                attested: identity.attested,
            })
            .collect(),
        text: message.text.clone(),
        attachments: message.attachments.iter().map(media).collect(),
        choices: choices
            .into_iter()
            .map(|choice| types::Choice { label: choice.label, value: choice.value, url: choice.url })
            .collect(),
        attributes: plain
            .map(|(name, value)| (name.clone(), value.clone()))
            .chain(around)
            .map(|(name, value)| Attribute::new(name, value).into())
            .collect(),
    })
}

/// A file as the message describes it.
fn media(described: &Value) -> types::Media {
    let text = |name: &str| described[name].as_str().unwrap_or_default().to_owned();
    types::Media {
        name: text("name"),
        media_type: text("media_type"),
        reference: text("reference"),
        size: described["size"].as_u64(),
    }
}
