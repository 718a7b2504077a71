//! A reply that could not be delivered: it is no response, tells agents what concerns them, and is sent again.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::bot_api::Failure;
use support::company::{Company, SECRET, company, message};
use support::mail::Smtp;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_reply_that_fails_is_no_first_response_until_it_is_sent_again,
    the_clock_runs_on_when_the_first_response_is_taken_back,
    the_next_reply_is_the_first_response_when_the_first_fails,
    an_undelivered_reply_is_replayed_from_the_dead_letters,
    agents_read_no_command_and_operators_find_it_in_the_log,
    a_mail_that_the_relay_refused_is_sent_again,
);

/// A company with one ticket, its id and the path of its conversation's messages.
async fn ticket(engine: Engine) -> (Company, String, String) {
    ticket_of(company(engine).await).await
}

async fn ticket_of(company: Company) -> (Company, String, String) {
    company
        .deliver(&message(1, 42, "Bob", "en", "My lamp is broken, I want my money back!"))
        .await
        .expect(200);
    let given = |list: &Value| !list["items"][0]["assignee_id"].is_null();
    let ticket = company.app.until("/v1/tickets", given).await["items"][0].clone();
    let messages = format!("/v1/conversations/{}/messages", ticket["conversation_id"].as_str().unwrap());
    let id = ticket["id"].as_str().unwrap().to_owned();
    (company, id, messages)
}

async fn reply(app: &TestApp, messages: &str, text: &str, status: &str) -> String {
    let sent = app.post(messages, &json!({"text": text})).await.expect(201);
    let id = sent["id"].as_str().unwrap().to_owned();
    until(app, messages, &id, status).await;
    id
}

async fn until(app: &TestApp, messages: &str, id: &str, status: &str) -> Value {
    let find = |list: &Value| list["items"].as_array().unwrap().iter().find(|item| item["id"] == id).cloned();
    let list =
        app.until(messages, |list| find(list).is_some_and(|message| message["status"] == status)).await;
    find(&list).unwrap()
}

async fn first_response(app: &TestApp, ticket: &str) -> Value {
    app.get(&format!("/v1/tickets/{ticket}")).await["first_response_at"].clone()
}

async fn dead(app: &TestApp) -> Vec<Value> {
    app.get("/v1/dead-letters").await["items"].as_array().unwrap().clone()
}

async fn a_reply_that_fails_is_no_first_response_until_it_is_sent_again(engine: Engine) {
    let (company, ticket, messages) = ticket(engine).await;
    let app = &company.app;
    company.bot.fail_always(Some(Failure::Blocked));
    let lost = reply(app, &messages, "We are sorry.", "failed").await;
    assert_eq!(first_response(app, &ticket).await, Value::Null, "nobody has read it");
    let letters = dead(app).await;
    assert_eq!(letters.len(), 1, "{letters:#?}");
    assert_eq!(letters[0]["subject"], format!("interaction/{lost}"));
    app.settle().await;
    assert!(app.kinds().await.contains(&"ticket.first-response-undone".to_owned()));

    company.bot.fail_always(None);
    app.clock.advance_millis(60_000);
    let retry = format!("{messages}/{lost}/retry");
    let queued = app.post(&retry, &json!({})).await.expect(200);
    assert_eq!((&queued["id"], &queued["failure"]), (&json!(lost), &Value::Null));
    until(app, &messages, &lost, "sent").await;
    assert_eq!(first_response(app, &ticket).await, "2026-01-05T08:01:00Z", "when it was sent again");
    assert!(dead(app).await.is_empty(), "nothing is left of it among the dead letters");
    assert_eq!(company.bot.sent().iter().filter(|sent| sent.text == "We are sorry.").count(), 1);
    app.post(&retry, &json!({})).await.expect(409);
    let nobody = retry.replace(&lost, "01900000-0000-7000-8000-000000000001");
    app.post(&nobody, &json!({})).await.expect(404);
}

