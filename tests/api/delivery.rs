//! Outgoing messages: what becomes of them is known, none is lost while a provider is away, and one that hangs holds
//! up nobody else.

use std::collections::BTreeMap;
use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::bot_api::{BotApi, Failure, TOKEN};
use support::company::{SECRET, company, company_beside, message};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    receipts_move_a_message_forward_even_when_they_come_first,
    what_was_given_up_is_replayed_in_order_under_the_same_ids,
    dead_letters_are_replayed_or_discarded_by_who_may,
    a_provider_that_is_away_for_an_hour_gets_everything_in_order,
    a_provider_that_hangs_holds_up_nobody_else,
);

/// A host with a channel that does as it is told, and a conversation on it.
async fn channel(engine: Engine) -> (TestApp, String) {
    let app = TestApp::start(engine, &[]).await;
    app.install("tests/troublemaker", &json!({}), &[("token", "a secret of the tests")]).await;
    let hello = app.request(Method::POST, "/in/troublemaker/do?m1").json(&json!({"what": "count"}));
    app.send(hello).await.expect(200);
    let list = app.get("/v1/conversations").await;
    (app, format!("/v1/conversations/{}/messages", list["items"][0]["id"].as_str().unwrap()))
}

async fn receipt(app: &TestApp, id: &str, word: &str, reason: Option<&str>) {
    let slip = json!({"id": id, "word": word, "reason": reason});
    app.send(app.request(Method::POST, "/in/troublemaker/receipt").json(&slip)).await.expect(200);
}

/// The events about messages with this status and the last message's status and failure.
async fn newest(app: &TestApp, messages: &str) -> (String, Option<String>) {
    let list = app.get(&format!("{messages}?limit=1")).await;
    let text = |name: &str| list["items"][0][name].as_str().map(str::to_owned);
    (text("status").unwrap(), text("failure"))
}

async fn receipts_move_a_message_forward_even_when_they_come_first(engine: Engine) {
    let (app, messages) = channel(engine).await;
    app.post(&messages, &json!({"text": "one"})).await.expect(201);
    app.until(&messages, |list| list["items"][0]["status"] == "sent").await;
    // In the wrong order, twice, and a failure after the fact.
    for (word, status) in
        [("read", "read"), ("delivered", "read"), ("sent", "read"), ("read", "read"), ("failed", "read")]
    {
        receipt(&app, "one", word, None).await;
        assert_eq!(newest(&app, &messages).await, (status.to_owned(), None), "after {word}");
    }
    // Before the host knows the message by the provider's id: the receipts overtook the provider's answer.
    receipt(&app, "two", "delivered", None).await;
    receipt(&app, "two", "sent", None).await;
    receipt(&app, "three", "failed", Some("the number is gone")).await;
    receipt(&app, "four", "failed", None).await;
    let expected = [
        ("two", "delivered", None),
        ("three", "failed", Some("invalid: the number is gone")),
        ("four", "failed", Some("the provider says that it could not be delivered, and not why")),
    ];
    for (text, status, failure) in expected {
        app.post(&messages, &json!({"text": text})).await.expect(201);
        app.until(&messages, |list| list["items"][0]["status"] == status).await;
        assert_eq!(newest(&app, &messages).await, (status.to_owned(), failure.map(str::to_owned)));
    }
    app.settle().await;
    let kinds = app.kinds().await;
    let count = |kind: &str| kinds.iter().filter(|known| *known == kind).count();
    let counts = ["message.sent", "message.delivered", "message.read", "message.failed"].map(count);
    assert_eq!(counts, [4, 1, 1, 2], "{kinds:?}");
    let customer = app.get("/v1/customers").await["items"][0]["id"].as_str().unwrap().to_owned();
    let timeline = app.get(&format!("/v1/customers/{customer}/timeline?limit=100")).await;
    let shown: Vec<&str> = timeline["items"]
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|entry| entry["interaction"]["status"].as_str())
        .collect();
    assert_eq!(shown, ["failed", "failed", "delivered", "read"], "the timeline has it too");
}

