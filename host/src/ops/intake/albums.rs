//! Albums: pictures that were sent together and arrive one by one, in any order and at once, are one message.

use serde_json::json;

use crate::domain::conversation::{Conversation, Interaction};
use crate::domain::ids::InteractionId;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::Installation;
use crate::plugins::types::Message;
use crate::store::conversations;
use crate::store::db::{DbError, Json, Tx};
use crate::store::message_parts::{self, MessagePart};

/// Parts that are further apart are no longer one message: an hour, for a provider that comes again after a pause.
const TOGETHER_MILLIS: i64 = 3_600_000;

/// The album that a message is a part of.
pub(super) fn album(message: &Message) -> Option<String> {
    super::text(message, "album").filter(|album| !album.is_empty())
}

/// Whether this part is here already.
pub(super) async fn is_stored(
    tx: &mut Tx,
    installation: &Installation,
    external_id: &str,
) -> Result<bool, Refusal> {
    Ok(message_parts::get(tx, installation.id, external_id).await?.is_some())
}

/// Adds a part to the message that the album's first part has made; none when this is the first. The conversation is
/// locked, so of two at once one is the first.
pub(super) async fn join(
    tx: &mut Tx,
    ctx: &RequestContext,
    album: &str,
    conversation: &Conversation,
    part: &Interaction,
) -> Result<Option<InteractionId>, Refusal> {
    let since = tx.now().plus_millis(-TOGETHER_MILLIS);
    let Some(id) = message_parts::message_of(tx, conversation.id, album, since).await? else {
        return Ok(None);
    };
    let Some(mut whole) = conversations::lock_interaction(tx, id).await? else { return Ok(None) };
    let old = whole.text.clone();
    keep(tx, album, id, part).await?;
    gather(tx, &mut whole).await?;
    conversations::rewrite(tx, &whole).await?;
    let data = json!({
        "conversation_id": conversation.id, "files": whole.attachments.len(), "text_changed": old != whole.text,
    });
    ctx.record(tx, "interaction.completed", &whole, data).await?;
    Ok(Some(id))
}

/// Keeps a part beside the message that it belongs to.
pub(super) async fn keep(
    tx: &mut Tx,
    album: &str,
    message: InteractionId,
    part: &Interaction,
) -> Result<(), Refusal> {
    let (Some(installation_id), Some(conversation_id)) = (part.installation_id, part.conversation_id) else {
        return Ok(());
    };
    let kept = MessagePart {
        installation_id,
        external_id: part.external_id.clone().unwrap_or_default(),
        conversation_id,
        album: album.to_owned(),
        interaction_id: message,
        text: part.text.clone(),
        attachments: Json(part.attachments.clone()),
        edited_at: None,
        revision: None,
        created_at: tx.now(),
    };
    if message_parts::add(tx, &kept).await? {
        return Ok(());
    }
    // The same delivery at the same moment on another host: run again and find it stored.
    Err(DbError::Collision("the part was being stored elsewhere".to_owned()).into())
}

/// Puts a message together from its parts: all files in order, and the words of those that have some.
pub(super) async fn gather(tx: &mut Tx, whole: &mut Interaction) -> Result<(), Refusal> {
    let parts = message_parts::of(tx, whole.id).await?;
    let words: Vec<&str> =
        parts.iter().map(|part| part.text.as_str()).filter(|text| !text.is_empty()).collect();
    whole.text = words.join("\n");
    let fetched = std::mem::take(&mut whole.attachments);
    whole.attachments = parts.iter().flat_map(|part| part.attachments.0.iter().cloned()).collect();
    // What was fetched meanwhile is known to the whole alone.
    for file in &mut whole.attachments {
        if let Some(known) = fetched.iter().find(|known| known["reference"] == file["reference"]) {
            file.clone_from(known);
        }
    }
    Ok(())
}
