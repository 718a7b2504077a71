//! A stand-in for Telegram's Bot API, for the demo only: it takes what the bot sends, as
//! <https://core.telegram.org/bots/api> says, keeps it and delivers it to nobody.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::routing::{any, get};
use axum::{Json, Router};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::clock::SystemClock;
use super::stand_in::StandIn;
use crate::domain::clock::Clock as _;

/// The token of the only bot that it knows. It opens nothing at Telegram's.
pub const TOKEN: &str = "7012345678:DEMO-this-token-opens-nothing-anywhere";
/// The port that a Bot API server of one's own usually has; any other when it is taken.
const PORT: u16 = 8081;
/// So many messages are kept.
const KEPT: usize = 1_000;

/// The running stand-in; it ends when it is dropped.
pub struct BotApi {
    server: StandIn,
    sent: Sent,
}

impl BotApi {
    /// Starts on the loopback address.
    pub async fn start() -> std::io::Result<Self> {
        let sent = Sent::default();
        // The path's first part is `bot` with the token, which the router can't take apart.
        let routes = Router::new()
            .route("/messages", get(messages))
            .route("/{bot}/{method}", any(answer))
            .with_state(Arc::clone(&sent));
        Ok(Self { server: StandIn::serve(PORT, routes).await?, sent })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// The messages that a chat has received, oldest first, as the Bot API's `Message`.
    pub fn received(&self, chat: i64) -> Vec<Value> {
        lock(&self.sent).iter().filter(|message| message["chat"]["id"] == chat).cloned().collect()
    }
}

type Sent = Arc<Mutex<Vec<Value>>>;

/// The list has no state that a panic could leave half done.
fn lock(sent: &Mutex<Vec<Value>>) -> MutexGuard<'_, Vec<Value>> {
    sent.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Whose messages to show; everybody's when nobody is named.
#[derive(Deserialize)]
struct Wanted {
    chat: Option<i64>,
}

async fn messages(State(sent): State<Sent>, Query(wanted): Query<Wanted>) -> Json<Value> {
    let sent = lock(&sent);
    let is_wanted = |message: &&Value| wanted.chat.is_none_or(|chat| message["chat"]["id"] == chat);
    let items: Vec<&Value> = sent.iter().filter(is_wanted).collect();
    Json(json!({"items": items}))
}

async fn answer(
    State(sent): State<Sent>,
    Path((bot, method)): Path<(String, String)>,
    body: Bytes,
) -> (StatusCode, Json<Value>) {
    if bot.strip_prefix("bot") != Some(TOKEN) {
        return refuse(StatusCode::UNAUTHORIZED, "Unauthorized");
    }
    match method.as_str() {
        "getMe" => (StatusCode::OK, Json(json!({"ok": true, "result": me()}))),
        "sendMessage" => match serde_json::from_slice(&body) {
            Ok(parameters) => send(&mut lock(&sent), &parameters),
            Err(_) => refuse(StatusCode::BAD_REQUEST, "Bad Request: the body is not JSON"),
        },
        _ => refuse(StatusCode::NOT_FOUND, "Not Found"),
    }
}

fn send(sent: &mut Vec<Value>, parameters: &Value) -> (StatusCode, Json<Value>) {
    let Some(chat) = parameters["chat_id"].as_i64().or_else(|| parameters["chat_id"].as_str()?.parse().ok())
    else {
        return refuse(StatusCode::BAD_REQUEST, "Bad Request: chat_id is empty");
    };
    let text = parameters["text"].as_str().unwrap_or_default();
    if text.is_empty() {
        return refuse(StatusCode::BAD_REQUEST, "Bad Request: message text is empty");
    }
    // Customers of the sample number their own messages from 1.
    let number = sent.last().and_then(|last| last["message_id"].as_i64()).unwrap_or(1_000) + 1;
    let mut message = json!({
        "message_id": number, "from": me(), "chat": {"id": chat, "type": "private"},
        "date": SystemClock.now().as_micros() / 1_000_000, "text": text,
    });
    if let Some(markup) = parameters.get("reply_markup") {
        message["reply_markup"] = markup.clone();
    }
    tracing::info!(chat, text, "the demo's customer receives a message");
    sent.push(message.clone());
    let surplus = sent.len().saturating_sub(KEPT);
    sent.drain(..surplus);
    (StatusCode::OK, Json(json!({"ok": true, "result": message})))
}

fn me() -> Value {
    json!({"id": 7_012_345_678_i64, "is_bot": true, "first_name": "Clearbrook", "username": "clearbrook_demo_bot"})
}

fn refuse(status: StatusCode, description: &str) -> (StatusCode, Json<Value>) {
    (status, Json(json!({"ok": false, "error_code": status.as_u16(), "description": description})))
}
