//! The walk: a message from a real channel becomes a customer, a ticket, an assignment, an answer, a survey and a
//! score, through plugins in sandboxes.

use reqwest::Method;
use serde_json::{Value, json};
use support::on_both_engines;
use support::store::Engine;

use support::company::{Company, company, message, press};

on_both_engines!(
    a_message_walks_through_the_house,
    a_repeated_delivery_changes_nothing,
    english_goes_to_who_speaks_it_and_an_sla_that_breaks_is_said,
    a_provider_that_fails_is_tried_again_and_one_that_refuses_is_not,
    a_ticket_for_which_nobody_has_room_waits_for_who_has,
);

/// The kinds of notifications, or the types of events.
fn kinds(entries: &Value) -> Vec<&str> {
    let entries = entries.as_array().unwrap().iter();
    entries.filter_map(|entry| entry["kind"].as_str().or(entry["type"].as_str())).collect()
}

async fn only_ticket(company: &Company) -> Value {
    let list = company.app.until("/v1/tickets", |list| !list["items"][0]["assignee_id"].is_null()).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    list["items"][0].clone()
}

async fn a_message_walks_through_the_house(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    let policy_less = message(1, 42, "小王", "zh-hans", "你们的机器漏电了，太危险了！我要投诉，马上处理！");
    let answer = company.deliver(&policy_less).await;
    assert_eq!(answer.status, 200);

    // The message is a customer's, known by what the channel attests.
    let customers = app.get("/v1/customers").await;
    let customer = customers["items"][0].clone();
    let id = customer["id"].as_str().unwrap();
    assert_eq!((customers["items"].as_array().unwrap().len(), customer["name"].as_str()), (1, Some("小王")));
    let identities = app.get(&format!("/v1/customers/{id}/identities")).await;
    assert_eq!(identities["items"][0]["scheme"], "telegram");
    assert_eq!(identities["items"][0]["value"], "42");
    assert_eq!(identities["items"][0]["attested"], true);

    // A ticket with class, priority and reasons, given to who speaks the language, with the reason.
    let ticket = only_ticket(&company).await;
    assert_eq!((ticket["class"].as_str(), ticket["priority"].as_str()), (Some("complaint"), Some("urgent")));
    assert_eq!(ticket["language"], "zh-CN");
    assert!(!ticket["reasons"].as_array().unwrap().is_empty());
    assert_eq!(ticket["team_id"], company.service.as_str());
    assert_eq!(ticket["assignee_id"], company.li.as_str());
    let arguments =
        json!({"team": "客服 Service", "open": 0, "capacity": 5, "available": 1, "language": "zh-CN"});
    assert_eq!(ticket["assignment_reason"]["code"], "assigned.least-busy");
    assert_eq!(ticket["assignment_reason"]["arguments"], arguments);

    // The team that watches urgent complaints is told besides the one that takes it.
    let told = app.get(&format!("/v1/notifications?team_id={}", company.after_sales)).await;
    assert_eq!(told["items"][0]["kind"], "ticket.created");

    // The reply goes out through the channel and is the first response.
    let conversation = ticket["conversation_id"].as_str().unwrap();
    let reply = json!({"text": "非常抱歉！请先断电，工程师一小时内与您联系。"});
    app.post(&format!("/v1/conversations/{conversation}/messages"), &reply).await.expect(201);
    let sent = company.bot.wait_for(1).await;
    assert_eq!((sent[0].chat, sent[0].text.as_str()), (42, reply["text"].as_str().unwrap()));
    let messages = format!("/v1/conversations/{conversation}/messages");
    app.until(&messages, |list| list["items"][0]["status"] == "sent").await;
    let ticket_path = format!("/v1/tickets/{}", ticket["id"].as_str().unwrap());
    let answered = app.get(&ticket_path).await;
    assert_eq!(answered["status"], "open");
    assert!(!answered["first_response_at"].is_null());

    // Resolved: the survey goes out through the same channel, with buttons, when Telegram's limit of one message a
    // second allows.
    app.clock.advance_millis(2_000);
    app.post(&format!("{ticket_path}/resolve"), &json!({})).await.expect(200);
    let sent = company.bot.wait_for(2).await;
    let buttons = sent[1].buttons();
    assert_eq!(buttons.len(), 5, "{sent:?}");
    let satisfied = buttons.iter().find(|(_, data)| data.ends_with(":5")).unwrap();

    // One click answers it; it counts once, changes the score and tells the teams.
    let answer = company.deliver(&press(2, 42, sent[1].message, &satisfied.1)).await;
    assert_eq!(answer.status, 200);
    let surveys = app.until("/v1/surveys", |list| !list["items"][0]["answered_at"].is_null()).await;
    assert_eq!(
        (surveys["items"][0]["rating"].as_i64(), surveys["items"][0]["normalized"].as_f64()),
        (Some(5), Some(1.0))
    );
    app.settle().await;
    let scores = app.get(&format!("/v1/customers/{id}/scores")).await;
    assert_eq!(scores["items"][0]["name"], "lead");
    assert!(!scores["items"][0]["reasons"].as_array().unwrap().is_empty());
    for team in [&company.service, &company.after_sales] {
        let told = app.get(&format!("/v1/notifications?team_id={team}")).await;
        assert!(kinds(&told["items"]).contains(&"survey.answered"), "{told:#}");
    }

    // One view shows all of it, and the log has every step in order.
    let view = app.get(&format!("/v1/customers/{id}/view")).await;
    assert_eq!(view["tickets"][0]["status"], "resolved");
    assert_eq!(view["surveys"][0]["rating"], 5);
    assert_eq!(view["scores"][0]["name"], "lead");
    let timeline = app.get(&format!("/v1/customers/{id}/timeline?limit=100")).await;
    assert!(timeline["items"].as_array().unwrap().len() > 10);
    let log = app.kinds().await;
    let steps = [
        "customer.created",
        "interaction.received",
        "ticket.created",
        "ticket.classified",
        "ticket.assigned",
        "message.queued",
        "ticket.first-responded",
        "message.sent",
        "ticket.resolved",
        "survey.sent",
        "survey.answered",
        "score.changed",
    ];
    let mut rest = log.iter();
    for step in steps {
        assert!(rest.any(|kind| kind == step), "{step} is missing in its place: {log:?}");
    }
    let mut tx = app.host.app().db.read().await.unwrap();
    let chain = hospes::store::audit::verify(&mut tx, &[]).await.unwrap();
    assert_eq!((chain.checked, chain.flaw), (i64::try_from(log.len()).unwrap(), None));
}

