//! What an `Update` means: a message, an edit of one, a pressed button, or something that is kept for people to see.

use crate::content::{self, Content, Said};
use crate::labels::Language;
use crate::sender::{self, Sender};
use crate::thread::Thread;
use crate::{kinds, notices};
use hospes_sdk::{Attribute, Kept, Message, Value};
use serde_json::Value as Json;

/// What is known around an update.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Goes into the sender's identity.
    pub issuer: &'a str,
    /// In microseconds; stands in for the time of a pressed button, which Telegram doesn't tell.
    pub now: i64,
    /// The company's language.
    pub language: Language,
}

/// What one update meant: a message or something kept.
#[derive(Debug, Default)]
pub struct Reading {
    /// The message it holds, if any.
    pub message: Option<Message>,
    /// Why it is no message, if it is none.
    pub kept: Option<Kept>,
    /// A pressed button that Telegram's app waits to see acknowledged: the callback query's id.
    pub pressed: Option<String>,
    /// A line for the operator's log; empty for none.
    pub note: String,
}

impl From<Message> for Reading {
    fn from(message: Message) -> Self {
        Self { message: Some(message), ..Self::default() }
    }
}

/// Reads an update. The error says why it isn't one of Telegram's; an update of theirs that can't be read is kept,
/// because Telegram would deliver it again and again otherwise.
pub fn read(update: &Json, around: Around<'_>) -> Result<Reading, String> {
    if !update.is_object() {
        return Err("the body is not a JSON object; Telegram sends an Update object".into());
    }
    let id = update["update_id"].as_i64().ok_or("update_id is missing or not a number")?;
    let read = dispatch(update, id, around);
    Ok(read.unwrap_or_else(|missing| kept(id, "unreadable", missing, None)))
}

fn dispatch(update: &Json, id: i64, around: Around<'_>) -> Result<Reading, String> {
    for key in ["message", "channel_post", "business_message"] {
        if let Some(message) = update.get(key) {
            return message_of(message, key, id, false, around);
        }
        let edited = format!("edited_{key}");
        if let Some(message) = update.get(&edited) {
            return message_of(message, &edited, id, true, around);
        }
    }
    if let Some(query) = update.get("callback_query") {
        return pressed(query, id, around);
    }
    if let Some(reaction) = update.get("message_reaction") {
        return reacted(reaction, id, around);
    }
    let payload = update.as_object().into_iter().flatten().find(|(key, _)| *key != "update_id");
    let Some((key, payload)) = payload else {
        return Ok(kept(id, "unreadable", "there is nothing in this update".into(), None));
    };
    if let Some(detail) = notices::read(key, payload) {
        let note = if key == "my_chat_member" { detail.clone() } else { String::new() };
        return Ok(Reading { note, ..kept(id, "service-notice", detail, None) });
    }
    let detail = format!("an update of the kind `{key}`, of which nothing follows here");
    Ok(kept(id, "unknown-kind", detail, proposed(key, payload, id, around)))
}

