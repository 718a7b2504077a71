//! A Telegram bot as a channel: reads its webhook and sends through the Bot API.
//!
//! Here stands only what speaks to the host; what updates, messages and answers mean stands in the
//! modules, which are tested without one.

mod content;
mod entities;
mod file;
mod kinds;
mod labels;
mod migration;
mod notices;
mod outcome;
mod outgoing;
mod rate;
mod sender;
mod split;
mod thread;
mod update;

use hospes_sdk::http::{Piece, Request, Response};
use hospes_sdk::serde_json::{self, Value as Json, json};
use hospes_sdk::{
    Attribute, ConversationRequest, Error, Header, HttpAnswer, HttpRequest, Inbound, Media, OutboundMessage,
    Sent, Source, Started, Value, clock, config, kv, lenient, log, secrets,
};
use labels::Language;
use migration::Migration;
use outcome::Outcome;
use outgoing::Step;
use serde::Serialize;
use serde::de::DeserializeOwned;
use thread::Thread;
use update::Around;

struct Telegram;

impl hospes_sdk::Channel for Telegram {
    fn receive(request: HttpRequest) -> Result<Inbound, Error> {
        authenticate(&request)?;
        if request.method != "POST" {
            let headers = vec![Header::new("allow", "POST")];
            return Ok(Inbound::answer(HttpAnswer { headers, ..HttpAnswer::status(405) }));
        }
        // What people write may hold halves of characters, which strict JSON has no room for.
        let update: Json = serde_json::from_slice(&lenient::json(&request.body))
            .map_err(|error| Error::invalid(format!("The body isn't JSON: {error}.")))?;
        let issuer = issuer();
        let around = Around { issuer: &issuer, now: clock::now(), language: language() };
        let mut reading = update::read(&update, around)
            .map_err(|missing| Error::invalid(format!("This isn't a Telegram update: {missing}.")))?;
        if let Some(migration) = Migration::of(&update) {
            note(migration);
        }
        let proposed = reading.kept.as_mut().and_then(|kept| kept.message.as_mut());
        for message in reading.message.as_mut().into_iter().chain(proposed) {
            if let Some(began) = migration::conversation(&message.conversation, kept) {
                message.conversation = began;
            }
        }
        if !reading.note.is_empty() {
            log::info(&reading.note);
        }
        // Telegram takes one method call as the answer to a webhook, so the button's spinner stops
        // although a receiving plugin has no HTTP of its own.
        let answer = match reading.pressed {
            Some(id) => {
                HttpAnswer::json(&json!({ "method": "answerCallbackQuery", "callback_query_id": id }))?
            }
            None => HttpAnswer::status(200),
        };
        let messages = reading.message.into_iter().collect();
        Ok(Inbound { messages, kept: reading.kept.into_iter().collect(), ..Inbound::answer(answer) })
    }
}

impl hospes_sdk::ChannelSend for Telegram {
    fn send(message: OutboundMessage) -> Result<Sent, Error> {
        let mut thread = Thread::parse(&message.conversation).ok_or_else(|| {
            Error::invalid(format!(
                "`{}` is not a Telegram chat id, which is a whole number, perhaps with a topic.",
                message.conversation
            ))
        })?;
        if let Some(moved) = kept(&migration::moved_key(thread.chat)) {
            thread.chat = moved;
        }
        let steps = outgoing::plan(&message, &thread)?;
        wait_for_turn(thread.chat, steps.len())?;

        let mut numbers = Vec::with_capacity(steps.len());
        let mut known = String::new();
        for step in &steps {
            let number = deliver(&mut thread, step)?;
            if step.main {
                known = thread.external_id(number);
            }
            numbers.push(number);
        }
        let mut attributes = Vec::new();
        if numbers.len() > 1 {
            attributes.push(Attribute {
                name: "message_ids".into(),
                value: Value::Json(serde_json::to_string(&numbers)?),
            });
        }
        Ok(Sent { external_id: known, attributes })
    }

    /// In a private chat the chat's id is the person's. Whether the person ever opened the chat, which
    /// Telegram wants, shows when the first message goes out.
    fn start(request: ConversationRequest) -> Result<Started, Error> {
        let issuer = issuer();
        request
            .recipient
            .iter()
            .find(|known| known.scheme == "telegram" && known.issuer == issuer && known.attested)
            .map(|known| Started { conversation: known.value.clone() })
            .ok_or_else(|| {
                Error::new(
                    "unsupported",
                    "This customer has no Telegram account here; a bot can't write first, the customer has to \
                     open the chat.",
                )
            })
    }
}

