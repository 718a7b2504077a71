//! No caller's request costs the others: what is sent is bounded, and not read from who may not send it.

use std::time::Duration;

use reqwest::Method;
use serde_json::json;
use support::app::{ADMIN, TestApp, settings};
use support::on_both_engines;
use support::store::{Engine, Place};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

on_both_engines!(free_fields_have_a_size);

async fn free_fields_have_a_size(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let person = |attributes| json!({"kind": "person", "name": "Ada", "attributes": attributes});
    let large = app.post("/v1/customers", &person(json!({"note": "x".repeat(40_000)}))).await;
    let problem = large.expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/attributes");
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("\"note\""), "{problem}");
    let made = app.post("/v1/customers", &person(json!({"note": "x".repeat(30_000)}))).await.expect(201);
    let path = format!("/v1/customers/{}", made["id"].as_str().unwrap());
    let more = json!({"attributes": {"a": "x".repeat(20_000), "b": "x".repeat(20_000)}});
    let problem = app.call(Method::PATCH, &path, Some(&more)).await.expect(422);
    assert!(problem["errors"][0]["detail"].as_str().unwrap().contains("together"), "{problem}");
    let kept = app.get(&path).await;
    assert_eq!(kept["attributes"]["note"].as_str().unwrap().len(), 30_000);
}

/// Sends the head of a large upload and nothing of its body, and reads the answer.
async fn only_the_head(app: &TestApp, path: &str, token: &str) -> String {
    let mut stream = TcpStream::connect(app.host.address()).await.unwrap();
    let head = format!(
        "POST {path} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {token}\r\nContent-Type: application/wasm\r\n\
         Content-Length: 60000000\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut read = vec![0; 4096];
    let count = tokio::time::timeout(Duration::from_secs(15), stream.read(&mut read)).await;
    let count = count.expect("an answer without the body").unwrap();
    String::from_utf8_lossy(&read[..count]).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_read_from_who_may_not_upload() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    let new = json!({"name": "reader", "scopes": ["customers:read"]});
    let reader = app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned();
    let ada = app.post("/v1/customers", &json!({"kind": "person", "name": "Ada"})).await.expect(201);
    let file = format!("/v1/attachments?subject_kind=customer&subject_id={}", ada["id"].as_str().unwrap());
    let nowhere =
        "/v1/attachments?subject_kind=customer&subject_id=01890000-0000-7000-8000-000000000000".to_owned();
    for (path, token, status) in [
        ("/v1/plugins", reader.as_str(), "403"),
        (&file, &reader, "403"),
        (&nowhere, ADMIN, "404"),
        ("/v1/plugins", "hsp_nobody", "401"),
    ] {
        let answer = only_the_head(&app, path, token).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{path}: {answer}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_changing_cookie_is_no_new_caller() {
    let place = Place::new(Engine::Sqlite).await;
    let limits = hospes::boot::settings::Settings { rate_limit: 1, ..settings(&place, &[]) };
    let app = TestApp::start_with(limits, place, std::sync::Arc::new(support::clock::FakeClock::new())).await;
    for path in ["/v1/customers", "/s/none", "/inbox"] {
        let mut last = 0;
        for number in 0..60 {
            // As a proxy that is trusted hands it on, each time with another cookie.
            let request = app.request(Method::GET, path).header("x-forwarded-for", "192.0.2.9");
            let cookie = format!("hospes_session=guess{number}; other={number}");
            last = app.send(request.header("cookie", cookie)).await.status.as_u16();
        }
        assert_eq!(last, 429, "{path}");
    }
    let other = app.request(Method::GET, "/s/none").header("x-forwarded-for", "192.0.2.9, 192.0.2.10");
    assert_ne!(app.send(other).await.status, 429, "another address has its own allowance");
}
