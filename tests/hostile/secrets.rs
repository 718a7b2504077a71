//! Crimes against secrets: finding them out bit by bit without the grant to see them, and having the host work without
//! end on them. Whatever a guest tries, it is answered the same whatever the secret is.

use hospes::plugins::CallError;
use hospes::plugins::engine::limits::Limit;
use reqwest::Method;
use serde_json::json;
use support::artifacts::artifact;
use support::store::Engine;

use crate::guests::as_another;
use crate::house::{End, House, assert_end};

/// Secrets that differ in their letters, their order and their length.
fn secrets() -> [String; 4] {
    ["!", "a secret of the tests", "zzzz-zzzz", &"m".repeat(8_192)].map(str::to_owned)
}

/// A house and a guest that holds this secret, without the grant to see it.
async fn with(
    secret: &str,
    paths: &[&str],
    server: &str,
) -> (House, std::sync::Arc<hospes::plugins::Installation>) {
    let house = House::new(Engine::Sqlite, &[server.to_owned()]).await;
    let bytes = as_another(&artifact("tests/troublemaker"), |manifest| {
        manifest["id"] = json!("listener");
        manifest["wants"]["secrets"][0]["uses"] =
            json!(["hmac-sha256", "wechat-sha1", "equals", "header", "url", "body"]);
        for http in manifest["wants"]["http"].as_array_mut().unwrap() {
            http["paths"] = json!(paths);
        }
    });
    let guest = house.admit(&bytes, &json!({"server": format!("http://{server}")})).await;
    let path = format!("/v1/installations/{}/secrets/token", guest.id);
    house.app.call(Method::PUT, &path, Some(&json!({"value": secret}))).await.expect(200);
    let guest = house.load("listener").await;
    (house, guest)
}

/// A server that takes anything.
async fn server() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = format!("localhost:{}", listener.local_addr().expect("an address").port());
    let routes = axum::Router::new().fallback(|| async { "ok" });
    tokio::spawn(async move { axum::serve(listener, routes).await });
    address
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_tells_a_secret_by_order_or_size() {
    let server = server().await;
    let url = format!("http://{server}/open/");
    let sealed = "BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc=";
    // What the host says to each of these must not depend on the secret.
    let mut tasks = vec![
        json!({"what": "reveal"}),
        json!({"what": "guess", "candidates": ["", "a", "z", "a secret"]}),
        json!({"what": "guess", "candidates": ["1", "2", "3", "4", "5", "6"]}),
        json!({"what": "macs", "count": 900, "bytes": 10}),
        json!({"what": "macs", "count": 2_000, "bytes": 10}),
    ];
    // Parts that would sort before and after it, and splits of the same text in different places.
    for (timestamp, nonce, encrypted) in [
        ("1767600000", "123456789", sealed),
        ("1767600000", "1", ""),
        ("1767600000", "zzzzzzzzzzzzzzzzzzzz", ""),
        ("176760000", "0123456789", sealed),
        ("1767600000", "123456789B", &sealed[1..]),
        ("", "", ""),
        ("1767600000", "a secret of the tests", ""),
    ] {
        tasks.push(json!({
            "what": "wechat", "timestamp": timestamp, "nonce": nonce, "encrypted": encrypted, "signature": "0".repeat(40),
        }));
    }
    // How much of it fits where it is sent.
    for place in ["url", "header", "body"] {
        for count in [1, 2, 7, 8, 9, 16, 17, 60_000] {
            tasks.push(json!({"what": "stuff", "url": url, "place": place, "count": count}));
        }
    }
    let mut answers: Vec<Vec<String>> = Vec::new();
    for secret in secrets() {
        // Patterns of paths that fit some secrets and not others.
        let (house, guest) = with(&secret, &["/open/", "/open/a*", "/open/*zzz*", "/open/*m"], &server).await;
        let mut told = Vec::new();
        for task in &tasks {
            told.push(match house.call(&guest, task).await {
                Ok(outcome) => outcome.value,
                Err(CallError::Refused(error)) => format!("{}: {}", error.code, error.message),
                Err(CallError::LimitExceeded { which, .. }) => format!("over {which}"),
                Err(other) => format!("{other:?}"),
            });
        }
        house.unharmed().await;
        answers.push(told);
    }
    for other in &answers[1..] {
        for ((task, first), other) in tasks.iter().zip(&answers[0]).zip(other) {
            assert_eq!(first, other, "the answer to this depends on the secret: {task}");
        }
    }
    assert_eq!(answers[0][2], r#"["false","false","false","false","limit-exceeded","limit-exceeded"]"#);
    assert!(answers[0][0].starts_with("denied"), "{:?}", answers[0][0]);
    assert_eq!(answers[0][4], "over transfers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_secret_that_was_tried_stands_in_the_log_and_is_found_by_its_whole_alone() {
    let server = server().await;
    let (house, guest) = with("a secret of the tests", &["/open*"], &server).await;
    let task = json!({"what": "guess", "candidates": ["a secret of the test", "a secret of the tests"]});
    let outcome = house.call(&guest, &task).await.expect("answers");
    assert_eq!(outcome.value, r#"["false","true"]"#);
    let noted: Vec<&str> = outcome.effects.log.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(noted, ["what was checked against the secret token doesn't fit: equals"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_hosts_work_is_charged_like_the_guests() {
    let house = House::new(Engine::Sqlite, &[]).await;
    // Full before its time is up, on a slow machine, too.
    let small = as_another(&artifact("tests/troublemaker"), |manifest| {
        manifest["limits"] = json!({"memory-mib": 16, "reason": {"zh-CN": "测试", "en": "Tests"}});
    });
    let guest = house.admit(&small, &json!({})).await;
    for (name, task, end) in [
        (
            "has secrets worked on",
            json!({"what": "macs", "count": 100_000, "bytes": 1}),
            End::Limit(Limit::Transfers),
        ),
        (
            "asks by a flood of conditions",
            json!({"what": "find", "conditions": 10_000, "times": 1}),
            End::Told("limit-exceeded", "20 conditions"),
        ),
        (
            "has small values made large",
            json!({"what": "json", "values": 500_000, "times": 3}),
            End::Limit(Limit::Memory),
        ),
    ] {
        let ended = house.beside(house.call(&guest, &task)).await;
        assert_end(name, &ended, &end);
    }
}
