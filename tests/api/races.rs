//! Calls of plugins that lose a race over what they have counted: they are made again, and send nothing twice.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use hospes::ops::App;
use hospes::store::db::DbError;
use hospes::store::kv::{self, Expected};
use reqwest::Method;
use serde_json::json;
use support::app::TestApp;
use support::on_both_engines;
use support::partner::Partner;
use support::store::Engine;

on_both_engines!(
    a_call_of_any_role_that_loses_a_race_sends_once,
    a_hook_is_given_what_its_plugin_may_read,
    a_job_that_is_tried_again_sends_under_the_same_key,
    a_race_that_is_always_lost_ends_and_is_not_the_callers_fault,
);

/// What the rival adds to the count.
const RIVAL: i64 = 1_000;

/// A server that changes the plugin's count before it answers: the call that has sent the request loses.
#[derive(Default)]
struct Rival {
    host: OnceLock<(App, String)>,
    /// The keys that each role has sent, in order.
    sent: Mutex<BTreeMap<String, Vec<String>>>,
    /// What else came with the requests, in order.
    bodies: Mutex<Vec<String>>,
    /// How many more requests are answered 500.
    failures: Mutex<u32>,
    /// Whether it changes the count at each request, or at the first of each key alone.
    always: bool,
}

impl Rival {
    /// A host with the plugin in every role, and its rival.
    async fn start(engine: Engine, rival: Self) -> (TestApp, Arc<Self>, String) {
        let rival = Arc::new(rival);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = format!("127.0.0.1:{}", listener.local_addr().expect("an address").port());
        let routes = Router::new().route("/open/{role}", post(answer)).with_state(rival.clone());
        tokio::spawn(async move { axum::serve(listener, routes).await });
        let app = TestApp::start(engine, std::slice::from_ref(&address)).await;
        let settings = json!({"server": format!("http://{address}")});
        let id = app.install("tests/racer", &settings, &[]).await;
        assert!(rival.host.set((app.host.app().clone(), id.clone())).is_ok());
        (app, rival, id)
    }

    async fn count(app: &App, installation: &str, add: i64) -> i64 {
        let id = installation.parse().expect("an id");
        let counted = app.db.write((id, add), |tx, (id, add)| {
            Box::pin(async move {
                kv::lock(tx, *id).await?;
                let now = kv::get(tx, *id, "count").await?.map(|entry| entry.value).unwrap_or_default();
                let now = String::from_utf8(now).expect("text").parse().unwrap_or(0) + add;
                if *add > 0 {
                    let text = now.to_string().into_bytes();
                    kv::apply(tx, *id, "count", Some(&text), Expected::Anything).await?;
                }
                Ok::<_, DbError>(now)
            })
        });
        counted.await.expect("a count")
    }

    fn sent(&self) -> BTreeMap<String, Vec<String>> {
        self.sent.lock().unwrap().clone()
    }
}

async fn answer(
    State(rival): State<Arc<Rival>>,
    Path(role): Path<String>,
    headers: HeaderMap,
    body: String,
) -> StatusCode {
    let key = headers["idempotency-key"].to_str().expect("a key").to_owned();
    let known = {
        let mut sent = rival.sent.lock().unwrap();
        let keys = sent.entry(role).or_default();
        let known = keys.contains(&key);
        keys.push(key);
        known
    };
    if !body.is_empty() {
        rival.bodies.lock().unwrap().push(body);
    }
    {
        let mut failures = rival.failures.lock().unwrap();
        if *failures > 0 {
            *failures -= 1;
            return StatusCode::INTERNAL_SERVER_ERROR;
        }
    }
    if let Some((app, installation)) = rival.host.get().filter(|_| rival.always || !known) {
        Rival::count(app, installation, RIVAL).await;
    }
    StatusCode::OK
}

async fn deliver(app: &TestApp, id: &str) {
    app.send(app.request(Method::POST, &format!("/in/racer/x?{id}"))).await.expect(200);
    app.settle().await;
}

async fn agent(app: &TestApp) {
    let team = json!({"name": "Sales", "classes": ["purchase"], "watches": []});
    let team = app.post("/v1/teams", &team).await.expect(201)["id"].clone();
    let ann = json!({
        "name": "Ann", "email": "ann@example.com", "language": "en", "languages": ["en"], "capacity": 50,
        "skills": [], "teams": [team],
    });
    app.post("/v1/users", &ann).await.expect(201);
}

