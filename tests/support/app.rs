//! A running host with a client, as the tests of the API, of the walk and of the pages need it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use hospes::boot::host::Host;
use hospes::boot::logging::LogSettings;
use hospes::boot::settings::{KeySource, Settings};
use hospes::plugins::egress::relay::RelaySettings;
use hospes::plugins::package::compile::WorkerLimits;
use hospes::store::db::Db;
use hospes::store::{events, queue};
use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};

use crate::artifacts::{self, artifact};
use crate::clock::FakeClock;
pub use crate::process::ADMIN;
use crate::process::KEY;
use crate::store::{Engine, Place};

/// How long a condition is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// A host of this process on a port of its own, on a database of its own.
pub struct TestApp {
    /// The running host.
    pub host: Host,
    /// Its clock.
    pub clock: Arc<FakeClock>,
    /// Where its data is.
    pub place: Place,
    client: reqwest::Client,
}

/// An answer over HTTP.
#[derive(Debug)]
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its headers.
    pub headers: HeaderMap,
    /// Its body as text.
    pub text: String,
}

impl Answer {
    /// Its body as JSON.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    /// Its body as JSON, if the status is the expected one.
    #[track_caller]
    pub fn expect(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        if self.text.is_empty() { Value::Null } else { self.json() }
    }

    /// A header as text; empty when it isn't there.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

/// The settings of a host in this place.
pub fn settings(place: &Place, allow: &[String]) -> Settings {
    Settings {
        listen: "127.0.0.1:0".parse().expect("an address"),
        database: place.location.clone(),
        key: KeySource::Text(KEY.to_owned()),
        public_url: Some("https://crm.example.com".to_owned()),
        company_name: None,
        company_logo: None,
        cache: Some(artifacts::compiled()),
        worker: worker(),
        worker_limits: WorkerLimits::default(),
        egress_allow: allow.iter().map(|endpoint| endpoint.parse().expect("an endpoint")).collect(),
        transcripts: 1.0,
        rate_limit: 0,
        ingress_rate_limit: 0,
        trusted_proxies: vec!["127.0.0.0/8".parse().expect("a network")],
        smtp: None,
        smtp_from: None,
        provider: None,
        log: LogSettings::default(),
        admin_token: Some(ADMIN.to_owned()),
        audit_checkpoint_file: None,
        audit_checkpoint_url: None,
        shows_sample: false,
    }
}

/// The program that hosts of this process have plugins compiled by: cargo builds it with the tests. Load programs have
/// the host itself beside them.
pub fn worker() -> PathBuf {
    let program = std::env::current_exe().expect("a program knows where it is");
    let beside = |folder: &Path| ["compile-worker", "hospes"].map(|name| folder.join(name));
    let mut known = program.ancestors().skip(1).take(2).flat_map(beside);
    known.find(|path| path.exists()).expect("a program that compiles; build it: cargo build -p tests")
}

impl TestApp {
    /// Starts a host that has no records yet; its plugins may reach these private endpoints.
    pub async fn start(engine: Engine, allow: &[String]) -> Self {
        Self::start_in(Place::prepared(engine).await, Arc::new(FakeClock::new()), allow).await
    }

    /// Starts a host that has no records yet, and whose mail goes out by this relay.
    pub async fn start_with_relay(engine: Engine, relay: RelaySettings) -> Self {
        let place = Place::prepared(engine).await;
        let settings = Settings { smtp: Some(relay), ..settings(&place, &[]) };
        Self::start_with(settings, place, Arc::new(FakeClock::new())).await
    }

    /// Starts a host in a place that may have data already.
    pub async fn start_in(place: Place, clock: Arc<FakeClock>, allow: &[String]) -> Self {
        let settings = settings(&place, allow);
        Self::start_with(settings, place, clock).await
    }

    /// Starts a host with settings of the test's own.
    pub async fn start_with(settings: Settings, place: Place, clock: Arc<FakeClock>) -> Self {
        // Another test of this process may have been first; one provider is as good as another.
        let _already = rustls::crypto::ring::default_provider().install_default();
        let host = Host::start(settings, clock.clone()).await.expect("a running host");
        Self::of(host, place, clock)
    }

    /// A client of a host that runs in this place.
    pub fn of(host: Host, place: Place, clock: Arc<FakeClock>) -> Self {
        let client = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(0)
            .build()
            .expect("a client");
        Self { host, clock, place, client }
    }

    /// The address of a path.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.host.address())
    }

    /// A request without a token.
    pub fn request(&self, method: Method, path: &str) -> reqwest::RequestBuilder {
        self.client.request(method, self.url(path))
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: reqwest::RequestBuilder) -> Answer {
        let response = request.send().await.expect("an answer");
        let (status, headers) = (response.status(), response.headers().clone());
        Answer { status, headers, text: response.text().await.expect("a whole body") }
    }

    /// Sends a request as the administrator.
    pub async fn call(&self, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = self.request(method, path).bearer_auth(ADMIN);
        let request = match body {
            Some(body) => request.json(body),
            None => request,
        };
        self.send(request).await
    }

