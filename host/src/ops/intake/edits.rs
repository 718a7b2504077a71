//! Edits: a message whose words its sender has changed, and a location that moves. Neither is a message of its own, so
//! neither opens nor reopens anything.

use serde_json::{Map, Value, json};

use super::{described, json_value};
use crate::domain::clock::Timestamp;
use crate::domain::conversation::Interaction;
use crate::domain::ids::InteractionId;
use crate::ops::calls::effects::StagedEffects;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::Installation;
use crate::plugins::types::Message;
use crate::store::conversations;
use crate::store::db::{Json, Tx};
use crate::store::message_parts::{self, MessagePart};

/// Attributes that say what a delivery is to an earlier one, and who wrote it.
const BESIDE: [&str; 6] = ["album", "edited", "in_reply_to", "language", "name", "revision"];
/// A message that was first seen after it was edited; the version before may still come.
const EARLY: &str = "edited_before_arrival";

/// What an edit has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Edit {
    /// Nothing with its id is here.
    Unknown,
    /// It changes nothing that people see, or is older than what is here.
    Nothing,
    /// The message has changed.
    Changed(InteractionId),
}

/// Whether a message is an edit of one that came before.
pub(super) fn is_edit(message: &Message) -> bool {
    message.attributes.iter().any(|attribute| attribute.name == "edited" && json_value(attribute) == true)
}

/// Makes a message that the provider edited what it is now.
pub(super) async fn apply(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: &Installation,
    (external_id, message): (&str, &Message),
    staged: &StagedEffects,
) -> Result<Edit, Refusal> {
    let new = New::of(message, staged);
    let known = conversations::first_received(tx, installation.id, external_id).await?;
    match known {
        Some(known) if !known.attributes.contains_key("album") => whole(tx, ctx, &known, new).await,
        _ => match message_parts::get(tx, installation.id, external_id).await? {
            Some(part) => self::part(tx, ctx, part, new).await,
            None => Ok(Edit::Unknown),
        },
    }
}

/// The state in which an edit leaves a message.
struct New {
    text: String,
    attachments: Vec<Value>,
    attributes: Map<String, Value>,
    at: Timestamp,
    revision: Option<i64>,
}

impl New {
    fn of(message: &Message, staged: &StagedEffects) -> Self {
        let all = message.attributes.iter().map(|attribute| (attribute.name.as_str(), json_value(attribute)));
        let revision = all.clone().find(|(name, _)| *name == "revision");
        let attributes = all.filter(|(name, _)| !BESIDE.contains(name));
        Self {
            text: message.text.clone(),
            attachments: message.attachments.iter().map(|media| described(media, staged)).collect(),
            attributes: attributes.map(|(name, value)| (name.to_owned(), value)).collect(),
            at: Timestamp::from_micros(message.sent_at),
            revision: revision.and_then(|(_, number)| number.as_i64()),
        }
    }

    /// Whether it comes after the edit that was made last.
    fn is_newer(&self, at: Option<Timestamp>, revision: Option<i64>) -> bool {
        at.is_none_or(|at| (self.at, self.revision) > (at, revision))
    }

    /// Whether it is a location that moves by itself, and no change of what somebody said.
    fn is_live(&self) -> bool {
        self.attributes.get("live").is_some_and(|live| live == true)
    }
}

async fn whole(tx: &mut Tx, ctx: &RequestContext, seen: &Interaction, new: New) -> Result<Edit, Refusal> {
    if !differs(seen, &new) {
        return Ok(Edit::Nothing);
    }
    // Another edit may have come in between; what counts is how the message is now that nobody else changes it.
    let Some(mut known) = conversations::lock_interaction(tx, seen.id).await? else {
        return Ok(Edit::Unknown);
    };
    let (old, files) = (known.text.clone(), known.attachments.clone());
    if !differs(&known, &new) {
        return Ok(Edit::Nothing);
    }
    let live = new.is_live();
    known.text = new.text;
    known.attachments = kept_files(files, new.attachments);
    known.attributes.extend(new.attributes);
    mark(&mut known, live, new.at, new.revision);
    conversations::rewrite(tx, &known).await?;
    record(tx, ctx, &known, &old, live).await?;
    Ok(Edit::Changed(known.id))
}

