//! A stand-in for Telegram's Bot API, for the demo only: it takes what the bot sends, as
//! <https://core.telegram.org/bots/api> says, keeps it and delivers it to nobody.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::routing::{any, get};
use axum::{Json, Router};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use super::super::clock::SystemClock;
use crate::domain::clock::Clock as _;

/// The token of the only bot that it knows. It opens nothing at Telegram's.
pub const TOKEN: &str = "7012345678:DEMO-this-token-opens-nothing-anywhere";
/// The port that a Bot API server of one's own usually has; any other when it is taken.
const PORT: u16 = 8081;
/// So many messages are kept.
const KEPT: usize = 1_000;

/// The running stand-in; it ends when it is dropped.
pub struct BotApi {
    address: SocketAddr,
    sent: Arc<Mutex<Vec<Value>>>,
    server: JoinHandle<std::io::Result<()>>,
}

impl BotApi {
    /// Starts on the loopback address.
    pub async fn start() -> std::io::Result<Self> {
        let listener = match TcpListener::bind(("127.0.0.1", PORT)).await {
            Ok(listener) => listener,
            Err(_) => TcpListener::bind(("127.0.0.1", 0)).await?,
        };
        let address = listener.local_addr()?;
        let sent = Arc::default();
        // The path's first part is `bot` with the token, which the router can't take apart.
        let routes = Router::new()
            .route("/messages", get(messages))
            .route("/{bot}/{method}", any(answer))
            .with_state(Arc::clone(&sent));
        let server = tokio::spawn(axum::serve(listener, routes).into_future());
        Ok(Self { address, sent, server })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The messages that a chat has received, oldest first, as the Bot API's `Message`.
    pub fn received(&self, chat: i64) -> Vec<Value> {
        lock(&self.sent).iter().filter(|message| message["chat"]["id"] == chat).cloned().collect()
    }
}

impl Drop for BotApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

type Sent = Arc<Mutex<Vec<Value>>>;

/// The list has no state that a panic could leave half done.
fn lock(sent: &Mutex<Vec<Value>>) -> MutexGuard<'_, Vec<Value>> {
    sent.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn messages(State(sent): State<Sent>) -> Json<Value> {
    let items = lock(&sent).clone();
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