async fn a_call_of_any_role_that_loses_a_race_sends_once(engine: Engine) {
    let (app, rival, id) = Rival::start(engine, Rival::default()).await;
    agent(&app).await;
    let partner = Partner::new(&app, "Dealer", Some(&id)).await;

    // Triage, assignment, scoring and a hook follow from a message.
    deliver(&app, "m1").await;
    let tickets = app.get("/v1/tickets").await;
    let ticket = &tickets["items"][0];
    assert_eq!((&ticket["tags"], &ticket["class"]), (&json!(["raced"]), &json!("purchase")), "{tickets:#}");
    assert_eq!(ticket["assignment_reason"]["arguments"]["reason"], "first of the list", "{ticket:#}");
    let scores = app.get(&format!("/v1/customers/{}/scores", ticket["customer_id"].as_str().unwrap())).await;
    assert_eq!(scores["items"][0]["grade"], "A", "{scores:#}");
    let path = format!("/v1/tickets/{}", ticket["id"].as_str().unwrap());

    // A partner's system gets it, and is asked.
    let share = json!({"partner_id": partner.id, "note": "", "fields": ["subject"]});
    app.post(&format!("{path}/share"), &share).await.expect(201);
    app.settle().await;
    let shares = app.get("/v1/shares").await;
    assert_eq!(shares["items"][0]["reference"], "R1", "{shares:#}");
    let question = json!({"name": "stock", "parameters": {}, "language": "en"});
    app.post(&format!("/v1/partners/{}/query", partner.id), &question).await.expect(200);

    // A survey is composed, sent, and its answer read.
    app.post(&format!("{path}/resolve"), &json!({})).await.expect(200);
    app.settle().await;
    let surveys = app.get("/v1/surveys").await;
    let survey = surveys["items"][0]["id"].as_str().expect("a survey");
    app.post(&format!("/v1/surveys/{survey}/answers"), &json!({"rating": 5})).await.expect(200);

    // A ticket that somebody opens is judged too.
    let new = json!({"customer_id": ticket["customer_id"], "subject": "wants two"});
    app.post("/v1/tickets", &new).await.expect(201);
    app.settle().await;

    let sent = rival.sent();
    let roles: Vec<&str> = sent.keys().map(String::as_str).collect();
    let all =
        ["assignment", "channel-send", "compose", "hooks", "push", "query", "read", "scoring", "triage"];
    assert_eq!(roles, all);
    let keys: Vec<&String> = sent.values().flatten().collect();
    let different: BTreeSet<&&String> = keys.iter().collect();
    assert_eq!(different.len(), keys.len(), "something was sent twice: {sent:#?}");
    // Each call is counted once, whatever it lost on the way.
    let calls = keys.len() as i64;
    let counted = Rival::count(app.host.app(), &id, 0).await;
    assert_eq!(counted, calls * (RIVAL + 1), "{sent:#?}");
}

async fn a_hook_is_given_what_its_plugin_may_read(engine: Engine) {
    let (app, rival, id) = Rival::start(engine, Rival::default()).await;
    let open = async |subject: &str| {
        let customer = json!({"kind": "person", "name": "Ben", "identities": []});
        let customer = app.post("/v1/customers", &customer).await.expect(201)["id"].clone();
        app.post("/v1/tickets", &json!({"customer_id": customer, "subject": subject})).await.expect(201);
        app.settle().await;
        rival.bodies.lock().unwrap().pop().expect("the hook's request")
    };
    // The event has the conversation, too, which it may not read.
    let given: serde_json::Value = serde_json::from_str(&open("Two kettles").await).unwrap();
    assert_eq!(given, json!({"subject": "Two kettles"}));
    let seen = app.get(&format!("/v1/installations/{id}")).await;
    let grants: Vec<&serde_json::Value> =
        seen["grants"].as_array().unwrap().iter().filter(|grant| *grant != "records:ticket:read").collect();
    let path = format!("/v1/installations/{id}/grants");
    app.call(Method::PUT, &path, Some(&json!({"grants": grants}))).await.expect(200);
    assert_eq!(open("Three kettles").await, "{}");
}

async fn a_job_that_is_tried_again_sends_under_the_same_key(engine: Engine) {
    let rival = Rival { failures: Mutex::new(2), ..Rival::default() };
    let (app, rival, _) = Rival::start(engine, rival).await;
    deliver(&app, "m1").await;
    let twice = || rival.sent().values().filter(|keys| keys.len() > 1).cloned().collect::<Vec<_>>();
    for _ in 0..20 {
        app.clock.advance_millis(10_000);
        app.settle().await;
    }
    let retried = twice();
    assert!(!retried.is_empty(), "{:#?}", rival.sent());
    for keys in retried {
        assert!(keys.iter().all(|key| *key == keys[0]), "a retry has another key: {keys:?}");
    }
}

async fn a_race_that_is_always_lost_ends_and_is_not_the_callers_fault(engine: Engine) {
    let (app, rival, id) = Rival::start(engine, Rival { always: true, ..Rival::default() }).await;
    let partner = Partner::new(&app, "Dealer", Some(&id)).await;
    let question = json!({"name": "always", "parameters": {}, "language": "en"});
    let answer = app.post(&format!("/v1/partners/{}/query", partner.id), &question).await;
    assert!(!answer.header("retry-after").is_empty(), "{answer:?}");
    let problem = answer.expect(503);
    assert_eq!(problem["code"], "unavailable", "{problem:#}");
    let sent = rival.sent();
    assert_eq!(sent.len(), 10, "{sent:#?}");
    assert_eq!(Rival::count(app.host.app(), &id, 0).await, 10 * RIVAL, "nothing of the call is kept");
}
