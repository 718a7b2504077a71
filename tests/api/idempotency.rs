//! A request under an `Idempotency-Key` is done once, whatever the network makes the client repeat.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, Answer, TestApp};
use support::on_both_engines;
use support::store::Engine;

use support::company::{company, message};

on_both_engines!(
    a_repeated_request_is_done_once,
    another_request_under_a_key_is_refused,
    a_refused_request_does_not_use_up_its_key,
    many_at_once_are_one,
    a_key_belongs_to_who_used_it,
    a_secret_is_told_once,
    an_answer_is_given_again_to_who_may_have_it_done_now,
    a_reply_goes_out_once,
    without_a_key_every_request_counts,
);

/// Posts as somebody, under a key.
async fn post(app: &TestApp, token: &str, key: &str, path: &str, body: &Value) -> Answer {
    let request = app.request(Method::POST, path).bearer_auth(token).header("idempotency-key", key);
    app.send(request.json(body)).await
}

async fn names(app: &TestApp) -> Vec<String> {
    let list = app.get("/v1/customers").await;
    list["items"].as_array().unwrap().iter().map(|c| c["name"].as_str().unwrap().to_owned()).collect()
}

/// How many events of a kind the log has.
async fn count(app: &TestApp, kind: &str) -> usize {
    app.kinds().await.iter().filter(|found| *found == kind).count()
}

async fn a_repeated_request_is_done_once(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let asked = json!({"name": "王芳", "identities": [{"scheme": "phone", "value": "138 0013 8000"}]});
    let first = post(&app, ADMIN, "order-7", "/v1/customers", &asked).await;
    let path = first.header("location").to_owned();
    assert_eq!(first.status, 201, "{first:?}");
    // What became of the record meanwhile doesn't change what the request was answered.
    app.clock.advance_millis(3_600_000);
    app.call(Method::PATCH, &path, Some(&json!({"name": "王小芳"}))).await.expect(200);
    let second = post(&app, ADMIN, "order-7", "/v1/customers", &asked).await;
    assert_eq!(second.status, 201, "{second:?}");
    assert_eq!(second.json(), first.json());
    for header in ["location", "etag"] {
        assert_eq!(second.header(header), first.header(header));
    }
    assert_eq!(names(&app).await, ["王小芳"]);
    assert_eq!(count(&app, "customer.created").await, 1);
}

async fn another_request_under_a_key_is_refused(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    post(&app, ADMIN, "order-7", "/v1/customers", &json!({"name": "王芳"})).await.expect(201);
    let others = [
        ("/v1/customers", json!({"name": "李雷"})),
        ("/v1/teams", json!({"name": "王芳", "classes": [], "watches": []})),
    ];
    for (path, body) in others {
        let answer = post(&app, ADMIN, "order-7", path, &body).await;
        let problem = answer.expect(409);
        assert_eq!(problem["code"], "conflict");
        assert!(problem["detail"].as_str().unwrap().contains("order-7"), "{problem:#}");
    }
    assert_eq!(names(&app).await, ["王芳"]);
    assert_eq!(app.get("/v1/teams").await["items"], json!([]));
    for odd in ["", "two words", &"x".repeat(256)] {
        let answer = post(&app, ADMIN, odd, "/v1/customers", &json!({"name": "x"})).await;
        let problem = answer.expect(400);
        assert!(problem["detail"].as_str().unwrap().contains("Idempotency-Key"), "{problem:#}");
    }
}

async fn a_refused_request_does_not_use_up_its_key(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let wrong = json!({"name": "王芳", "birthday": "yesterday"});
    post(&app, ADMIN, "order-7", "/v1/customers", &wrong).await.expect(422);
    post(&app, ADMIN, "order-7", "/v1/customers", &json!({"name": "王芳"})).await.expect(201);
    assert_eq!(names(&app).await, ["王芳"]);
}

async fn many_at_once_are_one(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let asked = json!({"name": "王芳"});
    let posts = (0..50).map(|_| post(&app, ADMIN, "order-7", "/v1/customers", &asked));
    let answers = futures::future::join_all(posts).await;
    let bodies: Vec<Value> = answers.into_iter().map(|answer| answer.expect(201)).collect();
    assert!(bodies.iter().all(|body| *body == bodies[0]), "{bodies:#?}");
    assert_eq!(names(&app).await, ["王芳"]);
    assert_eq!(count(&app, "customer.created").await, 1);
}

async fn a_key_belongs_to_who_used_it(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let other = app.post("/v1/tokens", &json!({"name": "shop", "scopes": ["*"]})).await.expect(201);
    let other = other["token"].as_str().unwrap();
    let mine = post(&app, ADMIN, "1", "/v1/customers", &json!({"name": "王芳"})).await.expect(201);
    // The same request too: else one program could read what another one was answered.
    let theirs = post(&app, other, "1", "/v1/customers", &json!({"name": "王芳"})).await.expect(201);
    assert_ne!(mine["id"], theirs["id"]);
    assert_eq!(names(&app).await.len(), 2);
}