/// A message, post or edit.
fn message_of(
    message: &Json,
    key: &str,
    update: i64,
    edited: bool,
    around: Around<'_>,
) -> Result<Reading, String> {
    let thread = Thread::of(message).ok_or_else(|| format!("{key}.chat.id is missing or not a number"))?;
    let number = message["message_id"]
        .as_i64()
        .ok_or_else(|| format!("{key}.message_id is missing or not a number"))?;
    let date = if edited { message["edit_date"].as_i64() } else { None };
    let date = date
        .or_else(|| message["date"].as_i64())
        .ok_or_else(|| format!("{key}.date is missing or not a number"))?;

    // A channel post may come without any sender: the channel itself speaks.
    let sender = sender::read(message).or_else(|| {
        sender::read(&serde_json::json!({ "sender_chat": message["chat"] }))
            .filter(|_| key.ends_with("channel_post"))
    });
    let language =
        Language::of(sender.as_ref().map_or("", |sender| sender.language.as_str()), around.language);
    let (said, why_not) = match content::read(message, language) {
        Content::Said(said) => (said, None),
        Content::Notice(kind) => {
            let text = kinds::line(&kind, &message[&kind], language);
            let why = format!("Telegram's note `{kind}`; nobody said anything");
            (Said { text, ..Said::default() }, Some(("service-notice", why)))
        }
        Content::Nothing => {
            let why = "a message in which there is nothing that can be read".to_owned();
            return Ok(kept(update, "unreadable", why, None));
        }
    };
    let why_not = why_not.or_else(|| no_customer(message, sender.as_ref()));

    let mut attributes = about(sender.as_ref(), message);
    if edited {
        attributes.push(Attribute::new("edited", true));
        attributes.push(Attribute::new("revision", update));
    }
    let located = message.get("location").is_some() && message.get("venue").is_none();
    if located && (edited || message["location"].get("live_period").is_some()) {
        // Only a location that moves is ever edited; the last one no longer says how long it will.
        attributes.push(Attribute::new("live", true));
    }
    if message.get("sticker").is_some() {
        attributes.push(Attribute::new("sticker", true));
    }
    if let Some(album) = message["media_group_id"].as_str() {
        attributes.push(Attribute::new("album", album));
    }
    let private = message["chat"]["type"].as_str() == Some("private");
    if !private {
        attributes.push(Attribute::new("group", true));
    }
    let data = said.data.into_iter();
    attributes.extend(data.map(|(name, value)| Attribute::new(name, Value::Json(value.to_string()))));
    let opened = private && !edited && (said.text == "/start" || said.text.starts_with("/start "));
    let message = Message {
        external_id: thread.external_id(number),
        conversation: thread.to_string(),
        kind: if opened { "visit" } else { "message" }.into(),
        sender: sender
            .map(|sender| sender::identities(&sender, around.issuer, &message["contact"]))
            .unwrap_or_default(),
        sent_at: date.saturating_mul(1_000_000),
        text: said.text,
        attachments: said.attachments,
        attributes,
    };
    Ok(match why_not {
        Some((reason, detail)) => kept(update, reason, detail, Some(message)),
        None => message.into(),
    })
}

/// Why whoever wrote a message is no customer.
fn no_customer(message: &Json, sender: Option<&Sender>) -> Option<(&'static str, String)> {
    if message["is_automatic_forward"] == true {
        let detail = "a post of a channel, which Telegram repeats in the channel's group".to_owned();
        return Some(("service-notice", detail));
    }
    let Some(sender) = sender else {
        return Some(("no-sender", "nobody is named as having written it".to_owned()));
    };
    if sender.bot {
        return Some(("automatic", format!("written by the bot {}", sender.name)));
    }
    // In a business account's chat the other person's number is the chat's; who else writes there is the company.
    let business = message["business_connection_id"].is_string();
    if business && (message["chat"]["id"] != sender.id || message.get("sender_business_bot").is_some()) {
        return Some(("own", "written by the business account itself".to_owned()));
    }
    None
}

/// A pressed button. It is ours when it hangs on a message in a chat and carries data; games and
/// buttons of inline messages don't.
fn pressed(query: &Json, update: i64, around: Around<'_>) -> Result<Reading, String> {
    let id = query["id"].as_str().ok_or("callback_query.id is missing or not a string")?;
    let (message, data) = (&query["message"], query["data"].as_str().unwrap_or_default());
    let sender = sender::read(query).filter(|sender| !sender.bot && !data.is_empty());
    let place = Thread::of(message).zip(message["message_id"].as_i64());
    let reading = match (place, sender) {
        (Some((thread, number)), Some(sender)) => {
            let mut attributes = about(Some(&sender), &Json::Null);
            attributes.push(Attribute::new("in_reply_to", thread.external_id(number)));
            if message["chat"]["type"].as_str() != Some("private") {
                attributes.push(Attribute::new("group", true));
            }
            Reading::from(Message {
                external_id: format!("callback:{id}"),
                conversation: thread.to_string(),
                kind: "choice".into(),
                sender: sender::identities(&sender, around.issuer, &Json::Null),
                sent_at: around.now,
                text: data.to_owned(),
                attachments: Vec::new(),
                attributes,
            })
        }
        _ => {
            let why = "a button that isn't under one of our messages, or that carries no value";
            kept(update, "unknown-kind", why.to_owned(), None)
        }
    };
    Ok(Reading { pressed: Some(id.to_owned()), ..reading })
}