fn differs(known: &Interaction, new: &New) -> bool {
    let at = known.attributes.get("edited_at").and_then(|at| serde_json::from_value(at.clone()).ok());
    let revision = known.attributes.get("revision").and_then(Value::as_i64);
    new.is_newer(at, revision)
        && (known.text != new.text || !same_files(&known.attachments, &new.attachments))
}

/// An album's picture whose words were changed.
async fn part(tx: &mut Tx, ctx: &RequestContext, mut part: MessagePart, new: New) -> Result<Edit, Refusal> {
    let same = part.text == new.text && same_files(&part.attachments.0, &new.attachments);
    if same || !new.is_newer(part.edited_at, part.revision) {
        return Ok(Edit::Nothing);
    }
    let Some(mut known) = conversations::lock_interaction(tx, part.interaction_id).await? else {
        return Ok(Edit::Unknown);
    };
    let old = known.text.clone();
    part.text = new.text;
    part.attachments = Json(kept_files(part.attachments.0, new.attachments));
    (part.edited_at, part.revision) = (Some(new.at), new.revision);
    message_parts::update(tx, &part).await?;
    super::albums::gather(tx, &mut known).await?;
    mark(&mut known, false, new.at, new.revision);
    conversations::rewrite(tx, &known).await?;
    record(tx, ctx, &known, &old, false).await?;
    Ok(Edit::Changed(known.id))
}

/// Whether the files are the same ones. Providers call a file by another reference with each delivery.
fn same_files(known: &[Value], new: &[Value]) -> bool {
    let looks = |file: &Value| ["name", "media_type", "size"].map(|name| file[name].clone());
    known.iter().map(looks).eq(new.iter().map(looks))
}

/// The files after an edit: those that are the same stay, with what is kept of them here.
fn kept_files(known: Vec<Value>, new: Vec<Value>) -> Vec<Value> {
    if same_files(&known, &new) { known } else { new }
}

/// Notes when a message was edited.
fn mark(message: &mut Interaction, live: bool, at: Timestamp, revision: Option<i64>) {
    if !live {
        message.attributes.insert("edited".to_owned(), json!(true));
    }
    message.attributes.insert("edited_at".to_owned(), json!(at));
    if let Some(revision) = revision {
        message.attributes.insert("revision".to_owned(), json!(revision));
    }
}

async fn record(
    tx: &mut Tx,
    ctx: &RequestContext,
    message: &Interaction,
    old: &str,
    live: bool,
) -> Result<(), Refusal> {
    let kind = if live { "interaction.moved" } else { "interaction.edited" };
    let data = json!({
        "conversation_id": message.conversation_id, "text": {"old": old, "new": message.text},
    });
    ctx.record(tx, kind, message, data).await.map(|_| ())
}

/// Notes on a message that is stored because of its edit that what was there before has never come.
pub(super) fn mark_early(message: &mut Interaction, of: &Message) {
    let revision = message.attributes.get("revision").and_then(Value::as_i64);
    let live = message.attributes.get("live").is_some_and(|live| live == true);
    message.attributes.remove("edited");
    mark(message, live, Timestamp::from_micros(of.sent_at), revision);
    message.attributes.insert(EARLY.to_owned(), json!(true));
}

/// The version before an edit that overtook it: what was edited stays as it is, and from now on it is a message like any
/// other. None when the message is another that only has the same id.
pub(super) async fn overtaken(
    tx: &mut Tx,
    stored: InteractionId,
    content: &[u8],
) -> Result<Option<Interaction>, Refusal> {
    let Some(seen) = conversations::interaction(tx, stored, crate::domain::actor::Scope::All).await? else {
        return Ok(None);
    };
    if !seen.attributes.contains_key(EARLY) {
        return Ok(None);
    }
    let Some(mut known) = conversations::lock_interaction(tx, stored).await? else { return Ok(None) };
    if known.attributes.remove(EARLY).is_none() {
        return Ok(None);
    }
    conversations::rewrite(tx, &known).await?;
    conversations::set_content(tx, known.id, content).await?;
    Ok(Some(known))
}
