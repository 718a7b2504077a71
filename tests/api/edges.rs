//! What the description says of requests holds at its edges, too.

use reqwest::Method;
use reqwest::multipart::{Form, Part};
use serde_json::{Value, json};
use support::app::{ADMIN, Answer, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(texts_and_numbers, forms_and_headers, steps_of_a_ticket);

/// The places that an answer of 422 names.
#[track_caller]
fn places(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 422, "{}", answer.text);
    let errors = answer.json()["errors"].as_array().cloned().unwrap_or_default();
    errors.iter().map(|error| error["pointer"].as_str().unwrap().to_owned()).collect()
}

async fn texts_and_numbers(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let identity = |scheme: &str, issuer: &str| json!({"scheme": scheme, "issuer": issuer, "value": "7"});
    let long = "x".repeat(201);
    let new = |change: Value| {
        let mut new = json!({"name": "Ann"});
        new.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        new
    };
    for (change, place) in [
        (json!({"identities": [identity("", "")]}), "/identities/0/scheme"),
        (json!({"identities": [identity(&"x".repeat(65), "")]}), "/identities/0/scheme"),
        (json!({"identities": [identity("shop", &long)]}), "/identities/0/issuer"),
        (json!({"identities": vec![identity("shop", ""); 101]}), "/identities"),
        (json!({"birthday": "19900517"}), "/birthday"),
        (json!({"birthday": "1990-05-17T00:00"}), "/birthday"),
        (json!({"birthday": ""}), "/birthday"),
    ] {
        let answer = app.post("/v1/customers", &new(change)).await;
        assert_eq!(places(&answer), [place]);
    }
    let lookup = json!({"identities": [identity("", "")]});
    assert_eq!(places(&app.post("/v1/customers:resolve", &lookup).await), ["/identities/0/scheme"]);
    app.post("/v1/customers", &new(json!({"birthday": "1990-05-17"}))).await.expect(201);
    let user = json!({"name": "Ann", "email": "ann@example.com", "language": " ", "languages": ["en", " "]});
    assert_eq!(places(&app.post("/v1/users", &user).await), ["/language", "/languages"]);
    // JSON has numbers of one kind only.
    let partner = app.post("/v1/partners", &json!({"name": "South", "answer_minutes": 60.0})).await;
    assert_eq!(partner.expect(201)["answer_minutes"], 60);
    app.post("/v1/partners", &json!({"name": "East", "answer_minutes": 60.5})).await.expect(400);
    let deal = json!({
        "customer_id": "019b8a3e-0000-7000-8000-000000000001", "name": "x",
        "amount": {"amount": "1.00", "currency": "CNY", "rate": 2},
    });
    app.post("/v1/deals", &deal).await.expect(400);
    app.call(Method::GET, "/v1/events?after=-1", None).await.expect(400);
    app.call(Method::GET, "/v1/events/stream?after=-1", None).await.expect(400);
}

async fn forms_and_headers(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = app.post("/v1/customers", &json!({"name": "Ann"})).await.expect(201);
    let id = customer["id"].as_str().unwrap();
    let path = format!("/v1/attachments?subject_kind=customer&subject_id={id}");
    let file = || Part::bytes(b"one".to_vec()).file_name("one.txt");
    let forms = [
        (Form::new().part("file", file()).text("colour", "red"), 400),
        (Form::new().text("colour", "red").part("file", file()), 400),
        (Form::new().part("file", file()).part("file", file()), 400),
        (Form::new(), 400),
        (Form::new().part("file", file()), 201),
    ];
    for (form, status) in forms {
        let request = app.request(Method::POST, &path).bearer_auth(ADMIN).multipart(form);
        app.send(request).await.expect(status);
    }
    let files = app.get(&path).await;
    assert_eq!(files["items"].as_array().unwrap().len(), 1, "{files:#}");
    for (tag, status) in [("\"a b\"", 400), ("7", 400), ("\"abc\"", 412), ("\"1\"", 200)] {
        let request = app.request(Method::PATCH, &format!("/v1/customers/{id}")).bearer_auth(ADMIN);
        let request = request.header("if-match", tag).json(&json!({"grade": "A"}));
        app.send(request).await.expect(status);
    }
}

async fn steps_of_a_ticket(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = app.post("/v1/customers", &json!({"name": "Ann"})).await.expect(201);
    let new = json!({"customer_id": customer["id"], "subject": "It leaks", "class": "complaint"});
    let ticket = app.post("/v1/tickets", &new).await.expect(201);
    let path = format!("/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let resolved = json!({"status": "resolved"});
    assert_eq!(places(&app.call(Method::PATCH, &path, Some(&resolved)).await), ["/status"]);
    app.post(&format!("{path}/resolve"), &json!({})).await.expect(200);
    app.call(Method::PATCH, &path, Some(&json!({"status": "open"}))).await.expect(409);
    let reopen = |length| json!({"reason": "x".repeat(length)});
    assert_eq!(places(&app.post(&format!("{path}/reopen"), &reopen(2_001)).await), ["/reason"]);
    app.post(&format!("{path}/reopen"), &reopen(2_000)).await.expect(200);
}
