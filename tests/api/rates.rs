//! Who asks for more than is allowed in a while is told when to come again, and nobody else notices.

use std::sync::Arc;

use reqwest::Method;
use serde_json::json;
use support::app::{ADMIN, TestApp, settings};
use support::clock::FakeClock;
use support::store::{Engine, Place};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_callers_flood_is_nobody_elses() {
    let place = Place::new(Engine::Sqlite).await;
    let limits =
        hospes::boot::settings::Settings { rate_limit: 1, ingress_rate_limit: 1, ..settings(&place, &[]) };
    let app = TestApp::start_with(limits, place, Arc::new(FakeClock::new())).await;
    let made = app.post("/v1/tokens", &json!({"name": "other", "scopes": ["*"]})).await.expect(201);
    let other = made["token"].as_str().unwrap();
    let get = async |path: &str, token: &str| {
        // As a proxy hands it on; a program of this machine isn't limited.
        let request = app.request(Method::GET, path).header("x-forwarded-for", "192.0.2.7");
        app.send(request.bearer_auth(token)).await
    };
    let mut refused = None;
    for _ in 0..60 {
        let answer = get("/v1/customers", ADMIN).await;
        if answer.status == 429 {
            refused = Some(answer);
            break;
        }
        assert_eq!(answer.status, 200);
    }
    let refused = refused.expect("sixty requests are more than a second's");
    assert_eq!(refused.header("content-type"), "application/problem+json");
    assert_eq!(
        (refused.header("retry-after"), refused.json()["code"].as_str()),
        ("1", Some("too-many-requests"))
    );
    assert_eq!(get("/v1/customers", other).await.status, 200);
    for _ in 0..10 {
        assert_eq!(app.send(app.request(Method::GET, "/healthz")).await.status, 200);
        assert_eq!(app.send(app.request(Method::GET, "/readyz")).await.status, 200);
    }
    // Tokens that are made up each count by themselves, and their address for all of them.
    let mut last = 0;
    for number in 0..60 {
        last = get("/v1/customers", &format!("hsp_guess{number}")).await.status.as_u16();
    }
    assert_eq!(last, 429);
    for _ in 0..60 {
        assert_eq!(app.call(Method::GET, "/v1/customers", None).await.status, 200);
    }
    let mut last = 0;
    for _ in 0..60 {
        last = app
            .send(app.request(Method::POST, "/in/nowhere/").header("x-forwarded-for", "192.0.2.7").body("{}"))
            .await
            .status
            .as_u16();
    }
    assert_eq!(last, 429);
}