async fn a_repeated_delivery_changes_nothing(engine: Engine) {
    let company = company(engine).await;
    let update = message(7, 99, "Bob", "en", "How much is the large one?");
    company.deliver(&update).await.expect(200);
    company.app.settle().await;
    let before = company.app.kinds().await;
    for answer in futures::future::join_all((0..20).map(|_| company.deliver(&update))).await {
        assert_eq!(answer.status, 200, "a provider must not send it for ever");
    }
    company.app.settle().await;
    assert_eq!(company.app.kinds().await, before);

    // The same at the same moment, for the first time.
    let update = message(8, 100, "Eve", "en", "Is it in stock?");
    for answer in futures::future::join_all((0..20).map(|_| company.deliver(&update))).await {
        assert!(answer.status == 200 || answer.status == 503, "{answer:?}");
    }
    company.deliver(&update).await.expect(200);
    company.app.settle().await;
    let customers = company.app.get("/v1/customers?q=Eve").await;
    assert_eq!(customers["items"].as_array().unwrap().len(), 1);
    let id = customers["items"][0]["id"].as_str().unwrap();
    let view = company.app.get(&format!("/v1/customers/{id}/view")).await;
    assert_eq!(view["tickets"].as_array().unwrap().len(), 1);
    let received = company.app.kinds().await.iter().filter(|kind| *kind == "interaction.received").count();
    assert_eq!(received, 2);
}

