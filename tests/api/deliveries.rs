//! Nothing that a channel acknowledges disappears: it is a message, a receipt, or kept with its reason, and one act makes
//! it a message.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, Answer, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_repeat_changes_nothing_and_a_reused_id_is_a_message_of_its_own,
    twenty_deliveries_at_once_are_one_message,
    what_becomes_no_message_is_kept_with_its_reason,
    what_is_not_acknowledged_is_not_kept,
    one_act_makes_a_message,
    a_message_is_made_whoevers_it_is_said_to_be,
    what_a_plugin_reads_after_an_upgrade_comes_with_its_files,
    kept_deliveries_run_out_after_a_fortnight,
    kept_deliveries_have_bounded_bytes,
    a_poisonous_request_holds_nobody_up,
    a_broken_plugin_is_still_left_alone,
    deliveries_are_for_who_may_see_them,
);

const TOKEN: &str = "token-of-the-tests";

async fn start(engine: Engine) -> (TestApp, String) {
    let app = TestApp::start(engine, &[]).await;
    let classes = json!(["inquiry", "complaint", "purchase", "after-sales"]);
    app.post("/v1/teams", &json!({"name": "客服", "classes": classes, "watches": []})).await.expect(201);
    let id = app.install("tests/troublemaker", &json!({}), &[("token", TOKEN)]).await;
    (app, id)
}

/// Delivers what the plugin is to make of it.
async fn deliver(app: &TestApp, script: &Value) -> Answer {
    let request = app.request(Method::POST, "/in/troublemaker/inbound?a=b").header("x-token", TOKEN);
    app.send(request.header("cookie", "a=b").json(script)).await
}

async fn kept(app: &TestApp, id: &str) -> Vec<Value> {
    app.get(&format!("/v1/installations/{id}/deliveries?limit=500")).await["items"]
        .as_array()
        .unwrap()
        .clone()
}

async fn reasons(app: &TestApp, id: &str) -> Vec<String> {
    kept(app, id).await.iter().rev().map(|one| one["reason"].as_str().unwrap().to_owned()).collect()
}

/// The texts of all messages, the first first.
async fn texts(app: &TestApp) -> Vec<String> {
    let list = app.get("/v1/interactions?limit=500&sort=created_at").await;
    let items = list["items"].as_array().unwrap().iter();
    items.map(|one| one["text"].as_str().unwrap().to_owned()).collect()
}

async fn a_repeat_changes_nothing_and_a_reused_id_is_a_message_of_its_own(engine: Engine) {
    let (app, _) = start(engine).await;
    let parcel =
        |text: &str, at: i64| json!({"messages": [{"id": "same", "text": text, "at": at}], "count": true});
    deliver(&app, &parcel("Parcel 1 is late", 1_767_000_000)).await.expect(200);
    app.settle().await;
    let before = app.kinds().await;
    // The same again, an hour later and by another way: the plugin calls the sender otherwise meanwhile.
    app.clock.advance_millis(3_600_000);
    deliver(&app, &parcel("Parcel 1 is late", 1_767_000_000)).await.expect(200);
    let renamed = json!({"messages": [
        {"id": "same", "text": "Parcel 1 is late", "at": 1_767_000_000, "name": "Depot", "conversation": "found since"},
    ], "count": true});
    deliver(&app, &renamed).await.expect(200);
    app.settle().await;
    assert_eq!(app.kinds().await, before);

    // Other words, another time, another file under the same id.
    deliver(&app, &parcel("Parcel 2 is broken", 1_767_000_000)).await.expect(200);
    deliver(&app, &parcel("Parcel 1 is late", 1_767_090_000)).await.expect(200);
    let with_file =
        |words: &str| json!({"messages": [{"id": "same", "text": "see", "at": 1, "file": words}]});
    for words in ["one", "two", "one", "two"] {
        deliver(&app, &with_file(words)).await.expect(200);
    }
    app.settle().await;
    let expected = ["Parcel 1 is late", "Parcel 2 is broken", "Parcel 1 is late", "see", "see"];
    assert_eq!(texts(&app).await, expected);
    let threads = app.get("/v1/conversations").await;
    assert_eq!(threads["items"].as_array().unwrap().len(), 1, "all of it is one conversation: {threads:#}");
    assert_eq!(app.get("/v1/tickets").await["items"].as_array().unwrap().len(), 1);

    // A message without a time of its own has the call's, which is another each time.
    let undated = json!({"messages": [{"id": "undated", "text": "Hello?"}], "count": true});
    for _ in 0..3 {
        deliver(&app, &undated).await.expect(200);
        app.clock.advance_millis(60_000);
    }
    assert_eq!(texts(&app).await.len(), expected.len() + 1);
    // What the plugin counted for itself: once for each message that was stored, and never for a repeat.
    let asked = json!({"what": "get", "key": "inbound"});
    let counted =
        app.send(app.request(Method::POST, "/in/troublemaker/do?last").json(&asked)).await.expect(200);
    assert_eq!(counted, "4");
}

