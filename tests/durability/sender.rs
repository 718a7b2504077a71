//! Telegram as it delivers: every update again and again until it is answered, whatever the host does meanwhile.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use reqwest::StatusCode;
use serde_json::{Value, json};
use support::artifacts::{self, artifact};
use support::process::{ADMIN, Process, Start};
use support::store::Place;

/// The secret that Telegram's requests carry.
pub const SECRET: &str = "the-webhook-secret-of-these-tests";
/// How long anything is waited for.
pub const PATIENCE: Duration = Duration::from_secs(120);

/// Whether the rounds are as many as the targets name.
pub fn full() -> bool {
    std::env::var("HOSPES_DURABILITY").is_ok_and(|value| value == "full")
}

/// How to start the built host in this place.
pub fn start(place: &Place, egress_allow: &str, name: &str) -> Start {
    let test = std::env::current_exe().expect("a program knows where it is");
    let binaries = test.parent().and_then(Path::parent).expect("tests lie in `deps`, beside the binaries");
    let program = binaries.join("hospes");
    assert!(program.is_file(), "{} isn't there; build it: cargo build -p hospes", program.display());
    Start {
        program,
        database: place.address(),
        cache: artifacts::compiled(),
        egress_allow: egress_allow.to_owned(),
        demo: None,
        log: place.folder().join(format!("{name}.log")),
        level: "warn,hospes=warn",
    }
}

/// Calls the API of a host as the administrator.
pub async fn call(address: SocketAddr, method: &str, path: &str, body: Option<&Value>) -> Value {
    let method = method.parse().expect("a method");
    let request = client().request(method, format!("http://{address}{path}")).bearer_auth(ADMIN);
    let request = match body {
        Some(body) => request.json(body),
        None => request,
    };
    let response = request.send().await.expect("an answer");
    let (status, text) = (response.status(), response.text().await.expect("a body"));
    assert!(status.is_success(), "{path}: {status}: {text}");
    if text.is_empty() { Value::Null } else { serde_json::from_str(&text).expect("JSON") }
}

/// A client that keeps nothing of a host that is killed.
pub fn client() -> reqwest::Client {
    let _already = rustls::crypto::ring::default_provider().install_default();
    reqwest::Client::builder()
        .pool_max_idle_per_host(64)
        .timeout(Duration::from_secs(20))
        .build()
        .expect("a client")
}

/// Uploads a plugin.
pub async fn upload(address: SocketAddr, artifact: Vec<u8>) {
    let uploaded = client()
        .post(format!("http://{address}/v1/plugins"))
        .bearer_auth(ADMIN)
        .header("content-type", "application/wasm")
        .body(artifact)
        .send()
        .await
        .expect("an answer");
    assert_eq!(uploaded.status(), StatusCode::CREATED);
}

/// Installs the Telegram channel, which sends to this Bot API; its path.
pub async fn install_telegram(address: SocketAddr, bot_api: &str) -> String {
    upload(address, artifact("telegram")).await;
    let settings = json!({"plugin": "telegram", "name": "telegram", "settings": {"api-url": bot_api}});
    let made = call(address, "POST", "/v1/installations", Some(&settings)).await;
    let path = format!("/v1/installations/{}", made["id"].as_str().expect("an id"));
    for (name, value) in [("bot-token", support::bot_api::TOKEN), ("webhook-secret", SECRET)] {
        call(address, "PUT", &format!("{path}/secrets/{name}"), Some(&json!({"value": value}))).await;
    }
    call(address, "PUT", &format!("{path}/grants"), Some(&json!({"requested": true}))).await;
    call(address, "POST", &format!("{path}/enable"), Some(&json!({}))).await;
    path
}

/// An update: the first message of a chat of its own.
pub fn update(number: u64) -> String {
    let chat = 500_000 + number;
    json!({
        "update_id": number,
        "message": {
            "message_id": 1, "date": 1_767_600_000, "chat": {"id": chat, "type": "private"},
            "from": {"id": chat, "is_bot": false, "first_name": format!("客户{number}"), "language_code": "zh-hans"},
            "text": format!("请问什么时候送货？第{number}号"),
        },
    })
    .to_string()
}

/// Delivers updates on many connections at once until each is answered by a success.
pub struct Burst {
    /// Where the hosts are; a delivery goes to one after the other.
    pub hosts: Arc<Vec<SocketAddr>>,
    /// The numbers of the updates.
    pub updates: std::ops::Range<u64>,
    /// Connections.
    pub connections: usize,
}

/// How a burst went so far.
#[derive(Default)]
pub struct Progress {
    /// Updates that were answered.
    pub answered: AtomicU64,
    /// Deliveries that came to nothing and were made again.
    pub again: AtomicU64,
    /// Answers that were neither a success nor a call to come again.
    pub odd: Mutex<Vec<String>>,
}

impl Progress {
    /// Waits until so many updates were answered.
    pub async fn until_answered(&self, wanted: u64) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while self.answered.load(Ordering::Relaxed) < wanted {
            assert!(tokio::time::Instant::now() < deadline, "{wanted} are never answered");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}

impl Burst {
    /// Delivers all of them.
    pub async fn run(self, progress: Arc<Progress>) {
        let next = Arc::new(AtomicU64::new(self.updates.start));
        let mut tasks = tokio::task::JoinSet::new();
        for connection in 0..self.connections {
            let (next, progress, hosts) = (next.clone(), progress.clone(), self.hosts.clone());
            let end = self.updates.end;
            tasks.spawn(async move {
                let client = client();
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    if number >= end {
                        return;
                    }
                    deliver(&client, &hosts, connection, number, &progress).await;
                }
            });
        }
        while let Some(ended) = tasks.join_next().await {
            ended.expect("a sender doesn't panic");
        }
    }
}

async fn deliver(
    client: &reqwest::Client,
    hosts: &[SocketAddr],
    first: usize,
    number: u64,
    progress: &Progress,
) {
    let body = update(number);
    for attempt in 0.. {
        let host = hosts[(first + attempt) % hosts.len()];
        let sent = client
            .post(format!("http://{host}/in/telegram/update"))
            .header("x-telegram-bot-api-secret-token", SECRET)
            .header("content-type", "application/json")
            .body(body.clone())
            .send()
            .await;
        match sent {
            Ok(response) if response.status().is_success() => {
                progress.answered.fetch_add(1, Ordering::Relaxed);
                return;
            }
            Ok(response)
                if response.status() == StatusCode::SERVICE_UNAVAILABLE
                    && response.headers().contains_key("retry-after") => {}
            Ok(response) => {
                let text = format!("{}: {}", response.status(), response.text().await.unwrap_or_default());
                progress.odd.lock().expect("nobody panics with it").push(text);
            }
            Err(_) => {}
        }
        progress.again.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Whether `hospes audit verify` finds the chain whole.
pub fn verify_chain(start: &Start) -> String {
    let output = std::process::Command::new(&start.program)
        .args(["audit", "verify", "--database", &start.database])
        .current_dir(start.log.parent().unwrap_or(&PathBuf::from("/")))
        .output()
        .expect("it runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{text}{}", String::from_utf8_lossy(&output.stderr));
    text
}

/// Starts a host again where one was killed.
pub fn again(start: &Start, address: SocketAddr) -> Process {
    start.run_at(address).unwrap_or_else(|error| panic!("{error}"))
}
