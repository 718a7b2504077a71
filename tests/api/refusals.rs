//! Bad input: a clear error that names the thing and the remedy, and nothing lost or half done.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, Answer, TestApp, settings};
use support::artifacts::{artifact, with_manifest};
use support::on_both_engines;
use support::store::Engine;

use support::company::{company, message};

on_both_engines!(
    requests_that_make_no_sense,
    channels_that_are_misused,
    plugins_that_do_not_fit,
    who_may_not
);

/// The problem document of a refusal.
#[track_caller]
#[expect(clippy::needless_pass_by_value, reason = "each answer is looked at once, where it is got")]
fn problem(answer: Answer, status: u16, words: &[&str]) -> Value {
    assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
    assert_eq!(answer.header("content-type"), "application/problem+json");
    let problem = answer.json();
    assert_eq!(problem["status"], status);
    for member in ["type", "title", "detail", "code", "request_id"] {
        assert!(problem[member].is_string(), "{member} is missing: {problem:#}");
    }
    for word in words {
        assert!(answer.text.contains(word), "{word:?} isn't said: {problem:#}");
    }
    problem
}

async fn raw(app: &TestApp, path: &str, content_type: &str, body: impl Into<reqwest::Body>) -> Answer {
    let request = app.request(Method::POST, path).bearer_auth(ADMIN).header("content-type", content_type);
    app.send(request.body(body)).await
}

async fn requests_that_make_no_sense(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let json_type = "application/json";
    problem(raw(&app, "/v1/customers", json_type, "{\"kind\": \"person\", ").await, 400, &["line 1"]);
    problem(raw(&app, "/v1/customers", "text/plain", "{}").await, 415, &["application/json"]);
    problem(app.post("/v1/customers", &json!({"kind": "person", "name": 5})).await, 400, &["name"]);
    let typo = json!({"kind": "person", "name": "Ann", "nmae": "x"});
    problem(app.post("/v1/customers", &typo).await, 400, &["nmae"]);
    problem(
        app.post("/v1/customers", &json!({"kind": "robot", "name": "Ann"})).await,
        400,
        &["robot", "person"],
    );
    let rules = json!({
        "kind": "person", "name": "", "birthday": "yesterday",
        "identities": [{"scheme": "phone", "value": "12"}]
    });
    let broken = problem(app.post("/v1/customers", &rules).await, 422, &["YYYY-MM-DD"]);
    let pointers: Vec<&str> =
        broken["errors"].as_array().unwrap().iter().map(|e| e["pointer"].as_str().unwrap()).collect();
    assert_eq!(pointers, ["/name", "/birthday", "/identities/0/value"]);
    let large = format!("{{\"kind\": \"person\", \"name\": \"{}\"}}", "x".repeat(3 << 20));
    problem(raw(&app, "/v1/customers", json_type, large).await, 413, &[]);
    problem(app.call(Method::GET, "/v1/customers/nobody", None).await, 404, &["nobody"]);
    let nobody = "/v1/customers/01900000-0000-7000-8000-000000000000";
    problem(app.call(Method::GET, nobody, None).await, 404, &["01900000"]);
    problem(app.call(Method::GET, "/v1/customers?limit=0", None).await, 400, &["limit"]);
    problem(app.call(Method::GET, "/v1/customers?cursor=rubbish", None).await, 400, &["cursor"]);
    problem(app.call(Method::GET, "/v1/nothing", None).await, 404, &[]);
    problem(app.call(Method::DELETE, "/v1/customers", None).await, 405, &[]);
    assert_eq!(app.get("/v1/customers").await["items"], json!([]));
    assert_eq!(app.kinds().await, ["token.created"], "nothing is half done");
}

async fn channels_that_are_misused(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    app.settle().await;
    let before = app.kinds().await;
    let update = message(1, 42, "Bob", "en", "hello");
    let forged =
        app.request(Method::POST, "/in/telegram/update").header("x-telegram-bot-api-secret-token", "guess");
    problem(app.send(forged.json(&update)).await, 401, &["operator"]);
    let bare = app.request(Method::POST, "/in/telegram/update").json(&update);
    problem(app.send(bare).await, 401, &[]);
    problem(app.send(app.request(Method::POST, "/in/nowhere/update").json(&update)).await, 404, &["nowhere"]);
    let secret = |request: reqwest::RequestBuilder| {
        request.header("x-telegram-bot-api-secret-token", support::company::SECRET)
    };
    let broken = secret(app.request(Method::POST, "/in/telegram/update")).body("{\"update_id\": 1, ");
    problem(app.send(broken).await, 400, &[]);
    let large = secret(app.request(Method::POST, "/in/telegram/update")).body("x".repeat(2 << 20));
    problem(app.send(large).await, 413, &[]);
    app.settle().await;
    assert_eq!(app.kinds().await, before);
    let installations = app.get("/v1/installations").await;
    let telegram =
        installations["items"].as_array().unwrap().iter().find(|i| i["name"] == "telegram").unwrap();
    let id = telegram["id"].as_str().unwrap();
    app.post(&format!("/v1/installations/{id}/disable"), &json!({})).await.expect(200);
    let answer = company.deliver(&update).await;
    assert!(!answer.header("retry-after").is_empty());
    problem(answer, 503, &["switched off"]);
}