async fn english_goes_to_who_speaks_it_and_an_sla_that_breaks_is_said(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    let policy = json!({"name": "all", "first_response_minutes": 30, "resolution_minutes": 600});
    app.post("/v1/sla-policies", &policy).await.expect(201);
    company.deliver(&message(1, 7, "Tom", "en", "Can I get a quote for 200 units please?")).await.expect(200);
    let ticket = only_ticket(&company).await;
    assert_eq!(ticket["assignee_id"], company.ann.as_str(), "{ticket:#}");
    assert_eq!(ticket["assignment_reason"]["arguments"]["available"], 1, "{ticket:#}");
    assert_eq!(ticket["first_response_due_at"], "2026-01-05T08:30:00Z");
    let log = app.kinds().await;
    assert!(!log.iter().any(|kind| kind.starts_with("ticket.sla")), "{log:?}");
    app.clock.advance_millis(25 * 60_000);
    app.until(&format!("/v1/tickets/{}/history", ticket["id"].as_str().unwrap()), |history| {
        kinds(&history["items"]).contains(&"ticket.sla-warned")
    })
    .await;
    app.clock.advance_millis(6 * 60_000);
    app.until(&format!("/v1/tickets/{}/history", ticket["id"].as_str().unwrap()), |history| {
        kinds(&history["items"]).contains(&"ticket.sla-breached")
    })
    .await;
    let told = app.get(&format!("/v1/notifications?team_id={}", company.service)).await;
    assert!(kinds(&told["items"]).contains(&"ticket.sla-breached"));
}

async fn a_provider_that_fails_is_tried_again_and_one_that_refuses_is_not(engine: Engine) {
    use support::bot_api::Failure;
    let company = company(engine).await;
    let app = &company.app;
    company.deliver(&message(1, 7, "Tom", "en", "Is it in stock?")).await.expect(200);
    let ticket = only_ticket(&company).await;
    let messages = format!("/v1/conversations/{}/messages", ticket["conversation_id"].as_str().unwrap());
    company.bot.fail_next(Failure::ServerError);
    company.bot.fail_next(Failure::TooManyRequests { retry_after: 20 });
    app.post(&messages, &json!({"text": "first"})).await.expect(201);
    app.post(&messages, &json!({"text": "second"})).await.expect(201);
    let sent = company.passing(1).await;
    assert_eq!(sent[0].text, "first", "the second waits for the first");
    let sent = company.passing(2).await;
    assert_eq!(sent[1].text, "second");
    assert_eq!(company.bot.requests(), 4, "the first failed twice before it went");

    company.bot.fail_next(Failure::Blocked);
    app.clock.advance_millis(60_000);
    app.post(&messages, &json!({"text": "third"})).await.expect(201);
    let list = app.until(&messages, |list| list["items"][0]["status"] == "failed").await;
    let failure = list["items"][0]["failure"].as_str().unwrap();
    assert!(failure.contains("recipient-blocked"), "{failure}");
    assert_eq!(company.bot.sent().len(), 2, "what is refused for good is not tried again");
    let failed =
        |log: &Value| log["items"].as_array().unwrap().iter().any(|event| event["type"] == "message.failed");
    app.until("/v1/events?after=0&limit=500", failed).await;
}

async fn a_ticket_for_which_nobody_has_room_waits_for_who_has(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    let presence = async |user: &str, present: bool| {
        app.call(Method::PATCH, &format!("/v1/users/{user}"), Some(&json!({"present": present})))
            .await
            .expect(200);
    };
    presence(&company.li, false).await;
    presence(&company.ann, false).await;
    company.deliver(&message(1, 7, "Tom", "en", "Is it in stock?")).await.expect(200);
    app.settle().await;
    let kinds = app.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "ticket.unassigned").count(), 1, "{kinds:?}");
    app.clock.advance_millis(61_000);
    app.settle().await;
    assert_eq!(app.kinds().await, kinds, "waiting on is no news");
    presence(&company.ann, true).await;
    app.clock.advance_millis(61_000);
    let ticket = only_ticket(&company).await;
    assert_eq!(ticket["assignee_id"], company.ann.as_str());
}
