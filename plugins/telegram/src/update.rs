//! What an `Update` means: a message, a pressed button, or nothing for us.

use crate::{content, sender};
use hospes_sdk::{Attribute, Message};
use serde_json::Value as Json;

/// What one update meant.
#[derive(Debug, Default)]
pub struct Reading {
    /// The touch it holds, if any.
    pub message: Option<Message>,
    /// A pressed button that Telegram's app waits to see acknowledged: the callback query's id.
    pub pressed: Option<String>,
    /// A line for the operator's log; empty for none.
    pub note: String,
}

/// Reads an update. `issuer` goes into the sender's identity, `now` (microseconds) stands in for the
/// time of a pressed button, which Telegram doesn't tell. The error says what was missing.
pub fn read(update: &Json, issuer: &str, now: i64) -> Result<Reading, String> {
    if !update.is_object() {
        return Err("the body is not a JSON object; Telegram sends an Update object".into());
    }
    let id = update["update_id"].as_i64().ok_or("update_id is missing or not a number")?;
    for (key, edited) in
        [("message", false), ("channel_post", false), ("edited_message", true), ("edited_channel_post", true)]
    {
        if let Some(message) = update.get(key) {
            return said(message, key, edited.then_some(id), issuer);
        }
    }
    if let Some(query) = update.get("callback_query") {
        return pressed(query, issuer, now);
    }
    if let Some(change) = update.get("my_chat_member") {
        return Ok(Reading { note: membership(change), ..Reading::default() });
    }
    Ok(Reading::default())
}

/// A message, post or edit. `edit` is the update's id: two edits within a second have nothing else
/// to tell them apart.
fn said(message: &Json, key: &str, edit: Option<i64>, issuer: &str) -> Result<Reading, String> {
    let chat = chat_id(message).ok_or_else(|| format!("{key}.chat.id is missing or not a number"))?;
    let number = message["message_id"]
        .as_i64()
        .ok_or_else(|| format!("{key}.message_id is missing or not a number"))?;
    let date = if edit.is_some() { message["edit_date"].as_i64() } else { None };
    let date = date
        .or_else(|| message["date"].as_i64())
        .ok_or_else(|| format!("{key}.date is missing or not a number"))?;

    let content = content::read(message);
    if content.is_empty() {
        return Ok(Reading::default());
    }
    // A channel post may come without any sender: the channel itself speaks.
    let sender = sender::read(message).or_else(|| {
        sender::read(&serde_json::json!({ "sender_chat": message["chat"] }))
            .filter(|_| key.ends_with("channel_post"))
    });
    let Some(sender) = sender.filter(|sender| !sender.bot) else {
        return Ok(Reading::default());
    };

    let mut attributes = about(&sender);
    if let Some(reply) = replied_to(message) {
        attributes.push(Attribute::new("in_reply_to", external_id(chat, reply)));
    }
    if let Some(origin) = forwarded_from(message) {
        attributes.push(Attribute::new("forwarded_from", origin));
    }
    if edit.is_some() {
        attributes.push(Attribute::new("edited", true));
    }
    let private = message["chat"]["type"].as_str() == Some("private");
    if !private {
        attributes.push(Attribute::new("group", true));
    }
    let external = external_id(chat, number);
    let opened =
        private && edit.is_none() && (content.text == "/start" || content.text.starts_with("/start "));
    Ok(Reading {
        message: Some(Message {
            external_id: edit.map_or_else(|| external.clone(), |update| format!("{external}:edit:{update}")),
            conversation: chat.to_string(),
            kind: if opened { "visit" } else { "message" }.into(),
            sender: sender::identities(&sender, issuer, &message["contact"]),
            sent_at: date.saturating_mul(1_000_000),
            text: content.text,
            attachments: content.attachments,
            attributes,
        }),
        ..Reading::default()
    })
}

/// A pressed button. It is ours when it hangs on a message in a chat and carries data; games and
/// buttons of inline messages don't.
fn pressed(query: &Json, issuer: &str, now: i64) -> Result<Reading, String> {
    let id = query["id"].as_str().ok_or("callback_query.id is missing or not a string")?;
    let acknowledged = Reading { pressed: Some(id.to_owned()), ..Reading::default() };
    let (message, data) = (&query["message"], query["data"].as_str().unwrap_or_default());
    let (Some(chat), Some(number)) = (chat_id(message), message["message_id"].as_i64()) else {
        return Ok(acknowledged);
    };
    let Some(sender) = sender::read(query).filter(|sender| !sender.bot && !data.is_empty()) else {
        return Ok(acknowledged);
    };
    let mut attributes = about(&sender);
    attributes.push(Attribute::new("in_reply_to", external_id(chat, number)));
    if message["chat"]["type"].as_str() != Some("private") {
        attributes.push(Attribute::new("group", true));
    }
    Ok(Reading {
        message: Some(Message {
            external_id: format!("callback:{id}"),
            conversation: chat.to_string(),
            kind: "choice".into(),
            sender: sender::identities(&sender, issuer, &Json::Null),
            sent_at: now,
            text: data.to_owned(),
            attachments: Vec::new(),
            attributes,
        }),
        ..acknowledged
    })
}

/// The one name that a message has here and in what `send` returns, so that replies find it.
pub fn external_id(chat: i64, message: i64) -> String {
    format!("{chat}:{message}")
}

/// Somebody blocked or unblocked the bot, or added it to a group or removed it.
fn membership(change: &Json) -> String {
    let status = change["new_chat_member"]["status"].as_str().unwrap_or_default();
    let chat = chat_id(change).unwrap_or_default();
    match (change["chat"]["type"].as_str() == Some("private"), status) {
        (true, "kicked") => format!("chat {chat}: the user blocked the bot; messages to them will fail"),
        (true, "member") => format!("chat {chat}: the user unblocked the bot"),
        (false, "kicked" | "left") => format!("chat {chat}: the bot was removed from the group"),
        (false, _) => format!("chat {chat}: the bot is now `{status}` in the group"),
        _ => String::new(),
    }
}

fn chat_id(message: &Json) -> Option<i64> {
    message["chat"]["id"].as_i64()
}

/// The message that was answered. In a forum topic every message formally answers the service
/// message that opened the topic; that isn't an answer.
fn replied_to(message: &Json) -> Option<i64> {
    let reply = message.get("reply_to_message")?;
    if reply.get("forum_topic_created").is_some() {
        return None;
    }
    reply["message_id"].as_i64()
}

/// Whose words a forwarded message holds.
fn forwarded_from(message: &Json) -> Option<String> {
    let origin = message.get("forward_origin")?;
    let name = |value: &Json, key: &str| value[key].as_str().unwrap_or_default().to_owned();
    Some(match origin["type"].as_str().unwrap_or_default() {
        "user" => sender::full_name(&origin["sender_user"]),
        "hidden_user" => name(origin, "sender_user_name"),
        "chat" => name(&origin["sender_chat"], "title"),
        _ => name(&origin["chat"], "title"),
    })
}

fn about(sender: &sender::Sender) -> Vec<Attribute> {
    let known = [("name", &sender.name), ("language", &sender.language)];
    known
        .into_iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| Attribute::new(name, value.as_str()))
        .collect()
}

#[cfg(test)]
mod tests;