impl hospes_sdk::ChannelMedia for Telegram {
    /// Telegram says for a file's id under which path it can be had for an hour.
    fn fetch(media: Media) -> Result<Source, Error> {
        let asked = api("getFile", &json!({ "file_id": media.reference }))?;
        let path = file::path(asked.status, &asked.body)?;
        Request::get(address("/file", &format!("/{path}"))).source()
    }
}

hospes_sdk::export!(Telegram: channel, channel_send, channel_media);

/// Lets only Telegram in: it repeats the secret that was given to `setWebhook`.
fn authenticate(request: &HttpRequest) -> Result<(), Error> {
    let secret = secrets::get("webhook-secret").map_err(|error| {
        Error::denied(format!(
            "Nobody can be let in: {} Set the secret `webhook-secret` and give the same to setWebhook as \
             secret_token.",
            error.message
        ))
    })?;
    let header = request.header("x-telegram-bot-api-secret-token");
    match header {
        Some(candidate) if secret.equals(candidate.as_bytes())? => Ok(()),
        Some(_) => Err(Error::denied(
            "The header X-Telegram-Bot-Api-Secret-Token isn't the secret `webhook-secret`.",
        )),
        None => Err(Error::denied("The header X-Telegram-Bot-Api-Secret-Token is missing.")),
    }
}

/// What the sender's id is unique in.
fn issuer() -> String {
    config::text("bot").unwrap_or_default()
}

/// The company's language, for senders whose own isn't known.
fn language() -> Language {
    match config::text("language").as_deref() {
        Some("en") => Language::English,
        _ => Language::Chinese,
    }
}

/// Sends one step; follows a group that moved, and tries a file's other method once.
fn deliver(thread: &mut Thread, step: &Step) -> Result<i64, Error> {
    let mut step = step.clone();
    // One try, one after a move, one by the other method.
    for _ in 0..3 {
        match call(thread, &step)? {
            Outcome::Sent(number) => return Ok(number),
            Outcome::Failed(error) => return Err(error),
            Outcome::Moved(new) => {
                note(Migration { from: thread.chat, to: new });
                thread.chat = new;
                // The number of the answered message belongs to the old chat.
                step.body.remove("reply_parameters");
            }
            Outcome::WrongKind => match outgoing::other_way(&step) {
                Some(other) => step = other,
                None => break,
            },
        }
    }
    Err(Error::invalid(
        "Telegram takes this file neither as a photo nor as a document, or the group moves on and on.",
    ))
}

fn call(thread: &Thread, step: &Step) -> Result<Outcome, Error> {
    let mut body = step.body.clone();
    thread.address(&mut body);
    let response = api(step.method, &body)?;
    Ok(outcome::read(response.status, &response.body))
}

/// Calls a method of the Bot API.
fn api(method: &str, body: &impl Serialize) -> Result<Response, Error> {
    Request::post(address("", &format!("/{method}"))).json(body).send()
}

/// An address of the Bot API: what stands before the bot and its token, and behind.
fn address(before: &str, behind: &str) -> [Piece; 3] {
    let api = config::text("api-url").unwrap_or_else(|| "https://api.telegram.org".into());
    [
        Piece::text(format!("{}{before}/bot", api.trim_end_matches('/'))),
        Piece::secret("bot-token"),
        Piece::text(behind.to_owned()),
    ]
}

/// Keeps where a group moved to, if that is news.
fn note(migration: Migration) {
    for (key, chat) in migration.facts(kept) {
        keep(&key, &chat);
    }
}

/// Notes the messages against Telegram's limits, or says when to come back.
///
/// A store that isn't granted or is full is no reason not to send: Telegram's own 429 stands behind it.
fn wait_for_turn(chat: i64, messages: usize) -> Result<(), Error> {
    let now = clock::now() / 1_000;
    let shard = rate::shard(chat);
    let mut chats: rate::Chats = kept(&shard).unwrap_or_default();
    let mut all: rate::All = kept(rate::ALL).unwrap_or_default();
    chats.take(chat, messages, now).and_then(|()| all.take(messages, now)).map_err(|wait| {
        Error::unavailable(
            format!(
                "Telegram's limit for messages to chat {chat} is used up; the next one may go in {wait} ms."
            ),
            Some(wait),
        )
    })?;
    keep(&shard, &chats);
    keep(rate::ALL, &all);
    Ok(())
}

/// What was kept under a key; none also when it can't be read.
fn kept<T: DeserializeOwned>(key: &str) -> Option<T> {
    kv::json(key).ok().flatten()
}

/// Keeps a value, if it may.
fn keep(key: &str, value: &impl Serialize) {
    if let Err(error) = kv::set_json(key, value) {
        log::warn(&format!("`{key}` can't be kept: {}", error.message));
    }
}
