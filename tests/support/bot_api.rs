//! A Telegram Bot API server for tests. It answers as <https://core.telegram.org/bots/api> says, keeps what
//! was sent, and fails when it is told to.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use serde_json::{Map, Value, json};
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// How long anything is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// The token of the only bot that this server knows.
pub const TOKEN: &str = "7012345678:AAEx-the_token_of_the_bot_in_tests0";

/// One message that the server took.
#[derive(Debug, Clone, PartialEq)]
pub struct SentMessage {
    /// `sendMessage`, `sendPhoto`, `sendDocument`, `editMessageText` or `answerCallbackQuery`.
    pub method: String,
    /// The chat; 0 for `answerCallbackQuery`.
    pub chat: i64,
    /// The message's number in its chat; 0 for `answerCallbackQuery`.
    pub message: i64,
    /// The text or caption.
    pub text: String,
    /// All parameters as they came.
    pub parameters: Map<String, Value>,
}

impl SentMessage {
    /// The labels and `callback_data` (or addresses) of the buttons under the message.
    pub fn buttons(&self) -> Vec<(String, String)> {
        let rows = keyboard(&self.parameters).unwrap_or_default();
        let word = |button: &Value, name: &str| button[name].as_str().map(str::to_owned);
        rows.iter()
            .flat_map(|row| row.as_array().cloned().unwrap_or_default())
            .map(|button| {
                let leads = word(&button, "callback_data").or_else(|| word(&button, "url"));
                (word(&button, "text").unwrap_or_default(), leads.unwrap_or_default())
            })
            .collect()
    }
}

/// How the server is to fail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// 429, asking to wait so many seconds.
    TooManyRequests {
        /// Seconds.
        retry_after: u64,
    },
    /// 403: the user blocked the bot.
    Blocked,
    /// 400: the chat isn't known.
    ChatNotFound,
    /// 400: the group is a supergroup now, with this id.
    Migrated {
        /// The supergroup.
        to: i64,
    },
    /// 500.
    ServerError,
    /// No answer for so long, and then the connection's end without the message being taken.
    Hang(Duration),
}

/// The running server. It stops when it is dropped.
pub struct BotApi {
    address: SocketAddr,
    shared: Arc<Mutex<Shared>>,
    server: tokio::task::JoinHandle<()>,
}

#[derive(Default)]
struct Shared {
    sent: Vec<SentMessage>,
    failures: VecDeque<Failure>,
    standing: Option<Failure>,
    requests: usize,
    last: i64,
    files: HashMap<String, Vec<u8>>,
}

impl BotApi {
    /// Starts the server on a free port of the loopback address.
    pub async fn start() -> Self {
        let shared = Arc::new(Mutex::new(Shared::default()));
        // The path's first part is `bot` and the token, which the router can't take apart.
        let routes = axum::Router::new()
            .route("/{bot}/{method}", any(answer))
            .route("/file/{bot}/{*path}", any(file))
            .with_state(Arc::clone(&shared));
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("the port's address");
        let server = tokio::spawn(async move {
            axum::serve(listener, routes).await.expect("the Bot API server runs");
        });
        Self { address, shared, server }
    }