async fn upload(app: &TestApp, bytes: Vec<u8>) -> Answer {
    raw(app, "/v1/plugins", "application/wasm", bytes).await
}

async fn plugins_that_do_not_fit(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let whole = artifact("web-form");
    problem(upload(&app, b"not wasm at all".to_vec()).await, 422, &["WebAssembly"]);
    problem(upload(&app, whole[..whole.len() / 2].to_vec()).await, 422, &[]);
    problem(upload(&app, b"\0asm\x01\0\0\0".to_vec()).await, 422, &["component", "hospes plugin build"]);
    let other: Vec<u8> = replaced(&whole, b"hospes:plugin/channel@0.1.0", b"hospes:plugin/channel@0.9.0");
    problem(upload(&app, other).await, 422, &["0.9.0"]);
    let lacking = with_manifest(&artifact("telegram"), |manifest| {
        manifest.as_object_mut().unwrap().remove("channel").expect("telegram is a channel");
    });
    problem(upload(&app, lacking).await, 422, &["[channel]", "plugin.toml"]);
    let mute = with_manifest(&whole, |manifest| manifest["contract"] = json!("0.7"));
    problem(upload(&app, mute).await, 422, &["0.7"]);
    upload(&app, whole.clone()).await.expect(201);
    let unknown = json!({"plugin": "web-from", "name": "x", "settings": {}});
    problem(app.post("/v1/installations", &unknown).await, 422, &["web-from"]);
    let wrong = json!({"plugin": "web-form", "name": "form", "settings": {"no-such-setting": 1}});
    problem(app.post("/v1/installations", &wrong).await, 422, &["no-such-setting"]);
    assert_eq!(app.get("/v1/installations").await["items"], json!([]));
}

/// The bytes with one text in the place of another of the same length.
fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    assert_eq!(from.len(), to.len());
    let mut bytes = bytes.to_vec();
    let mut at = 0;
    while let Some(found) = bytes[at..].windows(from.len()).position(|window| window == from) {
        bytes[at + found..at + found + from.len()].copy_from_slice(to);
        at += found + from.len();
    }
    bytes
}

async fn who_may_not(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let anonymous = app.send(app.request(Method::GET, "/v1/customers")).await;
    assert!(anonymous.header("www-authenticate").starts_with("Bearer"));
    problem(anonymous, 401, &["Authorization"]);
    let stranger = app.request(Method::GET, "/v1/customers").bearer_auth("hsp_stranger");
    problem(app.send(stranger).await, 401, &[]);
    let new = json!({"name": "reader", "scopes": ["customers:read"]});
    let token = app.post("/v1/tokens", &new).await.expect(201);
    let secret = token["token"].as_str().unwrap();
    let write = app.request(Method::POST, "/v1/customers").bearer_auth(secret);
    let write = write.json(&json!({"kind": "person", "name": "Ann"}));
    problem(app.send(write).await, 403, &["customers:write"]);
    let read = app.request(Method::GET, "/v1/customers").bearer_auth(secret);
    app.send(read).await.expect(200);
    let id = token["id"].as_str().unwrap();
    app.call(Method::DELETE, &format!("/v1/tokens/{id}"), None).await.expect(204);
    let read = app.request(Method::GET, "/v1/customers").bearer_auth(secret);
    problem(app.send(read).await, 401, &[]);
    problem(
        app.post("/v1/tokens", &json!({"name": "x", "scopes": ["customer:read"]})).await,
        422,
        &["customers:read"],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_server_on_the_same_file_is_refused() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    let second = hospes::boot::host::Host::start(settings(&app.place, &[]), app.clock.clone()).await;
    let error = format!("{:#}", second.err().expect("a refusal"));
    assert!(error.contains("in use by another hospes") && error.contains("PostgreSQL"), "{error}");
    app.get("/v1/customers").await;
}