    /// Gets as the administrator.
    pub async fn get(&self, path: &str) -> Value {
        self.call(Method::GET, path, None).await.expect(200)
    }

    /// Posts as the administrator.
    pub async fn post(&self, path: &str, body: &Value) -> Answer {
        self.call(Method::POST, path, Some(body)).await
    }

    /// Uploads a plugin, installs it under its own name, grants what it asks for, and switches it on.
    pub async fn install(&self, plugin: &str, settings: &Value, secrets: &[(&str, &str)]) -> String {
        self.upload(artifact(plugin)).await.expect(201);
        let name = plugin.rsplit('/').next().expect("a name");
        self.install_as(name, name, settings, secrets).await
    }

    /// Uploads a plugin's file.
    pub async fn upload(&self, artifact: Vec<u8>) -> Answer {
        let request = self
            .request(Method::POST, "/v1/plugins")
            .bearer_auth(ADMIN)
            .header("content-type", "application/wasm")
            .body(artifact);
        self.send(request).await
    }

    /// Installs an uploaded plugin under a name, grants what it asks for, and switches it on.
    pub async fn install_as(
        &self,
        plugin: &str,
        name: &str,
        settings: &Value,
        secrets: &[(&str, &str)],
    ) -> String {
        let new = json!({"plugin": plugin, "name": name, "settings": settings});
        let installation = self.post("/v1/installations", &new).await.expect(201);
        let id = installation["id"].as_str().expect("an id").to_owned();
        for (secret, value) in secrets {
            let path = format!("/v1/installations/{id}/secrets/{secret}");
            self.call(Method::PUT, &path, Some(&json!({"value": value}))).await.expect(200);
        }
        let grants = format!("/v1/installations/{id}/grants");
        self.call(Method::PUT, &grants, Some(&json!({"requested": true}))).await.expect(200);
        self.post(&format!("/v1/installations/{id}/enable"), &json!({})).await.expect(200);
        id
    }

    /// Asks until the answer is as wanted; panics with the last answer when it never is.
    pub async fn until(&self, path: &str, wanted: impl Fn(&Value) -> bool) -> Value {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let answer = self.get(path).await;
            if wanted(&answer) {
                return answer;
            }
            if tokio::time::Instant::now() >= deadline {
                panic!("{path} is still {answer:#}\nwhat jobs failed with: {:#?}", self.job_errors().await);
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until nothing is left to do: the log is fanned out, no job is due, and none was while that was looked at.
    pub async fn settle(&self) {
        self.settle_seen_by(&self.host.app().db).await;
    }

    /// As [`settle`](Self::settle), looking by connections that aren't the host's own.
    pub async fn settle_seen_by(&self, db: &Db) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let before = activity(db).await;
            let after = activity(db).await;
            let (unsealed, head, read, due) = after;
            if before == after && !unsealed && head == read && due == 0 {
                return;
            }
            if tokio::time::Instant::now() >= deadline {
                panic!("the host doesn't come to rest: {after:?}, {:?}", self.job_errors().await);
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// What the waiting and dead jobs failed with.
    pub async fn job_errors(&self) -> Vec<String> {
        let mut tx = self.host.app().db.read().await.expect("a reader");
        let sql = "select queue || ': ' || last_error from jobs where last_error is not null";
        tx.scalars(sql, &[]).await.expect("the queue")
    }

    /// Waits until jobs have failed, and returns what with.
    pub async fn until_job_errors(&self) -> Vec<String> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let errors = self.job_errors().await;
            if !errors.is_empty() {
                return errors;
            }
            assert!(tokio::time::Instant::now() < deadline, "no job fails");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Enters an order of a customer's as a shop tells it; its id.
    pub async fn place_order(&self, customer: &str, number: &str) -> String {
        let new = json!({
            "customer_id": customer, "number": number, "total": {"amount": "288.00", "currency": "CNY"},
            "items": [{"name": "Kettle"}], "placed_at": self.host.app().db.now(),
        });
        self.post("/v1/orders", &new).await.expect(201)["id"].as_str().expect("an id").to_owned()
    }

    /// Every event's kind, in order, once each that is committed has its place.
    pub async fn kinds(&self) -> Vec<String> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let mut tx = self.host.app().db.read().await.expect("a reader");
        while events::has_unsealed(&mut tx).await.expect("the log") {
            assert!(tokio::time::Instant::now() < deadline, "the log is never sealed");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        let log = events::after(&mut tx, 0, 1_000).await.expect("the log");
        log.into_iter().map(|event| event.kind).collect()
    }
}

/// How many jobs are due, whether events wait for their place, the log's head and where the fan-out has got to.
async fn activity(db: &Db) -> (bool, i64, i64, i64) {
    let mut tx = db.read().await.expect("a reader");
    let due = queue::count_due(&mut tx, db.now()).await.expect("the queue");
    let unsealed = events::has_unsealed(&mut tx).await.expect("the log");
    let head = events::head(&mut tx).await.expect("the log");
    let read = events::cursor(&mut tx, "fan-out").await.expect("the cursor");
    (unsealed, head, read, due)
}
