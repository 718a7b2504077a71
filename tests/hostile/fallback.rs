//! A plugin that keeps failing is left alone, role by role: a channel's providers come again, triage and assignment
//! go on by the built-in rules, a score stays what it was, and the log says so. The operator sees why.

use hospes::plugins::{Call, CallError};
use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::store::Engine;

use crate::guests::{ASSIGNMENT, CHANNEL, Module, SCORING, TRIAGE};
use crate::house::House;

on_both_engines!(ten_failures_open_the_breaker_and_each_role_falls_back);

/// Logs a line and breaks down.
const FAILS: Module = Module {
    imports: r#"(import "hospes:plugin/log@0.1.0" "write" (func $log (param i32 i32 i32 i32 i32)))"#,
    memory: r#"(memory (export "memory") 2)"#,
    realloc: "(global.get $top)",
    more: r#"(data (i32.const 2048) "the last words")"#,
    body: "(call $log (i32.const 3) (i32.const 2048) (i32.const 14) (i32.const 0) (i32.const 0)) unreachable",
};

async fn deliver(app: &TestApp, number: u32) {
    let task = json!({"what": "get", "key": "x"});
    let path = format!("/in/neighbour/do?message-{number}");
    app.send(app.request(Method::POST, &path).json(&task)).await.expect(200);
}

async fn ten_failures_open_the_breaker_and_each_role_falls_back(engine: Engine) {
    let house = House::new(engine, &[]).await;
    let app = &house.app;
    let team = json!({"name": "Sales", "classes": ["purchase"], "watches": []});
    let team = app.post("/v1/teams", &team).await.expect(201)["id"].as_str().unwrap().to_owned();
    let ann = json!({
        "name": "Ann", "email": "ann@example.com", "language": "en", "languages": ["en"], "capacity": 50,
        "skills": [], "teams": [team],
    });
    let ann = app.post("/v1/users", &ann).await.expect(201)["id"].as_str().unwrap().to_owned();

    // The channel: its providers are told to come again, before and after the breaker has opened.
    let channel = house.admit(&FAILS.plugin("fails-channel", &[CHANNEL]), &json!({})).await;
    for number in 0..12 {
        let answer =
            app.send(app.request(Method::POST, "/in/fails-channel/x").body(format!("hello {number}"))).await;
        assert_eq!(answer.status, 503, "delivery {number}: {answer:?}");
        assert!(!answer.header("retry-after").is_empty());
        assert!(!answer.text.contains("last words"), "what went wrong inside is the operator's: {answer:?}");
    }
    let seen = house.seen(&channel).await;
    assert_eq!(seen["failures"], 10, "after ten failures it is left alone: {seen}");
    assert!(!seen["broken_until"].is_null(), "{seen}");
    let error = seen["last_error"].as_str().unwrap();
    assert!(error.contains("unreachable") && error.contains("the last words"), "{error}");

    // Triage and assignment: the neighbour's messages are answered for all the same.
    let triage = house.admit(&FAILS.plugin("fails-triage", &[TRIAGE]), &json!({})).await;
    let assignment = house.admit(&FAILS.plugin("fails-assignment", &[ASSIGNMENT]), &json!({})).await;
    for number in 0..12 {
        deliver(app, number).await;
        app.settle().await;
    }
    let tickets = app.get("/v1/tickets").await;
    let ticket = &tickets["items"][0];
    assert_eq!((&ticket["class"], &ticket["assignee_id"]), (&json!("purchase"), &json!(ann)), "{tickets}");
    let seen = house.seen(&triage).await;
    assert_eq!(seen["failures"], 10, "{seen}");
    assert!(seen["last_error"].as_str().unwrap().contains("the last words"), "{seen}");
    let seen = house.seen(&assignment).await;
    assert!(seen["last_error"].as_str().unwrap().contains("the last words"), "it was asked: {seen}");

    // Scoring: left out while the plugin is left alone, and said so on the customer.
    let scoring = house.admit(&FAILS.plugin("fails-scoring", &[SCORING]), &json!({})).await;
    for _ in 0..10 {
        let host = app.host.app();
        let failed = host.plugins.score(&scoring, Call::from(host.db.id()), Vec::new()).await;
        assert!(matches!(failed, Err(CallError::Trapped { .. })), "{failed:?}");
    }
    deliver(app, 12).await;
    app.settle().await;
    let kinds = app.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "score.skipped").count(), 1, "{kinds:?}");
    assert!(!kinds.iter().any(|kind| kind == "score.changed"), "{kinds:?}");
    let failed: Vec<Value> = app.get("/v1/events?limit=500").await["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|event| event["type"] == "plugin.failed")
        .cloned()
        .collect();
    assert!(failed.len() >= 21, "every failure is in the log: {}", failed.len());
    house.unharmed().await;
}
