//! What of a request becomes no message is kept, so that nothing that was acknowledged disappears.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::MESSAGES;
use crate::domain::delivery::{preview, reason};
use crate::domain::event::Subject;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::Installation;
use crate::plugins::types::{HttpRequest, Inbound, Kept, Message};
use crate::store::db::{Json, Tx};
use crate::store::deliveries::{self, KeptRequest, NewDelivery, NewRequest};

/// An installation keeps so many bytes; beyond them the oldest go first.
pub const MOST_BYTES: i64 = 64 << 20;
/// A request of this size makes room at once; smaller ones wait for the next clearing.
const LARGE: usize = 256 << 10;
/// A request at which the plugin broke down so often is kept.
pub(super) const FAILURES: i64 = 3;
/// Bytes of a plugin's words.
const LONGEST_REASON: usize = 64;
const LONGEST_DETAIL: usize = 1_000;
const LONGEST_ID: usize = 1_000;
/// Bytes of a body that are looked at for a preview.
const LOOKED_AT: usize = 4 << 10;

/// A request and the parts of it that become no message.
#[derive(Debug, Clone)]
pub(super) struct Leftover {
    /// The request.
    request: NewRequest,
    /// Its parts; never none.
    parts: Vec<NewDelivery>,
}

/// Takes the messages that can't be stored out of what the plugin made of a request, and says what is to be kept. Nothing
/// is where the plugin acknowledges nothing, or says that it has put what it got elsewhere.
pub(super) fn leftovers(inbound: &mut Inbound, has_body: bool) -> Vec<Part> {
    let said_nothing =
        inbound.messages.is_empty() && inbound.receipts.is_empty() && inbound.kept.is_empty() && has_body;
    let mut parts = Vec::new();
    let mut number = 0;
    let mut next = || {
        number += 1;
        number - 1
    };
    let mut fit = Vec::new();
    for message in std::mem::take(&mut inbound.messages) {
        let part = next();
        match unfit(&message) {
            None => fit.push(message),
            Some((reason, detail)) => parts.push(Part {
                part,
                reason: reason.to_owned(),
                detail: detail.to_owned(),
                external_id: message.external_id.clone(),
                message: Some(message),
            }),
        }
    }
    inbound.messages = fit;
    for Kept { external_id, reason, detail, message } in std::mem::take(&mut inbound.kept) {
        if reason == reason::STORED {
            continue;
        }
        parts.push(Part { part: next(), reason, detail, external_id, message });
    }
    if said_nothing {
        let detail = "the plugin took the request and made nothing of it";
        parts.push(Part::whole(reason::NO_MESSAGE, detail));
    }
    if (200..400).contains(&inbound.answer.status) { parts } else { Vec::new() }
}

/// Why a message can't be stored as it is.
fn unfit(message: &Message) -> Option<(&'static str, &'static str)> {
    if message.external_id.is_empty() {
        return Some((reason::NO_ID, "the message has no id of its own, so its repeats can't be told"));
    }
    if message.sender.iter().all(|identity| identity.value.trim().is_empty()) {
        return Some((reason::NO_SENDER, "nothing says who sent the message"));
    }
    None
}

/// Whether a plugin made more of one request than can be stored.
pub(super) fn too_many(inbound: &Inbound) -> Option<String> {
    let count = inbound.messages.len() + inbound.kept.len();
    (count > MESSAGES)
        .then(|| format!("the plugin made {count} messages of one request; {MESSAGES} are the most"))
}

/// A part of a request that becomes no message.
#[derive(Debug, Clone)]
pub(super) struct Part {
    part: i64,
    reason: String,
    detail: String,
    external_id: String,
    message: Option<Message>,
}

impl Part {
    /// The request as a whole.
    pub(super) fn whole(reason: &str, detail: impl Into<String>) -> Self {
        let (reason, detail) = (reason.to_owned(), detail.into());
        Self { part: 0, reason, detail, external_id: String::new(), message: None }
    }
}

/// By what a request is known again: without its headers, which change from try to try.
pub(super) fn digest(request: &HttpRequest) -> Vec<u8> {
    let mut hasher = Sha256::new();
    for part in [&request.method, &request.path, &request.query] {
        hasher.update(part);
        hasher.update([0]);
    }
    hasher.update(&request.body);
    hasher.finalize().to_vec()
}

impl Leftover {
    /// What is to be kept of a request; none if there are no parts. It reads the whole body more than once.
    pub(super) fn new(installation: &Installation, request: &HttpRequest, parts: Vec<Part>) -> Option<Self> {
        if parts.is_empty() {
            return None;
        }
        let digest = digest(request);
        let redacted = installation.redact(request);
        let beginning = &redacted.body[..redacted.body.len().min(LOOKED_AT)];
        let beginning = preview(&String::from_utf8_lossy(beginning));
        let new = |part: Part| NewDelivery {
            part: part.part,
            reason: clip(&part.reason, LONGEST_REASON),
            detail: clip(&part.detail, LONGEST_DETAIL),
            external_id: clip(&part.external_id, LONGEST_ID),
            preview: part.message.as_ref().and_then(message_text).unwrap_or_else(|| beginning.clone()),
            message: part.message.and_then(|message| serde_json::to_value(message).ok()),
        };
        let parts = parts.into_iter().map(new).collect();
        let request = KeptRequest {
            method: request.method.clone(),
            path: request.path.clone(),
            query: redacted.query,
            headers: Json(redacted.headers),
            body: redacted.body,
        };
        Some(Self { request: NewRequest { digest, request }, parts })
    }

    /// Counts that the plugin broke down at the request, and says how often it has by now.
    pub(super) async fn count_failure(
        &self,
        tx: &mut Tx,
        installation: &Installation,
    ) -> Result<i64, Refusal> {
        Ok(deliveries::count_failure(tx, installation.id, &self.request.digest).await?)
    }

    /// Keeps it. How many of its parts weren't kept before.
    pub(super) async fn keep(
        &self,
        tx: &mut Tx,
        ctx: &RequestContext,
        installation: &Installation,
    ) -> Result<usize, Refusal> {
        let kept = deliveries::keep(tx, installation.id, &self.request, &self.parts).await?;
        for (id, place) in &kept {
            let NewDelivery { reason, external_id, .. } = &self.parts[*place];
            let data =
                json!({"installation_id": installation.id, "reason": reason, "external_id": external_id});
            ctx.record(tx, "delivery.kept", Subject::of("delivery", *id), data).await?;
        }
        if self.request.request.body.len() >= LARGE {
            deliveries::forget_beyond(tx, installation.id, MOST_BYTES).await?;
        }
        Ok(kept.len())
    }
}

/// What a message says, in short.
fn message_text(message: &Message) -> Option<String> {
    let line = preview(&message.text);
    let subject = || super::text(message, "subject").map(|subject| preview(&subject));
    Some(line).filter(|line| !line.is_empty()).or_else(subject).filter(|line| !line.is_empty())
}

fn clip(text: &str, most: usize) -> String {
    text[..text.floor_char_boundary(most)].to_owned()
}

/// A message that was kept, read again.
pub(in crate::ops) fn proposed(kept: Value) -> Option<Message> {
    serde_json::from_value(kept).ok()
}