async fn the_clock_runs_on_when_the_first_response_is_taken_back(engine: Engine) {
    let company = company(engine).await;
    let policy = json!({"name": "all", "first_response_minutes": 15, "resolution_minutes": 240});
    company.app.post("/v1/sla-policies", &policy).await.expect(201);
    let (company, ticket, messages) = ticket_of(company).await;
    let app = &company.app;
    // The provider is away: the reply waits, and seems to be the response, while the time for one runs out.
    company.bot.fail_always(Some(Failure::ServerError));
    let waits = app.post(&messages, &json!({"text": "We are sorry."})).await.expect(201);
    let breached = async || app.kinds().await.iter().any(|kind| kind == "ticket.sla-breached");
    let deadline = tokio::time::Instant::now() + std::time::Duration::from_secs(40);
    while dead(app).await.is_empty() {
        assert!(tokio::time::Instant::now() < deadline, "{:?}", app.job_errors().await);
        app.clock.advance_millis(3_600_000);
        app.settle().await;
    }
    app.settle().await;
    assert_eq!(first_response(app, &ticket).await, Value::Null);
    let clocks = app.get(&format!("/v1/tickets/{ticket}/sla")).await;
    let clock =
        clocks["clocks"].as_array().unwrap().iter().find(|clock| clock["clock"] == "first-response").unwrap();
    assert_eq!(clock["state"], "breached", "{clocks:#}");
    assert!(breached().await, "somebody was told of it");
    let history = app.get(&format!("/v1/tickets/{ticket}/history")).await;
    let said = |event: &&Value| event["data"]["clock"] == "first-response";
    let breaches =
        history["items"].as_array().unwrap().iter().filter(|event| event["kind"] == "ticket.sla-breached");
    assert_eq!(breaches.filter(said).count(), 1, "{history:#}");
    assert_eq!(app.get(&messages).await["items"][0]["id"], waits["id"]);
}

async fn the_next_reply_is_the_first_response_when_the_first_fails(engine: Engine) {
    let (company, ticket, messages) = ticket(engine).await;
    let app = &company.app;
    company.bot.fail_next(Failure::TooManyRequests { retry_after: 600 });
    app.post(&messages, &json!({"text": "first"})).await.expect(201);
    app.settle().await;
    assert_eq!(first_response(app, &ticket).await, "2026-01-05T08:00:00Z");
    app.clock.advance_millis(60_000);
    app.post(&messages, &json!({"text": "second"})).await.expect(201);
    company.bot.fail_next(Failure::Blocked);
    app.clock.advance_millis(600_000);
    app.until(&messages, |list| list["items"][1]["status"] == "failed").await;
    app.settle().await;
    app.clock.advance_millis(5_000);
    app.until(&messages, |list| list["items"][0]["status"] == "sent").await;
    assert_eq!(
        first_response(app, &ticket).await,
        "2026-01-05T08:01:00Z",
        "the second was the first that arrived"
    );
}

async fn an_undelivered_reply_is_replayed_from_the_dead_letters(engine: Engine) {
    let (company, ticket, messages) = ticket(engine).await;
    let app = &company.app;
    company.bot.fail_next(Failure::Blocked);
    let lost = reply(app, &messages, "We are sorry.", "failed").await;
    let letter = dead(app).await.remove(0);
    let replay = format!("/v1/dead-letters/{}/replay", letter["id"].as_str().unwrap());
    app.call(Method::POST, &replay, None).await.expect(204);
    app.clock.advance_millis(2_000);
    until(app, &messages, &lost, "sent").await;
    assert_ne!(first_response(app, &ticket).await, Value::Null);
    // What was thrown away can still be sent again, as the same message.
    app.clock.advance_millis(5_000);
    company.bot.fail_next(Failure::Blocked);
    let other = reply(app, &messages, "It is on its way.", "failed").await;
    let letter = dead(app).await.remove(0);
    let path = format!("/v1/dead-letters/{}", letter["id"].as_str().unwrap());
    app.call(Method::DELETE, &path, None).await.expect(204);
    app.post(&format!("{messages}/{other}/retry"), &json!({})).await.expect(200);
    app.clock.advance_millis(2_000);
    until(app, &messages, &other, "sent").await;
}