async fn a_secret_is_told_once(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let asked = json!({"name": "shop", "scopes": ["customers:read"]});
    let first = post(&app, ADMIN, "t", "/v1/tokens", &asked).await.expect(201);
    let secret = first["token"].as_str().unwrap().to_owned();
    assert!(secret.starts_with("hsp_"));
    let second = post(&app, ADMIN, "t", "/v1/tokens", &asked).await;
    assert!(!second.text.contains("hsp_"), "{}", second.text);
    let mut expected = first;
    expected["token"] = Value::Null;
    assert_eq!(second.expect(201), expected);
    let read = app.request(Method::GET, "/v1/customers").bearer_auth(&secret);
    app.send(read).await.expect(200);
    let made = app.get("/v1/tokens").await;
    assert_eq!(made["items"].as_array().unwrap().iter().filter(|token| token["name"] == "shop").count(), 1);
}

async fn an_answer_is_given_again_to_who_may_have_it_done_now(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.person("Boss", "boss@example.com", "administrator").await;
    let ann = app.person("Ann", "ann@example.com", "administrator").await;
    let token = async |scopes: Value| {
        let new = json!({"name": "t", "scopes": scopes, "user_id": ann});
        app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned()
    };
    let (all, few) = (token(json!(["*"])).await, token(json!(["customers:read", "users:write"])).await);
    let user = json!({"name": "New", "email": "new@example.com"});
    let requests = [
        ("a", "/v1/customers", json!({"name": "王芳"}), "customers:write"),
        ("b", "/v1/customers:batch", json!({"items": [{"name": "李雷"}]}), "customers:write"),
        // What a new colleague may do takes rights, too.
        ("c", "/v1/users", user, "may"),
    ];
    for (key, path, body, needed) in &requests {
        let first = post(&app, &all, key, path, body).await;
        assert!(first.status.is_success(), "{first:?}");
        assert_eq!(post(&app, &all, key, path, body).await.text, first.text);
        // Another token of hers may less: the answer isn't for it.
        let problem = post(&app, &few, key, path, body).await;
        assert!([403, 422].contains(&problem.status.as_u16()), "{problem:?}");
        assert!(
            problem.text.contains(needed) || problem.text.contains("needs the permission"),
            "{problem:?}"
        );
    }
    assert_eq!(names(&app).await.len(), 2);
    let change = async |change: Value| {
        app.call(Method::PATCH, &format!("/v1/users/{ann}"), Some(&change)).await.expect(200);
    };
    change(json!({"roles": ["agent"]})).await;
    let statuses = async || {
        let mut statuses = Vec::new();
        for (key, path, body, _) in &requests {
            statuses.push(post(&app, &all, key, path, body).await.status.as_u16());
        }
        statuses
    };
    // An agent may make customers, and no colleagues.
    assert_eq!(statuses().await, [201, 200, 403]);
    change(json!({"roles": ["administrator"]})).await;
    assert_eq!(statuses().await, [201, 200, 201]);
    change(json!({"active": false})).await;
    assert_eq!(statuses().await, [401, 401, 401]);
    assert_eq!(names(&app).await.len(), 2, "nothing was done again");
}

async fn a_reply_goes_out_once(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    company.deliver(&message(1, 42, "小王", "zh-hans", "这个多少钱？")).await.expect(200);
    app.settle().await;
    let tickets = app.get("/v1/tickets").await;
    let ticket = &tickets["items"][0];
    let conversation = ticket["conversation_id"].as_str().unwrap();
    let messages = format!("/v1/conversations/{conversation}/messages");
    let reply = json!({"text": "三百八十元，包邮。"});
    let posts = (0..5).map(|_| post(app, ADMIN, "reply-1", &messages, &reply));
    let answers = futures::future::join_all(posts).await;
    assert!(
        answers.iter().all(|answer| answer.status == 201 && answer.text == answers[0].text),
        "{answers:?}"
    );
    company.bot.wait_for(1).await;
    app.clock.advance_millis(60_000);
    app.settle().await;
    let sent: Vec<String> = company.bot.sent().into_iter().map(|message| message.text).collect();
    assert_eq!(sent, ["三百八十元，包邮。"]);

    // A verb is done once too: the second doesn't find the ticket resolved already.
    let resolve = format!("/v1/tickets/{}/resolve", ticket["id"].as_str().unwrap());
    let first = post(app, ADMIN, "resolve-1", &resolve, &json!({})).await.expect(200);
    assert_eq!(post(app, ADMIN, "resolve-1", &resolve, &json!({})).await.expect(200), first);
    app.settle().await;
    assert_eq!(count(app, "ticket.resolved").await, 1);
}

async fn without_a_key_every_request_counts(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for _ in 0..2 {
        app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201);
    }
    assert_eq!(names(&app).await, ["王芳", "王芳"]);
    assert_eq!(count(&app, "customer.created").await, 2);
}
