//! A form on the company's site as a channel: what visitors type comes in, and proves nothing about who they are.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{Answer, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    both_encodings_come_in,
    a_repeated_submission_changes_nothing,
    robots_and_mistakes_leave_nothing,
    what_is_typed_takes_over_nobody,
    only_listed_sites_may_post,
    nothing_is_sent_through_a_form,
    what_a_visitor_cannot_mend_is_taken,
);

async fn start(engine: Engine, settings: Value) -> TestApp {
    let app = TestApp::start(engine, &[]).await;
    app.install("web-form", &settings, &[]).await;
    app.settle().await;
    app
}

async fn submit(app: &TestApp, body: &Value) -> Answer {
    app.send(app.request(Method::POST, "/in/web-form/").json(body)).await
}

fn items(list: &Value) -> &Vec<Value> {
    list["items"].as_array().unwrap()
}

/// Percent-encodes, as browsers do with the fields of a form.
fn encode(fields: &[(&str, &str)]) -> String {
    let escape = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let pairs = fields.iter().map(|(name, value)| format!("{}={}", escape(name), escape(value)));
    pairs.collect::<Vec<_>>().join("&")
}

async fn both_encodings_come_in(engine: Engine) {
    let settings = json!({"fields": {"姓名": "name", "手机": "phone", "留言": "message"}});
    let app = start(engine, settings).await;
    let body = json!({"name": "Ann", "email": "Ann@Example.com", "message": "How much is the large one?", "language": "en"});
    assert_eq!(submit(&app, &body).await.expect(200), json!({"received": true}));
    let form = encode(&[
        ("姓名", "王芳"),
        ("手机", "１３８ 0013 8000"),
        ("留言", "收到的桌子是坏的，我要退货！\n请尽快回复"),
    ]);
    let request = app
        .request(Method::POST, "/in/web-form/")
        .header("content-type", "application/x-www-form-urlencoded")
        .header("accept-language", "zh-CN,zh;q=0.9")
        .body(form);
    let answer = app.send(request).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert!(answer.text.contains("谢谢"), "{answer:?}");
    app.settle().await;

    let expected = [
        ("Ann", "email", "ann@example.com", "How much is the large one?"),
        ("王芳", "phone", "+8613800138000", "收到的桌子是坏的，我要退货！\n请尽快回复"),
    ];
    for (name, scheme, value, text) in expected {
        let customers = app.get(&format!("/v1/customers?q={name}")).await;
        let [customer] = items(&customers).as_slice() else { panic!("{customers:#}") };
        let view = app.get(&format!("/v1/customers/{}/view", customer["id"].as_str().unwrap())).await;
        let identity = &view["identities"][0];
        assert_eq!((&identity["scheme"], &identity["value"]), (&json!(scheme), &json!(value)));
        assert_eq!(identity["attested"], false, "a form vouches for nobody");
        let conversation = view["tickets"][0]["conversation_id"].as_str().expect("a ticket");
        let messages = app.get(&format!("/v1/conversations/{conversation}/messages")).await;
        assert_eq!(messages["items"][0]["text"], text);
    }
    let tickets = app.get("/v1/tickets").await;
    let languages: Vec<&str> = items(&tickets).iter().map(|t| t["language"].as_str().unwrap()).collect();
    assert!(languages.contains(&"zh-CN") && languages.contains(&"en"), "{languages:?}");
}

async fn a_repeated_submission_changes_nothing(engine: Engine) {
    let app = start(engine, json!({})).await;
    let body = json!({"submission_id": "s-1", "email": "ann@example.com", "message": "Is it in stock?"});
    // A visitor who presses the button many times, and again later.
    for answer in futures::future::join_all((0..10).map(|_| submit(&app, &body))).await {
        assert!(answer.status == 200 || answer.status == 503, "{answer:?}");
    }
    submit(&app, &body).await.expect(200);
    app.settle().await;
    let before = app.kinds().await;
    assert_eq!(before.iter().filter(|kind| *kind == "interaction.received").count(), 1);
    assert_eq!(before.iter().filter(|kind| *kind == "ticket.created").count(), 1);
    app.clock.advance_millis(3_600_000);
    assert_eq!(submit(&app, &body).await.expect(200), json!({"received": true}));
    app.settle().await;
    assert_eq!(app.kinds().await, before);
    assert_eq!(items(&app.get("/v1/customers").await).len(), 1);

    // The same words under another id are another message.
    let body = json!({"submission_id": "s-2", "email": "ann@example.com", "message": "Is it in stock?"});
    submit(&app, &body).await.expect(200);
    app.settle().await;
    let received = app.kinds().await.iter().filter(|kind| *kind == "interaction.received").count();
    assert_eq!(received, 2);
    assert_eq!(items(&app.get("/v1/customers").await).len(), 1, "one address, one customer");
}

