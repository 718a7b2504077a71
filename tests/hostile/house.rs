//! A host with a witness and a neighbour: whatever a hostile guest does, the witness's row stays as it was and the
//! neighbour is answered right, meanwhile and afterwards.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;

use hospes::plugins::engine::limits::Limit;
use hospes::plugins::{Call, CallError, Installation, Outcome};
use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, Answer, TestApp};
use support::artifacts::artifact;
use support::store::Engine;
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::guests::as_another;

/// Whoever measures the process has it for himself; all others share it.
pub static PROCESS: RwLock<()> = RwLock::const_new(());

/// The host.
pub struct House {
    pub app: TestApp,
    neighbour: Arc<Installation>,
    witness: Value,
    _shared: Option<RwLockReadGuard<'static, ()>>,
}

/// How a hostile call ends.
#[derive(Debug, PartialEq, Eq)]
pub enum End {
    /// Ended at this limit.
    Limit(Limit),
    /// Broke down with this in its message.
    Trap(&'static str),
    /// The guest was told so and passed it on: a code, and a piece of the message.
    Told(&'static str, &'static str),
}

/// Fails unless the call ended so.
#[track_caller]
pub fn assert_end(name: &str, ended: &Result<Outcome<String>, CallError>, end: &End) {
    match (ended, end) {
        (Err(CallError::LimitExceeded { which, allowed, used, .. }), End::Limit(limit)) => {
            assert_eq!(which, limit, "{name}");
            assert!(used > allowed, "{name}: {used} used of {allowed}");
        }
        (Err(CallError::Trapped { message, .. }), End::Trap(piece)) => {
            assert!(message.contains(piece), "{name}: {message}");
        }
        (Err(CallError::Refused(error)), End::Told(code, piece)) => {
            assert_eq!(error.code, *code, "{name}: {error}");
            assert!(error.message.contains(piece), "{name}: {error}");
        }
        other => panic!("{name}: {other:?}"),
    }
}

impl House {
    /// A host beside others in this process; its plugins may reach these private endpoints.
    pub async fn new(engine: Engine, allow: &[String]) -> Self {
        let shared = PROCESS.read().await;
        Self { _shared: Some(shared), ..Self::alone(engine, allow).await }
    }

    /// The same for whoever holds the process.
    pub async fn alone(engine: Engine, allow: &[String]) -> Self {
        Self::in_app(TestApp::start(engine, allow).await).await
    }

    /// The same over a host that the test has started.
    pub async fn in_app(app: TestApp) -> Self {
        let customer = json!({"kind": "person", "name": "Witness", "identities": []});
        let witness = app.post("/v1/customers", &customer).await.expect(201);
        let bytes = as_another(&artifact("tests/troublemaker"), |manifest| {
            manifest["id"] = json!("neighbour");
        });
        let neighbour = install(&app, &bytes, "neighbour", &json!({})).await;
        let house = Self { app, neighbour, witness, _shared: None };
        let task = json!({"what": "stage"});
        let staged = house.call(&house.neighbour, &task).await.expect("an honest call");
        assert!(staged.value.contains("Staged"), "{}", staged.value);
        house
    }

    /// Brings a guest in by the front door: uploaded, installed under its own name, granted, switched on.
    pub async fn admit(&self, plugin: &[u8], settings: &Value) -> Arc<Installation> {
        let name = hospes::plugins::package::Package::read(plugin).expect("a plugin").manifest.id;
        install(&self.app, plugin, &name, settings).await
    }

    /// The guest that does as it is told, in person.
    pub async fn troublemaker(&self, settings: &Value) -> Arc<Installation> {
        self.admit(&artifact("tests/troublemaker"), settings).await
    }

    /// Hands a plugin in at the front door.
    pub async fn upload(&self, plugin: Vec<u8>) -> Answer {
        upload(&self.app, plugin).await
    }

    /// Calls the tool.
    pub async fn call(&self, guest: &Arc<Installation>, task: &Value) -> Result<Outcome<String>, CallError> {
        let host = self.app.host.app();
        let call = Call::from(host.db.id());
        host.plugins.call_tool(guest, call, "do".to_owned(), task.to_string()).await
    }

    /// Does something while the neighbour is called again and again, and looks afterwards whether anybody was harmed.
    pub async fn beside<T>(&self, crime: impl Future<Output = T>) -> T {
        let mut crime = pin!(crime);
        let outcome = loop {
            tokio::select! {
                outcome = &mut crime => break outcome,
                () = self.neighbour_is_served() => {}
            }
        };
        self.unharmed().await;
        outcome
    }

    async fn neighbour_is_served(&self) {
        let answer = self.call(&self.neighbour, &json!({"what": "tell"})).await;
        let told: Value = serde_json::from_str(&answer.expect("the neighbour's answer").value).expect("JSON");
        assert_eq!((&told["calls"], &told["answer"]), (&json!(1), &json!(42)));
    }

    /// Fails if the witness has changed or the neighbour isn't served.
    pub async fn unharmed(&self) {
        self.neighbour_is_served().await;
        let id = self.witness["id"].as_str().expect("an id");
        assert_eq!(self.app.get(&format!("/v1/customers/{id}")).await, self.witness);
    }

    /// The witness's id.
    pub fn witness(&self) -> &str {
        self.witness["id"].as_str().expect("an id")
    }

    /// An installation as its operator sees it.
    pub async fn seen(&self, guest: &Installation) -> Value {
        self.app.get(&format!("/v1/installations/{}", guest.id)).await
    }

    /// Loads an installation anew.
    pub async fn load(&self, name: &str) -> Arc<Installation> {
        load(&self.app, name).await
    }
}

async fn upload(app: &TestApp, plugin: Vec<u8>) -> Answer {
    let request = app
        .request(Method::POST, "/v1/plugins")
        .bearer_auth(ADMIN)
        .header("content-type", "application/wasm")
        .body(plugin);
    app.send(request).await
}

async fn install(app: &TestApp, plugin: &[u8], name: &str, settings: &Value) -> Arc<Installation> {
    upload(app, plugin.to_vec()).await.expect(201);
    let new = json!({"plugin": name, "name": name, "settings": settings});
    let installation = app.post("/v1/installations", &new).await.expect(201);
    let id = installation["id"].as_str().expect("an id");
    let token = format!("/v1/installations/{id}/secrets/token");
    app.call(Method::PUT, &token, Some(&json!({"value": "a secret of the tests"}))).await.expect(200);
    let grants = format!("/v1/installations/{id}/grants");
    app.call(Method::PUT, &grants, Some(&json!({"requested": true}))).await.expect(200);
    app.post(&format!("/v1/installations/{id}/enable"), &json!({})).await.expect(200);
    load(app, name).await
}

async fn load(app: &TestApp, name: &str) -> Arc<Installation> {
    let host = app.host.app();
    let mut tx = host.db.read().await.expect("a reader");
    host.plugins.installation(&mut tx, name).await.expect("loads").expect("is there")
}