/// Lets a day pass, hour by hour, so that every try comes up.
async fn days_pass(app: &TestApp, until: impl AsyncFn() -> bool) {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(40);
    while !until().await {
        assert!(tokio::time::Instant::now() < deadline, "{:?}", app.job_errors().await);
        app.clock.advance_millis(3_600_000);
        app.settle().await;
    }
}

async fn what_was_given_up_is_replayed_in_order_under_the_same_ids(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    company.bot.fail_always(Some(Failure::ServerError));
    company.deliver(&message(1, 7, "Tom", "en", "Is it in stock?")).await.expect(200);
    app.settle().await;
    let list = app.get("/v1/conversations").await;
    let messages = format!("/v1/conversations/{}/messages", list["items"][0]["id"].as_str().unwrap());
    for text in ["first", "second"] {
        app.post(&messages, &json!({"text": text})).await.expect(201);
    }
    let dead = async || app.get("/v1/dead-letters").await["items"].as_array().unwrap().clone();
    days_pass(app, async || dead().await.len() == 2).await;
    let letters = dead().await;
    assert!(
        letters.iter().all(|letter| letter["attempts"] == 8 && letter["queue"] == "send"),
        "{letters:#?}"
    );
    assert!(letters[0]["last_error"].as_str().unwrap().contains("500"), "{letters:#?}");
    let before = app.get(&messages).await;
    let failed: Vec<&Value> = before["items"].as_array().unwrap()[..2].iter().collect();
    assert!(failed.iter().all(|message| message["status"] == "failed"), "{before:#}");
    assert_eq!(letters[0]["subject"], format!("interaction/{}", failed[0]["id"].as_str().unwrap()));

    // A third waits behind nothing; the two are replayed, newest first as the list has them, and keep their order.
    company.bot.fail_always(None);
    let requests = company.bot.requests();
    let ids: Vec<&Value> = letters.iter().map(|letter| &letter["id"]).collect();
    app.post("/v1/dead-letters:replay", &json!({"ids": ids})).await.expect(204);
    app.post(&messages, &json!({"text": "third"})).await.expect(201);
    let sent = company.passing(3).await;
    let texts: Vec<&str> = sent.iter().map(|sent| sent.text.as_str()).collect();
    assert_eq!(texts, ["first", "second", "third"]);
    assert_eq!(company.bot.requests(), requests + 3);
    let after = app.until(&messages, |list| list["items"][0]["status"] == "sent").await;
    for (place, message) in failed.iter().enumerate() {
        let replayed = &after["items"][place + 1];
        assert_eq!((&replayed["id"], replayed["status"].as_str()), (&message["id"], Some("sent")));
        assert_eq!(replayed["failure"], Value::Null);
    }
    assert!(dead().await.is_empty());
}

async fn dead_letters_are_replayed_or_discarded_by_who_may(engine: Engine) {
    let (app, messages) = channel(engine).await;
    app.post(&messages, &json!({"text": "no"})).await.expect(201);
    days_pass(&app, async || !app.get("/v1/dead-letters").await["items"].as_array().unwrap().is_empty())
        .await;
    let list = app.get("/v1/dead-letters?queue=send&limit=5").await;
    let id = list["items"][0]["id"].as_str().unwrap().to_owned();
    assert!(!list["items"][0]["dead_since"].is_null());
    assert_eq!(app.get("/v1/dead-letters?queue=hook").await["items"], json!([]));

    let reader = json!({"name": "reader", "scopes": ["dead-letters:read"]});
    let reader = app.post("/v1/tokens", &reader).await.expect(201)["token"].as_str().unwrap().to_owned();
    let replay = format!("/v1/dead-letters/{id}/replay");
    let denied = app.send(app.request(Method::POST, &replay).bearer_auth(&reader)).await;
    assert_eq!(denied.status, 403, "{denied:?}");
    let wrong = [json!([]), json!([id, id]), json!([app.host.app().db.id()])];
    for ids in wrong {
        let refused = app.post("/v1/dead-letters:replay", &json!({"ids": ids})).await;
        assert_eq!(refused.status, 422, "{refused:?}");
        assert!(refused.text.contains("/ids"), "{refused:?}");
    }
    // Replayed once under a key, however often the request comes.
    for _ in 0..2 {
        let request = app.request(Method::POST, &replay).bearer_auth(support::app::ADMIN);
        app.send(request.header("idempotency-key", "again")).await.expect(204);
    }
    assert_eq!(app.call(Method::POST, &replay, None).await.status, 404);
    days_pass(&app, async || !app.get("/v1/dead-letters").await["items"].as_array().unwrap().is_empty())
        .await;
    app.call(Method::DELETE, &format!("/v1/dead-letters/{id}"), None).await.expect(204);
    app.call(Method::DELETE, &format!("/v1/dead-letters/{id}"), None).await.expect(404);
    assert_eq!(newest(&app, &messages).await.0, "failed");
    let kinds = app.kinds().await;
    let count = |kind: &str| kinds.iter().filter(|known| *known == kind).count();
    assert_eq!(["job.dead-lettered", "job.replayed", "job.discarded"].map(count), [2, 1, 1], "{kinds:?}");
}