async fn robots_and_mistakes_leave_nothing(engine: Engine) {
    let app = start(engine, json!({"honeypot": "website", "fields": {"电话": "phone"}})).await;
    let mut before = app.kinds().await;
    let robot = json!({"website": "https://spam.example", "email": "bot@example.com", "message": "Cheap!"});
    assert_eq!(submit(&app, &robot).await.expect(200), json!({"received": true}), "it learns nothing");
    let cases = [
        (json!({"message": "你好"}), vec!["email"]),
        (json!({"message": "你好", "电话": "12"}), vec!["电话"]),
        (json!({"电话": "13800138000"}), vec!["message"]),
        (json!({"email": "nobody", "message": " "}), vec!["message", "email"]),
    ];
    for (body, fields) in cases {
        let refused = submit(&app, &body).await.expect(422);
        let errors = refused["errors"].as_array().unwrap();
        let named: Vec<&str> = errors.iter().map(|error| error["field"].as_str().unwrap()).collect();
        assert_eq!(named, fields, "{body}");
        for error in errors {
            assert!(error["en"].is_string() && error["zh-CN"].is_string(), "{error}");
        }
    }
    let broken = app.request(Method::POST, "/in/web-form/").header("content-type", "application/json");
    app.send(broken.body("{\"message\": ")).await.expect(400);
    assert_eq!(app.send(app.request(Method::GET, "/in/web-form/")).await.status, 405);
    app.settle().await;
    // What the robot sent is kept for people to see, and no more.
    before.push("delivery.kept".to_owned());
    assert_eq!(app.kinds().await, before);
    assert_eq!(app.get("/v1/customers").await["items"], json!([]));
}

async fn what_is_typed_takes_over_nobody(engine: Engine) {
    let app = start(engine, json!({})).await;
    let known = async |name: &str, scheme: &str, value: &str| {
        let new = json!({"name": name, "identities": [{"scheme": scheme, "value": value}]});
        app.post("/v1/customers", &new).await.expect(201)["id"].as_str().unwrap().to_owned()
    };
    let wang = known("王芳", "phone", "+8613800138000").await;
    let ann = known("Ann", "email", "ann@example.com").await;
    let identities = async |id: &str| app.get(&format!("/v1/customers/{id}/identities")).await;
    let before = (identities(&wang).await, identities(&ann).await);

    // Her number with a stranger's address: the message is hers, the address isn't.
    let body = json!({"name": "Eve", "phone": "13800138000", "email": "eve@example.com", "message": "请把发票寄到这个邮箱"});
    submit(&app, &body).await.expect(200);
    app.settle().await;
    assert_eq!(items(&app.get("/v1/customers").await).len(), 2);
    let view = app.get(&format!("/v1/customers/{wang}/view")).await;
    assert_eq!(view["customer"]["name"], "王芳");
    assert_eq!(view["tickets"][0]["subject"], "请把发票寄到这个邮箱");
    assert_eq!(identities(&wang).await, before.0);

    // Then the stranger's address alone is still a stranger's.
    let body = json!({"name": "Eve", "email": "eve@example.com", "message": "我的订单到哪里了？"});
    submit(&app, &body).await.expect(200);
    app.settle().await;
    let customers = app.get("/v1/customers").await;
    assert_eq!(items(&customers).len(), 3);
    let view = app.get(&format!("/v1/customers/{wang}/view")).await;
    assert_eq!(view["tickets"].as_array().unwrap().len(), 1);

    // One's number with the other's address joins nothing and tells neither of the other.
    let body =
        json!({"phone": "13800138000", "email": "ann@example.com", "message": "请把订单寄到我的新地址"});
    submit(&app, &body).await.expect(200);
    app.settle().await;
    assert_eq!(items(&app.get("/v1/customers").await).len(), 3);
    assert_eq!((identities(&wang).await, identities(&ann).await), before);
}