async fn agents_read_no_command_and_operators_find_it_in_the_log(engine: Engine) {
    let (company, _, messages) = ticket(engine).await;
    let app = &company.app;
    let list = app.get("/v1/installations").await;
    let telegram = list["items"].as_array().unwrap().iter().find(|one| one["name"] == "telegram").unwrap();
    let path = format!("/v1/installations/{}", telegram["id"].as_str().unwrap());
    let fewer: Vec<&Value> = telegram["grants"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|grant| !grant.as_str().unwrap().starts_with("http:"))
        .collect();
    app.call(Method::PUT, &format!("{path}/grants"), Some(&json!({"grants": fewer}))).await.expect(200);
    let lost = reply(app, &messages, "We are sorry.", "failed").await;
    let failed = until(app, &messages, &lost, "failed").await;
    assert_eq!(failed["failure"], "the channel isn't set up to send this; ask an administrator");
    let logs = app.get(&format!("{path}/logs")).await;
    let texts: Vec<&str> =
        logs["items"].as_array().unwrap().iter().filter_map(|line| line["text"].as_str()).collect();
    assert!(
        texts.iter().any(|text| text.contains("hospes plugin grant telegram http:http://127.0.0.1:")),
        "{texts:?}"
    );

    // Who sends what isn't theirs learns nothing, and the operator reads it in the same log.
    let forged =
        app.request(Method::POST, "/in/telegram/update").header("x-telegram-bot-api-secret-token", "guess");
    let refused = app.send(forged.json(&message(2, 42, "Bob", "en", "hello"))).await;
    assert_eq!(refused.status, 401);
    assert!(!refused.text.contains("webhook-secret") && !refused.text.contains(SECRET), "{}", refused.text);
    let logs = app.get(&format!("{path}/logs?limit=1")).await;
    let line = &logs["items"][0];
    assert!(line["text"].as_str().unwrap().contains("refused with 401"), "{line}");
    for _ in 0..40 {
        let forged = app.request(Method::POST, "/in/telegram/update").json(&json!({}));
        app.send(forged).await.expect(401);
    }
    let logs = app.get(&format!("{path}/logs?limit=100")).await;
    let refusals = |line: &&Value| line["text"].as_str().unwrap().contains("refused with 401");
    let count = logs["items"].as_array().unwrap().iter().filter(refusals).count();
    assert!((5..=12).contains(&count), "a flood fills no log: {count} lines");
    let large = app.request(Method::POST, "/in/telegram/update").body("x".repeat(2 << 20));
    app.send(large).await.expect(413);
    app.clock.advance_millis(60_000);
    let large = app.request(Method::POST, "/in/telegram/update").body("x".repeat(2 << 20));
    app.send(large).await.expect(413);
    let logs = app.get(&format!("{path}/logs?limit=1")).await;
    assert!(logs["items"][0]["text"].as_str().unwrap().contains("refused with 413"), "{logs}");
}

async fn a_mail_that_the_relay_refused_is_sent_again(engine: Engine) {
    let smtp = Smtp::on();
    let app = TestApp::start_with_relay(engine, smtp.settings()).await;
    app.post("/v1/teams", &json!({"name": "客服", "classes": ["inquiry", "purchase"]})).await.expect(201);
    let settings = json!({"address": "service@shop.example"});
    app.install("e-mail", &settings, &[("ingress-secret", SECRET)]).await;
    let mail = "From: refuse-me@mail.example\r\nTo: service@shop.example\r\nMessage-ID: <1@mail.example>\r\n\
                Subject: Kettle\r\n\r\nHow much is the kettle?\r\n";
    let inbound = app.request(Method::POST, "/in/e-mail/").header("x-ingress-secret", SECRET).body(mail);
    app.send(inbound.header("content-type", "message/rfc822")).await;
    let tickets = app.until("/v1/tickets", |list| !list["items"][0].is_null()).await;
    let ticket = tickets["items"][0]["id"].as_str().unwrap();
    let messages =
        format!("/v1/conversations/{}/messages", tickets["items"][0]["conversation_id"].as_str().unwrap());
    let lost = reply(&app, &messages, "89 yuan.", "failed").await;
    assert_eq!(first_response(&app, ticket).await, Value::Null);
    let letters = dead(&app).await;
    assert_eq!((letters.len(), &letters[0]["queue"]), (1, &json!("mail")), "{letters:#?}");

    // A mail's dead letter brings its message back, which is refused once more; and so does its own retry.
    let replay = format!("/v1/dead-letters/{}/replay", letters[0]["id"].as_str().unwrap());
    app.call(Method::POST, &replay, None).await.expect(204);
    let queued = app.kinds().await.iter().filter(|kind| *kind == "message.queued").count();
    assert_eq!(queued, 2, "the message waits for its turn again");
    until(&app, &messages, &lost, "failed").await;
    app.settle().await;
    app.post(&format!("{messages}/{lost}/retry"), &json!({})).await.expect(200);
    until(&app, &messages, &lost, "failed").await;
    app.settle().await;
    assert_eq!(dead(&app).await.len(), 1, "it is the same letter");
}