async fn twenty_deliveries_at_once_are_one_message(engine: Engine) {
    let (app, _) = start(engine).await;
    let script =
        |text: &str| json!({"messages": [{"id": "1", "text": text, "at": 1_767_000_000}], "count": true});
    let (one, other) = (script("one"), script("other"));
    let all = (0..20).map(|number| deliver(&app, if number % 2 == 0 { &one } else { &other }));
    for answer in futures::future::join_all(all).await {
        assert!(answer.status == 200 || answer.status == 503, "{answer:?}");
    }
    deliver(&app, &one).await.expect(200);
    deliver(&app, &other).await.expect(200);
    app.settle().await;
    let mut stored = texts(&app).await;
    stored.sort();
    assert_eq!(stored, ["one", "other"]);
    assert_eq!(app.get("/v1/customers").await["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.get("/v1/conversations").await["items"].as_array().unwrap().len(), 1);
}

async fn what_becomes_no_message_is_kept_with_its_reason(engine: Engine) {
    let (app, id) = start(engine).await;
    let out_of_office = json!({"messages": [{"id": "real", "text": "A real one"}], "kept": [
        {"id": "auto", "reason": "automatic", "detail": "A program wrote it.", "message": {"id": "auto", "text": "I am away"}},
        {"reason": "unknown-kind"},
    ]});
    let deliveries = [
        (out_of_office, vec!["automatic", "unknown-kind"]),
        (json!({"messages": []}), vec!["no-message"]),
        (json!({"messages": [{"id": "", "text": "Who am I?"}]}), vec!["no-id"]),
        (json!({"messages": [{"id": "n", "text": "From nobody", "sender": []}]}), vec!["no-sender"]),
        (json!({"messages": [], "answer": 302}), vec!["no-message"]),
    ];
    let mut expected = Vec::new();
    for (script, reasons) in &deliveries {
        let status = deliver(&app, script).await.status;
        assert!(status.is_success() || status.is_redirection(), "{script}: {status}");
        expected.extend(reasons.iter().copied());
        app.clock.advance_millis(1_000);
    }
    assert_eq!(reasons(&app, &id).await, expected);
    // Delivered again, nothing is added.
    let before = app.kinds().await;
    for (script, _) in &deliveries {
        deliver(&app, script).await;
    }
    app.settle().await;
    assert_eq!(kept(&app, &id).await.len(), expected.len());
    assert_eq!(app.kinds().await.iter().filter(|kind| *kind == "delivery.kept").count(), expected.len());
    assert_eq!(texts(&app).await, ["A real one"]);
    assert_eq!(before.iter().filter(|kind| *kind == "delivery.kept").count(), expected.len());

    let list = kept(&app, &id).await;
    let auto = list.iter().find(|one| one["reason"] == "automatic").unwrap();
    assert_eq!((auto["external_id"].as_str(), auto["preview"].as_str()), (Some("auto"), Some("I am away")));
    assert_eq!(
        (auto["state"].as_str(), auto["detail"].as_str()),
        (Some("kept"), Some("A program wrote it."))
    );
    assert_eq!(auto["received_at"], "2026-01-05T08:00:00Z");
    let whole = app.get(&format!("/v1/installations/{id}/deliveries/{}", auto["id"].as_str().unwrap())).await;
    let request = &whole["request"];
    let [method, path, query] = ["method", "path", "query"].map(|name| request[name].as_str().unwrap());
    assert_eq!((method, path, query), ("POST", "inbound", "a=b"));
    assert_eq!(serde_json::from_str::<Value>(request["text"].as_str().unwrap()).unwrap(), deliveries[0].0);
    // Its headers are those that the plugin saw, and a secret among them is named instead of shown.
    let header =
        |name: &str| request["headers"].as_array().unwrap().iter().find(|h| h["name"] == name).cloned();
    assert_eq!(header("x-token").unwrap()["value"], "[secret token]");
    assert_eq!(header("cookie"), None);
    assert!(!whole.to_string().contains(TOKEN));

    // Page by page, and a body that is no text.
    let first = app.get(&format!("/v1/installations/{id}/deliveries?limit=4")).await;
    let next = first["next"].as_str().unwrap();
    let second = app.get(&format!("/v1/installations/{id}/deliveries?limit=4&cursor={next}")).await;
    let items = [&first, &second].map(|page| page["items"].as_array().unwrap().clone()).concat();
    assert_eq!(items, list);
    let wrong = app.call(Method::GET, &format!("/v1/installations/{id}/deliveries?state=lost"), None).await;
    assert_eq!(wrong.status, 400, "{wrong:?}");
}

async fn what_is_not_acknowledged_is_not_kept(engine: Engine) {
    let (app, id) = start(engine).await;
    for status in [400, 404, 500, 503] {
        let script = json!({"messages": [], "kept": [{"reason": "automatic"}], "answer": status});
        assert_eq!(deliver(&app, &script).await.status, status);
        assert_eq!(deliver(&app, &json!({"messages": [], "answer": status})).await.status, status);
    }
    let refused = json!({"what": "stage-and-refuse"});
    app.send(app.request(Method::POST, "/in/troublemaker/do?1").json(&refused)).await.expect(400);
    // Nor is what held nothing: a provider that only looks whether somebody is there.
    let empty = app.request(Method::POST, "/in/troublemaker/empty");
    app.send(empty).await.expect(200);
    assert_eq!(kept(&app, &id).await, Vec::<Value>::new());
}

/// Accepts a delivery.
async fn accept(app: &TestApp, id: &str, delivery: &Value, whose: &Value) -> Answer {
    let delivery = delivery["id"].as_str().unwrap();
    app.post(&format!("/v1/installations/{id}/deliveries/{delivery}/accept"), whose).await
}

async fn one_act_makes_a_message(engine: Engine) {
    let (app, id) = start(engine).await;
    let auto = json!({"kept": [{"id": "auto", "reason": "automatic", "message": {
        "id": "auto", "text": "Automatic reply: I am away, but please cancel my order.", "sender": ["test:ann"], "name": "Ann",
    }}], "count": true});
    deliver(&app, &auto).await.expect(200);
    let one = kept(&app, &id).await.remove(0);
    let accepted = accept(&app, &id, &one, &json!({})).await.expect(200);
    assert_eq!(
        (accepted["state"].as_str(), accepted["reason"].as_str()),
        (Some("accepted"), Some("automatic"))
    );
    app.settle().await;
    let message =
        app.get(&format!("/v1/interactions/{}", accepted["interaction_id"].as_str().unwrap())).await;
    assert_eq!(message["text"], "Automatic reply: I am away, but please cancel my order.");
    let customer = app.get(&format!("/v1/customers/{}", message["customer_id"].as_str().unwrap())).await;
    assert_eq!(customer["name"], "Ann");
    let ticket = app.get("/v1/tickets").await["items"][0].clone();
    assert_eq!(
        ticket["id"], message["ticket_id"],
        "what somebody accepts is seen to, even what sounds like a robot"
    );

    // Again, at once and later: nothing more.
    let before = app.kinds().await;
    let again = accept(&app, &id, &one, &json!({})).await.expect(200);
    assert_eq!(again, accepted);
    app.settle().await;
    assert_eq!(app.kinds().await, before);
    assert_eq!(before.iter().filter(|kind| *kind == "delivery.accepted").count(), 1);
    let waiting = app.get(&format!("/v1/installations/{id}/deliveries?state=kept")).await;
    assert_eq!(waiting["items"], json!([]));

    // Ten people at once.
    deliver(&app, &json!({"kept": [{"id": "b", "reason": "own", "message": {"id": "b", "text": "twice?"}}]}))
        .await
        .expect(200);
    let two = kept(&app, &id).await.remove(0);
    let nobody = json!({});
    let all = futures::future::join_all((0..10).map(|_| accept(&app, &id, &two, &nobody))).await;
    let became: Vec<Value> =
        all.into_iter().map(|answer| answer.expect(200)["interaction_id"].clone()).collect();
    assert!(became[0].is_string() && became.iter().all(|one| *one == became[0]), "{became:?}");
    app.settle().await;
    assert_eq!(texts(&app).await.iter().filter(|text| *text == "twice?").count(), 1);
}

async fn a_message_is_made_whoevers_it_is_said_to_be(engine: Engine) {
    let (app, id) = start(engine).await;
    let person = json!({"kind": "person", "name": "王芳", "identities": [{"scheme": "phone", "value": "13800138000"}]});
    let wang = app.post("/v1/customers", &person).await.expect(201)["id"].as_str().unwrap().to_owned();
    let unread = |text: &str| json!({"kept": [{"id": text, "reason": "no-sender"}], "pad": text, "name": "Lost & Found"});
    let mut answers = Vec::new();
    let whose = [
        json!({"customer_id": wang}),
        json!({"identity": {"scheme": "phone", "value": "138 0013 8000"}}),
        json!({"identity": {"scheme": "email", "value": "New@Example.com"}}),
        json!({}),
    ];
    for (number, whose) in whose.iter().enumerate() {
        deliver(&app, &unread(&format!("text {number}"))).await.expect(200);
        let one =
            kept(&app, &id).await.into_iter().find(|one| one["external_id"] == format!("text {number}"));
        let accepted = accept(&app, &id, &one.unwrap(), whose).await.expect(200);
        let message =
            app.get(&format!("/v1/interactions/{}", accepted["interaction_id"].as_str().unwrap())).await;
        // The plugin made no message of it, so its request is the text.
        assert!(message["text"].as_str().unwrap().contains(&format!("text {number}")), "{message:#}");
        answers.push(message["customer_id"].as_str().unwrap().to_owned());
    }
    assert_eq!(answers[..2], [wang.clone(), wang.clone()]);
    let identities = app.get(&format!("/v1/customers/{}/identities", answers[2])).await;
    assert_eq!(identities["items"][0]["value"], "new@example.com");
    assert_eq!(app.get(&format!("/v1/customers/{}", answers[3])).await["name"], "Lost & Found");

    deliver(&app, &unread("last")).await.expect(200);
    let last = kept(&app, &id).await.into_iter().find(|one| one["external_id"] == "last").unwrap();
    let stranger = uuid::Uuid::new_v4();
    for (wrong, pointer) in [
        (json!({"customer_id": stranger}), "/customer_id"),
        (json!({"identity": {"scheme": "email", "value": "nobody"}}), "/identity/value"),
    ] {
        let refused = accept(&app, &id, &last, &wrong).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused:#}");
    }
    let still = kept(&app, &id).await.into_iter().find(|one| one["external_id"] == "last").unwrap();
    assert_eq!(still["state"], "kept");
}

async fn what_a_plugin_reads_after_an_upgrade_comes_with_its_files(engine: Engine) {
    let (app, id) = start(engine).await;
    let with_file = json!({"kept": [{"id": "f", "reason": "automatic", "message": {
        "id": "f", "text": "see the file", "file": "the words of the file", "at": 1_767_000_000,
    }}], "count": true});
    deliver(&app, &with_file).await.expect(200);
    let one = kept(&app, &id).await.remove(0);
    let accepted = accept(&app, &id, &one, &json!({})).await.expect(200);
    let message = accepted["interaction_id"].as_str().unwrap().to_owned();
    let files = app.get(&format!("/v1/attachments?subject_kind=interaction&subject_id={message}")).await;
    let file = files["items"][0]["id"].as_str().unwrap_or_else(|| panic!("{files:#}")).to_owned();
    let content = app.call(Method::GET, &format!("/v1/attachments/{file}/content"), None).await;
    assert_eq!(content.text, "the words of the file");

    // Switched off, the plugin reads nothing: the message is the one that it proposed at the time.
    deliver(&app, &json!({"kept": [{"id": "g", "reason": "own", "message": {"id": "g", "text": "ours"}}]}))
        .await
        .expect(200);
    app.post(&format!("/v1/installations/{id}/disable"), &json!({})).await.expect(200);
    let two = kept(&app, &id).await.into_iter().find(|one| one["external_id"] == "g").unwrap();
    accept(&app, &id, &two, &json!({})).await.expect(200);
    assert_eq!(texts(&app).await, ["see the file", "ours"]);
}

async fn kept_deliveries_run_out_after_a_fortnight(engine: Engine) {
    let (app, id) = start(engine).await;
    deliver(&app, &json!({"kept": [{"id": "old", "reason": "automatic"}]})).await.expect(200);
    app.clock.advance_millis(13 * 24 * 3_600_000);
    deliver(&app, &json!({"kept": [{"id": "new", "reason": "automatic"}]})).await.expect(200);
    app.clock.advance_millis(2 * 24 * 3_600_000);
    let path = format!("/v1/installations/{id}/deliveries");
    let left = app.until(&path, |list| list["items"].as_array().unwrap().len() == 1).await;
    assert_eq!(left["items"][0]["external_id"], "new");
}

async fn kept_deliveries_have_bounded_bytes(engine: Engine) {
    const SIZE: usize = 1_000_000;
    let (app, id) = start(engine).await;
    for number in 0..70 {
        let padded =
            json!({"kept": [{"id": number.to_string(), "reason": "automatic"}], "pad": "x".repeat(SIZE)});
        deliver(&app, &padded).await.expect(200);
        app.clock.advance_millis(1_000);
    }
    let left = kept(&app, &id).await;
    let bytes: i64 = left.iter().map(|one| one["size"].as_i64().unwrap()).sum();
    assert!(bytes <= 64 << 20, "{bytes} bytes of {} deliveries", left.len());
    assert!((60..70).contains(&left.len()), "{} are left", left.len());
    let ids: Vec<&str> = left.iter().map(|one| one["external_id"].as_str().unwrap()).collect();
    assert_eq!((ids[0], ids.contains(&"0")), ("69", false), "the oldest go first");
}

async fn a_poisonous_request_holds_nobody_up(engine: Engine) {
    let (app, id) = start(engine).await;
    let poison = json!({"what": "stage-and-trap"});
    let send = async |what: &Value, query: &str| {
        let path = format!("/in/troublemaker/do?{query}");
        app.send(app.request(Method::POST, &path).header("x-try", query).json(what)).await
    };
    for number in 0..20 {
        let answer = send(&poison, "poison").await;
        let expected = if number < 2 { 503 } else { 200 };
        assert_eq!(answer.status, expected, "try {number}: {answer:?}");
        assert_eq!(answer.headers.contains_key("retry-after"), number < 2);
        send(&json!({"what": "count"}), &format!("good-{number}")).await.expect(200);
    }
    assert_eq!(reasons(&app, &id).await, ["plugin-failed"]);
    let one = kept(&app, &id).await.remove(0);
    assert!(one["detail"].as_str().unwrap().contains("broke down"), "{one:#}");
    assert_eq!(texts(&app).await.len(), 20, "nobody else was held up");
    assert_eq!(app.get(&format!("/v1/installations/{id}")).await["broken_until"], Value::Null);
    // It still fails, so that its text becomes the message.
    let accepted = accept(&app, &id, &one, &json!({})).await.expect(200);
    let message =
        app.get(&format!("/v1/interactions/{}", accepted["interaction_id"].as_str().unwrap())).await;
    assert_eq!(message["text"], poison.to_string());
}

async fn a_broken_plugin_is_still_left_alone(engine: Engine) {
    let (app, id) = start(engine).await;
    let send = async |number: usize| {
        let path = format!("/in/troublemaker/do?{number}");
        app.send(app.request(Method::POST, &path).json(&json!({"what": "stage-and-trap"}))).await
    };
    for number in 0..10 {
        assert_eq!(send(number).await.status, 503);
    }
    let installation = app.get(&format!("/v1/installations/{id}")).await;
    assert!(installation["broken_until"].is_string(), "{installation:#}");
    // Left alone, it isn't called: nothing counts against what comes now.
    for _ in 0..5 {
        assert_eq!(send(0).await.status, 503);
    }
    assert_eq!(kept(&app, &id).await, Vec::<Value>::new());
}

async fn deliveries_are_for_who_may_see_them(engine: Engine) {
    let (app, id) = start(engine).await;
    let other = app.install_as("troublemaker", "other", &json!({}), &[("token", "another")]).await;
    deliver(&app, &json!({"kept": [{"id": "1", "reason": "automatic"}]})).await.expect(200);
    let one = kept(&app, &id).await.remove(0);
    let delivery = one["id"].as_str().unwrap();
    let (list, whole) = (
        format!("/v1/installations/{id}/deliveries"),
        format!("/v1/installations/{id}/deliveries/{delivery}"),
    );
    let token = async |scopes: Value| {
        let made = app.post("/v1/tokens", &json!({"name": "one", "scopes": scopes})).await.expect(201);
        made["token"].as_str().unwrap().to_owned()
    };
    let reader = token(json!(["deliveries:read"])).await;
    let others =
        token(json!(["plugins:read", "calls:read", "conversations:read", "conversations:write"])).await;
    let call = async |token: &str, method: Method, path: &str| {
        let request = app.request(method.clone(), path).bearer_auth(token);
        app.send(if method == Method::POST { request.json(&json!({})) } else { request }).await.status
    };
    for (path, method) in
        [(&list, Method::GET), (&whole, Method::GET), (&format!("{whole}/accept"), Method::POST)]
    {
        assert_eq!(call(&others, method.clone(), path).await, 403, "{method} {path}");
        let allowed = if method == Method::GET { 200 } else { 403 };
        assert_eq!(call(&reader, method.clone(), path).await, allowed, "{method} {path}");
        // Another installation's, and one that isn't there.
        for foreign in [path.replace(&id, &other), path.replace(delivery, &uuid::Uuid::new_v4().to_string())]
        {
            let found = foreign == list.replace(&id, &other) || foreign == list;
            let expected = if found { 200 } else { 404 };
            assert_eq!(call(ADMIN, method.clone(), &foreign).await, expected, "{method} {foreign}");
        }
    }
    assert_eq!(app.get(&format!("/v1/installations/{other}/deliveries")).await["items"], json!([]));
}

/// Runs the built program.
async fn hospes(app: &TestApp, arguments: &[&str]) -> (bool, String) {
    let binary = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("hospes");
    let output = tokio::process::Command::new(binary)
        .args(arguments)
        .env("HOSPES_URL", app.url(""))
        .env("HOSPES_TOKEN", ADMIN)
        .output()
        .await
        .unwrap();
    let text =
        [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
    (output.status.success(), text)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn deliveries_are_seen_and_accepted_by_commands() {
    let (app, id) = start(Engine::Sqlite).await;
    let odd =
        json!({"kept": [{"id": "1", "reason": "own", "message": {"id": "1", "text": "clear\u{1b}[2J me"}}]});
    deliver(&app, &odd).await.expect(200);
    let delivery = kept(&app, &id).await[0]["id"].as_str().unwrap().to_owned();
    let (ok, list) = hospes(&app, &["plugin", "deliveries", "troublemaker"]).await;
    assert!(ok && list.contains(&format!("{delivery} own <1> clear")), "{list}");
    assert!(!list.contains('\u{1b}'), "{list:?}");
    let (ok, shown) = hospes(&app, &["plugin", "deliveries", "troublemaker", "--show", &delivery]).await;
    assert!(
        ok && shown.contains("POST /inbound?a=b") && shown.contains("x-token: [secret token]"),
        "{shown}"
    );
    let whose = ["--identity", "email:nora@example.com"];
    let arguments = ["plugin", "deliveries", "troublemaker", "--accept", &delivery];
    let (ok, accepted) = hospes(&app, &[&arguments[..], &whose[..]].concat()).await;
    assert!(ok && accepted.starts_with(&format!("{delivery} is the message ")), "{accepted}");
    let (ok, list) = hospes(&app, &["plugin", "deliveries", "troublemaker"]).await;
    assert!(ok && list.is_empty(), "{list}");
    let (_, list) = hospes(&app, &["plugin", "deliveries", "troublemaker", "--all"]).await;
    assert!(list.contains("own (accepted)"), "{list}");
    let (ok, text) =
        hospes(&app, &["plugin", "deliveries", "troublemaker", "--accept", &delivery, "--identity", "nora"])
            .await;
    assert!(!ok && text.contains("write the scheme before it"), "{text}");
}