async fn only_listed_sites_may_post(engine: Engine) {
    let app = start(engine, json!({"allowed-origins": ["https://www.example.com"]})).await;
    let ask = async |method: Method, origin: &str| {
        let request = app.request(method.clone(), "/in/web-form/").header("origin", origin);
        let request = if method == Method::OPTIONS {
            request
                .header("access-control-request-method", "POST")
                .header("access-control-request-headers", "content-type,idempotency-key")
        } else {
            request.json(&json!({"email": "ann@example.com", "message": "Is it in stock?"}))
        };
        app.send(request).await
    };
    let preflight = ask(Method::OPTIONS, "https://www.example.com").await;
    assert_eq!(preflight.status, 204, "{preflight:?}");
    assert_eq!(preflight.header("access-control-allow-origin"), "https://www.example.com");
    assert!(preflight.header("access-control-allow-methods").contains("POST"));
    let headers = preflight.header("access-control-allow-headers");
    assert!(headers.contains("content-type") && headers.contains("idempotency-key"), "{headers}");
    let before = app.kinds().await;
    for method in [Method::OPTIONS, Method::POST] {
        let refused = ask(method, "https://evil.example").await;
        assert_eq!(refused.status, 403, "{refused:?}");
        assert_eq!(refused.header("access-control-allow-origin"), "");
    }
    app.settle().await;
    assert_eq!(app.kinds().await, before);
    let taken = ask(Method::POST, "https://www.example.com").await;
    assert_eq!(taken.header("access-control-allow-origin"), "https://www.example.com");
    assert!(taken.header("vary").to_lowercase().contains("origin"), "{taken:?}");
    taken.expect(200);
}

async fn nothing_is_sent_through_a_form(engine: Engine) {
    let app = start(engine, json!({})).await;
    let body = json!({"name": "Ann", "email": "ann@example.com", "message": "How much is it?"});
    submit(&app, &body).await.expect(200);
    app.settle().await;
    let conversations = app.get("/v1/conversations").await;
    let messages = format!("/v1/conversations/{}/messages", items(&conversations)[0]["id"].as_str().unwrap());
    let refused = app.post(&messages, &json!({"text": "12 EUR"})).await.expect(409);
    assert!(refused["detail"].as_str().unwrap().contains("takes no messages"), "{refused:#}");
    assert_eq!(items(&app.get(&messages).await).len(), 1, "nothing but what the visitor wrote");
}

async fn what_a_visitor_cannot_mend_is_taken(engine: Engine) {
    let app = start(engine, json!({})).await;
    let send = async |kind: &str, body: Vec<u8>| {
        let request = app.request(Method::POST, "/in/web-form/").header("content-type", kind).body(body);
        app.send(request).await
    };
    let forms: [(&str, &[u8], &str, &str); 6] = [
        (
            "application/json",
            br#"{"name": "Ada", "email": "a1@example.com", "message": "The lid is loose \ud83d"}"#,
            "Ada",
            "The lid is loose \u{fffd}",
        ),
        (
            "application/json",
            br#"{"name": "A\u0000da", "email": "a2@example.com", "message": "before\u0000after"}"#,
            "A\u{fffd}da",
            "before\u{fffd}after",
        ),
        (
            "application/json",
            b"\xef\xbb\xbf{\"name\": \"Bo\", \"email\": \"a3@example.com\", \"message\": \"with a mark\"}",
            "Bo",
            "with a mark",
        ),
        (
            "application/json",
            b"{\"name\": \"Cy\", \"email\": \"a4@example.com\", \"message\": \"half \xed\xa0\xbd of it\"}",
            "Cy",
            "half \u{fffd} of it",
        ),
        (
            "application/x-www-form-urlencoded",
            b"name=Di&email=a5%40example.com&message=one%00two+%ED%A0%BD",
            "Di",
            "one\u{fffd}two \u{fffd}",
        ),
        (
            "application/x-www-form-urlencoded",
            b"\xef\xbb\xbfname=Ed&email=a6%40example.com&message=%F0%9F%98%80",
            "Ed",
            "😀",
        ),
    ];
    for (kind, body, name, text) in forms {
        let answer = send(kind, body.to_vec()).await;
        assert_eq!(answer.status, 200, "{text}: {answer:?}");
        app.settle().await;
        let newest = app.get("/v1/interactions?limit=1&sort=-created_at").await;
        assert_eq!(newest["items"][0]["text"], text);
        let customer = newest["items"][0]["customer_id"].as_str().unwrap().to_owned();
        assert_eq!(app.get(&format!("/v1/customers/{customer}")).await["name"], name);
        app.clock.advance_millis(1);
    }
    // Programs can mend what they send.
    let api = async |body: &[u8]| {
        let request = app.request(Method::POST, "/v1/customers").bearer_auth(support::app::ADMIN);
        app.send(request.header("content-type", "application/json").body(body.to_vec())).await.status
    };
    for wrong in
        [&br#"{"name": "\ud83d"}"#[..], &br#"{"name": "A\u0000"}"#[..], &b"\xef\xbb\xbf{\"name\": \"A\"}"[..]]
    {
        assert_eq!(api(wrong).await, 400, "{}", String::from_utf8_lossy(wrong));
    }
}
