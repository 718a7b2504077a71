//! Numbers in custom fields: they come back as they were sent, or aren't taken.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{Answer, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(numbers_come_back_as_they_were_sent, numbers_that_would_change_are_refused);

async fn send(app: &TestApp, method: Method, path: &str, body: &str) -> Answer {
    let kind = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
    let request = app.request(method, path).bearer_auth(support::app::ADMIN);
    app.send(request.header("content-type", kind).body(body.to_owned())).await
}

const SAME: [&str; 11] = [
    "0",
    "-17",
    "0.1",
    "0.30000000000000004",
    "0.1234567890123456",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775807",
    "1e308",
    "1.7976931348623157e308",
    "5e-324",
];

async fn numbers_come_back_as_they_were_sent(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let mut ids = Vec::new();
    for (index, number) in SAME.iter().enumerate() {
        let body = format!(r#"{{"name": "n{index}", "attributes": {{"size": {number}}}}}"#);
        let made = send(&app, Method::POST, "/v1/customers", &body).await;
        assert_eq!(made.status, 201, "{number}: {made:?}");
        let id = made.json()["id"].as_str().unwrap().to_owned();
        let patch = format!(r#"{{"attributes": {{"again": [{number}]}}}}"#);
        let path = format!("/v1/customers/{id}");
        let patched = send(&app, Method::PATCH, &path, &patch).await;
        assert_eq!(patched.status, 200, "{number}: {patched:?}");
        let wanted: Value = serde_json::from_str(number).unwrap();
        for answer in [made.json(), patched.json(), app.get(&path).await] {
            assert_eq!(answer["attributes"]["size"], wanted, "{number}: {answer}");
        }
        assert_eq!(app.get(&path).await["attributes"]["again"], json!([wanted]), "{number}");
        ids.push(id);
    }
    for (number, id) in SAME.iter().zip(&ids) {
        let filter: String =
            format!("attributes.size == {number}").bytes().map(|byte| format!("%{byte:02X}")).collect();
        let found = app.get(&format!("/v1/customers?filter={filter}")).await;
        let found: Vec<&str> =
            found["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
        assert_eq!(found, [id], "{number} is found by itself and nothing else is");
    }
}

async fn numbers_that_would_change_are_refused(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let id = app.post("/v1/customers", &json!({"name": "Ann", "attributes": {"size": 1}})).await.expect(201)
        ["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let path = format!("/v1/customers/{id}");
    for number in [
        "18446744073709551616",
        "18446744073709551615",
        "9223372036854775808",
        "-9223372036854775809",
        "0.1000000000000000055511151231257827",
        "12345678901234567890.5",
        "1e400",
        "1e-400",
    ] {
        for value in [number.to_owned(), format!(r#"[{{"deep": {number}}}]"#)] {
            let created = send(
                &app,
                Method::POST,
                "/v1/customers",
                &format!(r#"{{"name": "x", "attributes": {{"size": {value}}}}}"#),
            )
            .await;
            assert!(created.status.is_client_error(), "{number}: {created:?}");
            let patched =
                send(&app, Method::PATCH, &path, &format!(r#"{{"attributes": {{"size": {value}}}}}"#)).await;
            assert!(patched.status.is_client_error(), "{number}: {patched:?}");
            let touch = format!(
                r#"{{"kind": "note", "customer_id": "{id}", "channel": "pos", "text": "x", "attributes": {{"size": {value}}}}}"#
            );
            let noted = send(&app, Method::POST, "/v1/interactions", &touch).await;
            assert!(noted.status.is_client_error(), "{number}: {noted:?}");
        }
    }
    let refused = send(&app, Method::PATCH, &path, r#"{"attributes": {"size": 18446744073709551616}}"#).await;
    assert_eq!(refused.status, 422, "{refused:?}");
    assert_eq!(refused.json()["errors"][0]["pointer"], "/attributes/size");
    let filter = "attributes.size%20%3D%3D%2018446744073709551616";
    assert_eq!(app.call(Method::GET, &format!("/v1/customers?filter={filter}"), None).await.status, 400);
    assert_eq!(app.get(&path).await["attributes"], json!({"size": 1}));
    assert_eq!(app.get("/v1/customers").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.get("/v1/interactions").await["items"], json!([]));
}