    /// Where it listens, for the setting `api-url`: `http://127.0.0.1:PORT`.
    pub fn address(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The same without the scheme, as an operator allows it: `127.0.0.1:PORT`.
    pub fn endpoint(&self) -> String {
        self.address.to_string()
    }

    /// Keeps a file that a user has sent, to be had by its id.
    pub fn keep_file(&self, id: &str, bytes: impl Into<Vec<u8>>) {
        lock(&self.shared).files.insert(id.to_owned(), bytes.into());
    }

    /// What it has taken so far, in order.
    pub fn sent(&self) -> Vec<SentMessage> {
        lock(&self.shared).sent.clone()
    }

    /// How many requests came, refused ones too.
    pub fn requests(&self) -> usize {
        lock(&self.shared).requests
    }

    /// Makes a request to come fail; several are used up one by one, in order.
    pub fn fail_next(&self, failure: Failure) {
        lock(&self.shared).failures.push_back(failure);
    }

    /// Makes every request fail until it is told otherwise.
    pub fn fail_always(&self, failure: Option<Failure>) {
        lock(&self.shared).standing = failure;
    }

    /// Waits until at least so many requests came, refused ones too; panics after ten seconds.
    pub async fn wait_for_requests(&self, requests: usize) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.requests() < requests {
            let came = self.requests();
            assert!(
                tokio::time::Instant::now() < deadline,
                "{requests} requests were expected within 10 s, {came} came"
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Waits until at least so many messages were taken and returns them; panics after ten seconds.
    pub async fn wait_for(&self, messages: usize) -> Vec<SentMessage> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let sent = self.sent();
            if sent.len() >= messages {
                return sent;
            }
            assert!(
                tokio::time::Instant::now() < deadline,
                "{messages} messages were expected within 10 s, {} came: {sent:?}",
                sent.len()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for BotApi {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A test that panicked while it held the lock has said enough.
fn lock(shared: &Mutex<Shared>) -> MutexGuard<'_, Shared> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn answer(
    State(shared): State<Arc<Mutex<Shared>>>,
    Path((bot, method)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    lock(&shared).requests += 1;
    match bot.strip_prefix("bot") {
        Some(TOKEN) => {}
        Some(token) if looks_like_a_token(token) => return error(401, "Unauthorized", None),
        _ => return error(404, "Not Found", None),
    }
    let failure = {
        let mut shared = lock(&shared);
        shared.failures.pop_front().or_else(|| shared.standing.clone())
    };
    if let Some(failure) = failure {
        return fail(failure).await;
    }
    let parameters = match parameters(&headers, &body) {
        Ok(parameters) => parameters,
        Err(description) => return error(400, &description, None),
    };
    let taken = match method.to_ascii_lowercase().as_str() {
        "getme" => Ok(me()),
        "sendmessage" => send(&shared, "sendMessage", "text", &parameters),
        "sendphoto" => send(&shared, "sendPhoto", "photo", &parameters),
        "senddocument" => send(&shared, "sendDocument", "document", &parameters),
        "editmessagetext" => edit(&shared, &parameters),
        "getfile" => get_file(&shared, &parameters),
        "answercallbackquery" => acknowledge(&shared, &parameters),
        _ => return error(404, "Not Found", None),
    };
    match taken {
        Ok(result) => Json(json!({ "ok": true, "result": result })).into_response(),
        Err(description) => error(400, &description, None),
    }
}

/// Says where a file can be had; larger ones than 20 MB bots don't get.
fn get_file(shared: &Mutex<Shared>, parameters: &Map<String, Value>) -> Result<Value, String> {
    let id = parameters.get("file_id").and_then(Value::as_str).unwrap_or_default();
    match lock(shared).files.get(id) {
        Some(bytes) if bytes.len() > 20_000_000 => Err("Bad Request: file is too big".to_owned()),
        Some(bytes) => Ok(
            json!({"file_id": id, "file_unique_id": id, "file_size": bytes.len(), "file_path": format!("files/{id}")}),
        ),
        None => Err("Bad Request: wrong file_id or the file is temporarily unavailable".to_owned()),
    }
}

/// Gives a file's bytes.
async fn file(
    State(shared): State<Arc<Mutex<Shared>>>,
    Path((bot, path)): Path<(String, String)>,
) -> Response {
    let id = path.strip_prefix("files/").unwrap_or_default();
    match lock(&shared).files.get(id).filter(|_| bot == format!("bot{TOKEN}")) {
        Some(bytes) => ([("content-type", "application/octet-stream")], bytes.clone()).into_response(),
        None => error(404, "Not Found", None),
    }
}

/// `123456:` and at least thirty letters, digits, `_` and `-`.
fn looks_like_a_token(token: &str) -> bool {
    token.split_once(':').is_some_and(|(id, secret)| {
        !id.is_empty()
            && id.bytes().all(|byte| byte.is_ascii_digit())
            && secret.len() >= 30
            && secret.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
    })
}

async fn fail(failure: Failure) -> Response {
    match failure {
        Failure::TooManyRequests { retry_after } => {
            let description = format!("Too Many Requests: retry after {retry_after}");
            error(429, &description, Some(json!({ "retry_after": retry_after })))
        }
        Failure::Blocked => error(403, "Forbidden: bot was blocked by the user", None),
        Failure::ChatNotFound => error(400, "Bad Request: chat not found", None),
        Failure::Migrated { to } => error(
            400,
            "Bad Request: group chat was upgraded to a supergroup chat",
            Some(json!({ "migrate_to_chat_id": to })),
        ),
        Failure::ServerError => error(500, "Internal Server Error", None),
        Failure::Hang(time) => {
            tokio::time::sleep(time).await;
            error(502, "Bad Gateway", None)
        }
    }
}

/// Telegram's form of an error.
fn error(code: u16, description: &str, parameters: Option<Value>) -> Response {
    let mut body = json!({ "ok": false, "error_code": code, "description": description });
    if let Some(parameters) = parameters {
        body["parameters"] = parameters;
    }
    (StatusCode::from_u16(code).expect("a status"), Json(body)).into_response()
}

/// Parameters come as JSON here; the other ways that Telegram knows aren't needed.
fn parameters(headers: &HeaderMap, body: &Bytes) -> Result<Map<String, Value>, String> {
    if body.is_empty() {
        return Ok(Map::new());
    }
    let json = headers.get("content-type").and_then(|value| value.to_str().ok());
    if !json.is_some_and(|value| value.starts_with("application/json")) {
        return Err("Bad Request: this server takes parameters as application/json only".into());
    }
    serde_json::from_slice(body)
        .map_err(|_| "Bad Request: can't parse the JSON object with parameters".into())
}

fn me() -> Value {
    json!({ "id": 7_012_345_678_i64, "is_bot": true, "first_name": "Acme Service", "username": "acme_service_bot" })
}

fn send(
    shared: &Mutex<Shared>,
    method: &str,
    content: &str,
    parameters: &Map<String, Value>,
) -> Result<Value, String> {
    let chat = chat(parameters)?;
    let word =
        |name: &str| parameters.get(name).and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    let text = match content {
        "text" => {
            let text = word("text");
            check_text(&text)?;
            text
        }
        file => {
            if word(file).is_empty() {
                return Err(format!("Bad Request: there is no {file} in the request"));
            }
            let caption = word("caption");
            if units(&caption) > 1024 {
                return Err("Bad Request: message caption is too long".into());
            }
            caption
        }
    };
    check_buttons(parameters)?;
    check_reply(shared, chat, parameters)?;
    let mut shared = lock(shared);
    shared.last += 1;
    let message = shared.last;
    shared.sent.push(SentMessage {
        method: method.into(),
        chat,
        message,
        text: text.clone(),
        parameters: parameters.clone(),
    });
    let mut result = json!({
        "message_id": message,
        "from": me(),
        "chat": { "id": chat, "type": if chat < 0 { "supergroup" } else { "private" } },
        "date": 1_767_600_000_i64 + message,
    });
    result[if content == "text" { "text" } else { "caption" }] = text.into();
    Ok(result)
}

fn edit(shared: &Mutex<Shared>, parameters: &Map<String, Value>) -> Result<Value, String> {
    let chat = chat(parameters)?;
    let text = parameters.get("text").and_then(Value::as_str).unwrap_or_default().trim().to_owned();
    check_text(&text)?;
    check_buttons(parameters)?;
    let number = parameters.get("message_id").and_then(Value::as_i64).unwrap_or_default();
    let mut shared = lock(shared);
    let before = shared
        .sent
        .iter()
        .rev()
        .find(|sent| sent.chat == chat && sent.message == number)
        .ok_or("Bad Request: message to edit not found")?;
    if before.text == text && before.parameters.get("reply_markup") == parameters.get("reply_markup") {
        return Err(
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the \
             same as a current content and reply markup of the message"
                .into(),
        );
    }
    shared.sent.push(SentMessage {
        method: "editMessageText".into(),
        chat,
        message: number,
        text: text.clone(),
        parameters: parameters.clone(),
    });
    Ok(
        json!({ "message_id": number, "chat": { "id": chat, "type": "private" }, "date": 1_767_600_000, "text": text }),
    )
}

fn acknowledge(shared: &Mutex<Shared>, parameters: &Map<String, Value>) -> Result<Value, String> {
    let id = parameters.get("callback_query_id").and_then(Value::as_str).unwrap_or_default();
    if id.is_empty() {
        return Err(
            "Bad Request: query is too old and response timeout expired or query ID is invalid".into()
        );
    }
    lock(shared).sent.push(SentMessage {
        method: "answerCallbackQuery".into(),
        chat: 0,
        message: 0,
        text: String::new(),
        parameters: parameters.clone(),
    });
    Ok(Value::Bool(true))
}

/// The chat may be named by a number or by its text.
fn chat(parameters: &Map<String, Value>) -> Result<i64, String> {
    let given = parameters.get("chat_id").ok_or("Bad Request: chat_id is empty")?;
    given
        .as_i64()
        .or_else(|| given.as_str().and_then(|text| text.parse().ok()))
        .filter(|chat| *chat != 0)
        .ok_or_else(|| "Bad Request: chat not found".into())
}

fn check_text(text: &str) -> Result<(), String> {
    match units(text) {
        0 => Err("Bad Request: message text is empty".into()),
        1..=4096 => Ok(()),
        _ => Err("Bad Request: message is too long".into()),
    }
}

/// Telegram counts UTF-16 code units.
fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

fn keyboard(parameters: &Map<String, Value>) -> Option<Vec<Value>> {
    parameters.get("reply_markup")?.get("inline_keyboard")?.as_array().cloned()
}

fn check_buttons(parameters: &Map<String, Value>) -> Result<(), String> {
    let Some(rows) = keyboard(parameters) else {
        return Ok(());
    };
    for row in rows {
        let row =
            row.as_array().cloned().ok_or("Bad Request: can't parse inline keyboard button: not an array")?;
        for button in row {
            if button["text"].as_str().is_none_or(str::is_empty) {
                return Err("Bad Request: text buttons are unallowed in the inline keyboard".into());
            }
            match (button["callback_data"].as_str(), button["url"].as_str()) {
                (Some(data), None) if (1..=64).contains(&data.len()) => {}
                (Some(_), None) => return Err("Bad Request: BUTTON_DATA_INVALID".into()),
                (None, Some(url)) if url.starts_with("https://") || url.starts_with("http://") => {}
                (None, Some(_)) => return Err("Bad Request: BUTTON_URL_INVALID".into()),
                _ => return Err("Bad Request: text buttons are unallowed in the inline keyboard".into()),
            }
        }
    }
    Ok(())
}

/// A reply needs its message, unless it says that it can do without. Only the bot's own messages are
/// known here, so that numbers of the customer's are taken on trust when they are beyond those.
fn check_reply(shared: &Mutex<Shared>, chat: i64, parameters: &Map<String, Value>) -> Result<(), String> {
    let Some(reply) = parameters.get("reply_parameters") else {
        return Ok(());
    };
    let number = reply["message_id"].as_i64().unwrap_or_default();
    let shared = lock(shared);
    let elsewhere = shared.sent.iter().any(|sent| sent.message == number && sent.chat != chat);
    if (number <= 0 || elsewhere) && reply["allow_sending_without_reply"] != true {
        return Err("Bad Request: message to be replied not found".into());
    }
    Ok(())
}