/// Somebody put an emoji on a message: seen in the conversation, but nothing that wants an answer.
fn reacted(reaction: &Json, update: i64, around: Around<'_>) -> Result<Reading, String> {
    let thread = Thread::of(reaction).ok_or("message_reaction.chat.id is missing or not a number")?;
    let number = reaction["message_id"].as_i64().ok_or("message_reaction.message_id is missing")?;
    let who = serde_json::json!({ "from": reaction["user"], "sender_chat": reaction["actor_chat"] });
    let (Some(sender), Some(date)) = (sender::read(&who), reaction["date"].as_i64()) else {
        return Ok(kept(update, "no-sender", "a reaction by nobody who is named".to_owned(), None));
    };
    let before = reaction["old_reaction"].as_array().map(Vec::as_slice).unwrap_or_default();
    let added = reaction["new_reaction"].as_array().into_iter().flatten().filter(|it| !before.contains(it));
    let signs: Vec<&str> = added
        .map(|sign| match sign["type"].as_str() {
            Some("paid") => "⭐",
            _ => sign["emoji"].as_str().unwrap_or("▫"),
        })
        .collect();
    if signs.is_empty() || sender.bot {
        return Ok(kept(update, "service-notice", "a reaction was taken back".to_owned(), None));
    }
    let language = Language::of(&sender.language, around.language);
    let mut attributes = about(Some(&sender), &Json::Null);
    attributes.push(Attribute::new("in_reply_to", thread.external_id(number)));
    if reaction["chat"]["type"].as_str() != Some("private") {
        attributes.push(Attribute::new("group", true));
    }
    attributes.push(Attribute::new("reaction", Value::Json(reaction["new_reaction"].to_string())));
    Ok(Message {
        external_id: format!("{}:reaction:{update}", thread.external_id(number)),
        conversation: thread.to_string(),
        kind: "reaction".into(),
        sender: sender::identities(&sender, around.issuer, &Json::Null),
        sent_at: date.saturating_mul(1_000_000),
        text: format!("{} {}", language.label("reaction"), signs.join(" ")),
        attachments: Vec::new(),
        attributes,
    }
    .into())
}

/// The message that an update of another kind becomes if somebody wants it; none without a person in it.
fn proposed(key: &str, payload: &Json, update: i64, around: Around<'_>) -> Option<Message> {
    let who = if payload.get("from").is_some() { &payload["from"] } else { &payload["user"] };
    let sender = sender::read(&serde_json::json!({ "from": who }))?;
    let chat = payload["user_chat_id"].as_i64().or_else(|| payload["chat"]["id"].as_i64());
    let language = Language::of(&sender.language, around.language);
    let mut attributes = about(Some(&sender), &Json::Null);
    attributes.push(Attribute::new(key, Value::Json(payload.to_string())));
    Some(Message {
        external_id: format!("update:{update}"),
        conversation: chat.unwrap_or(sender.id).to_string(),
        kind: "message".into(),
        sender: sender::identities(&sender, around.issuer, &Json::Null),
        sent_at: payload["date"].as_i64().map_or(around.now, |date| date.saturating_mul(1_000_000)),
        text: kinds::line(key, payload, language),
        attachments: Vec::new(),
        attributes,
    })
}

fn kept(update: i64, reason: &str, detail: String, message: Option<Message>) -> Reading {
    let external_id = format!("update:{update}");
    Reading { kept: Some(Kept { external_id, reason: reason.into(), detail, message }), ..Reading::default() }
}

/// What is known of the sender, and of what the message refers to.
fn about(sender: Option<&Sender>, message: &Json) -> Vec<Attribute> {
    let text = |name: &str, value: &str| (!value.is_empty()).then(|| Attribute::new(name, value));
    let answered = Thread::of(message).zip(replied_to(message));
    let topic = &message["reply_to_message"]["forum_topic_created"]["name"];
    [
        sender.and_then(|sender| text("name", &sender.name)),
        sender.and_then(|sender| text("language", &sender.language)),
        answered.map(|(thread, number)| Attribute::new("in_reply_to", thread.external_id(number))),
        text("quote", message["quote"]["text"].as_str().unwrap_or_default()),
        text("topic", topic.as_str().unwrap_or_default()),
        forwarded_from(message).and_then(|origin| text("forwarded_from", &origin)),
    ]
    .into_iter()
    .flatten()
    .collect()
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

#[cfg(test)]
mod tests;