async fn a_provider_that_is_away_for_an_hour_gets_everything_in_order(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    for user in 1..=3 {
        company.deliver(&message(user, user, "Tom", "en", "Is it in stock?")).await.expect(200);
    }
    app.settle().await;
    company.bot.fail_always(Some(Failure::ServerError));
    let list = app.get("/v1/conversations").await;
    let conversations: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    for minute in 0..60 {
        if minute % 15 == 0 {
            for conversation in &conversations {
                let text = json!({"text": format!("minute {minute:02}")});
                app.post(&format!("/v1/conversations/{conversation}/messages"), &text).await.expect(201);
            }
        }
        app.clock.advance_millis(60_000);
        app.settle().await;
    }
    assert!(company.bot.sent().is_empty());
    company.bot.fail_always(None);
    days_pass(app, async || !company.bot.sent().is_empty()).await;
    let sent = company.passing(12).await;
    let mut chats: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    for message in sent {
        chats.entry(message.chat).or_default().push(message.text);
    }
    let whole = ["minute 00", "minute 15", "minute 30", "minute 45"].map(str::to_owned).to_vec();
    assert_eq!(chats, (1..=3).map(|chat| (chat, whole.clone())).collect());
    app.settle().await;
    assert_eq!(company.bot.sent().len(), 12, "nothing went twice");
    assert_eq!(app.get("/v1/dead-letters").await["items"], json!([]));
}

async fn a_provider_that_hangs_holds_up_nobody_else(engine: Engine) {
    let healthy = BotApi::start().await;
    let company = company_beside(engine, &[&healthy]).await;
    let app = &company.app;
    // More conversations than there are workers.
    for user in 1..=40 {
        company.deliver(&message(user, user, "Tom", "en", "Is it in stock?")).await.expect(200);
    }
    let settings = json!({"api-url": healthy.address()});
    let secrets = [("bot-token", TOKEN), ("webhook-secret", SECRET)];
    app.install_as("telegram", "other", &settings, &secrets).await;
    app.settle().await;
    app.clock.advance_millis(1_000);
    company.deliver_to("other", &message(41, 41, "Eve", "en", "Is it in stock?")).await.expect(200);
    app.settle().await;
    company.bot.fail_always(Some(Failure::Hang(Duration::from_secs(3_600))));
    let list = app.get("/v1/conversations?limit=100").await;
    let conversations: Vec<&str> =
        list["items"].as_array().unwrap().iter().map(|item| item["id"].as_str().unwrap()).collect();
    assert_eq!(conversations.len(), 41);
    let reply = async |conversation: &str| {
        let path = format!("/v1/conversations/{conversation}/messages");
        app.post(&path, &json!({"text": "Yes, it is."})).await.expect(201);
    };
    for hung in &conversations[1..] {
        reply(hung).await;
    }
    // Every call of this installation that may run at once is under way and gets no answer.
    company.bot.wait_for_requests(4).await;
    reply(conversations[0]).await;
    assert_eq!(healthy.wait_for(1).await[0].chat, 41, "the last in the queue, and the first to go out");
    assert!(company.bot.sent().is_empty());
}
