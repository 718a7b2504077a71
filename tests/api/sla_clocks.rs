//! The clocks of tickets: they stop and go on, follow changes, and what is overdue goes up the chain of supervisors.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::company::{Company, company, message};
use support::on_both_engines;
use support::people::{People, id, people, person, team};
use support::store::Engine;

on_both_engines!(
    clocks_stand_still_while_a_ticket_waits_and_somebody_looks_after_it,
    a_changed_priority_sets_due_times_anew_and_says_so,
    a_changed_policy_or_calendar_sets_the_due_times_of_open_tickets_anew,
    what_was_said_is_not_said_again_when_a_due_time_comes_back,
    who_writes_again_is_to_be_answered_again,
    what_is_overdue_goes_up_the_chain_each_step_once,
    without_supervisors_the_administrators_are_notified,
);

const MINUTE: i64 = 60_000;

async fn policy(app: &TestApp, more: Value) -> String {
    let mut policy = json!({"name": "all", "first_response_minutes": 60, "resolution_minutes": 600});
    policy.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    format!("/v1/sla-policies/{}", id(&app.post("/v1/sla-policies", &policy).await.expect(201)))
}

async fn change(app: &TestApp, path: &str, change: Value) -> Value {
    app.call(Method::PATCH, path, Some(&change)).await.expect(200)
}

async fn clock(app: &TestApp, ticket: &str, name: &str) -> Value {
    let clocks = app.get(&format!("{ticket}/sla")).await;
    let found = clocks["clocks"].as_array().unwrap().iter().find(|clock| clock["clock"] == name).cloned();
    found.unwrap_or_default()
}

/// What the log says of a ticket's clocks: the clock and the step of the chain, by kind of event.
async fn said(people: &People, ticket: &str, kind: &str) -> Vec<(String, Value)> {
    let events = people.history(ticket, kind).await;
    events
        .iter()
        .map(|event| (event["data"]["clock"].as_str().unwrap().to_owned(), event["data"]["level"].clone()))
        .collect()
}

async fn clocks_stand_still_while_a_ticket_waits_and_somebody_looks_after_it(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    policy(app, json!({"hold_minutes": 120})).await;
    let ticket = people.ticket().await;
    app.clock.advance_millis(30 * MINUTE);
    let waiting = change(app, &ticket, json!({"status": "pending"})).await;
    assert_eq!(
        (&waiting["sla_paused_at"], &waiting["hold_due_at"]),
        (&json!("2026-01-05T08:30:00Z"), &json!("2026-01-05T10:30:00Z"))
    );
    assert_eq!(clock(app, &ticket, "resolution").await["state"], "paused");
    assert_eq!(clock(app, &ticket, "hold").await["state"], "running");
    // The first answer would have been due at nine; what waits too long is what is said.
    app.clock.advance_millis(121 * MINUTE);
    app.until(&format!("{ticket}/history"), |history| history.to_string().contains("ticket.sla-breached"))
        .await;
    app.settle().await;
    assert_eq!(said(&people, &ticket, "ticket.sla-breached").await, [("hold".to_owned(), Value::Null)]);
    let on = change(app, &ticket, json!({"status": "open"})).await;
    assert_eq!(on["first_response_due_at"], "2026-01-05T11:01:00Z", "half an hour was left");
    assert_eq!(on["resolution_due_at"], "2026-01-05T20:01:00Z");
    assert_eq!((&on["sla_paused_at"], &on["hold_due_at"]), (&Value::Null, &Value::Null));
    let changed = people.history(&ticket, "ticket.sla-changed").await;
    assert_eq!(changed[0]["data"]["why"], "resumed");
    assert_eq!(changed[0]["data"]["resolution_due_at"]["old"], "2026-01-05T18:00:00Z");
    app.clock.advance_millis(31 * MINUTE);
    app.until(&format!("{ticket}/history"), |history| {
        let items = history["items"].as_array().unwrap();
        items
            .iter()
            .any(|event| event["kind"] == "ticket.sla-breached" && event["data"]["clock"] == "first-response")
    })
    .await;
    // Resolved while it waits: it waited with time left, so it is in time.
    change(app, &ticket, json!({"status": "pending"})).await;
    app.clock.advance_millis(100 * 60 * MINUTE);
    app.post(&format!("{ticket}/resolve"), &json!({})).await.expect(200);
    assert_eq!(people.history(&ticket, "ticket.resolved").await[0]["data"]["sla_kept"], true);
    assert_eq!(clock(app, &ticket, "resolution").await["state"], "kept");
}

async fn a_changed_priority_sets_due_times_anew_and_says_so(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    policy(app, json!({})).await;
    policy(
        app,
        json!({"name": "low", "priority": "low", "first_response_minutes": 240, "resolution_minutes": 2400}),
    )
    .await;
    let ticket = people.ticket().await;
    app.clock.advance_millis(30 * MINUTE);
    let low = change(app, &ticket, json!({"priority": "low"})).await;
    assert_eq!(low["first_response_due_at"], "2026-01-05T12:00:00Z", "what has passed counts");
    assert_eq!(low["resolution_due_at"], "2026-01-07T00:00:00Z");
    let changed = people.history(&ticket, "ticket.sla-changed").await;
    assert_eq!(changed.len(), 1);
    let data = &changed[0]["data"];
    assert_eq!(
        (&data["why"], &data["first_response_due_at"]["old"]),
        (&json!("priority"), &json!("2026-01-05T09:00:00Z"))
    );
    assert_ne!(data["sla_policy_id"]["old"], data["sla_policy_id"]["new"]);
    // What is changed without another due time says nothing of clocks.
    change(app, &ticket, json!({"class": "inquiry"})).await;
    assert_eq!(people.history(&ticket, "ticket.sla-changed").await.len(), 1);
    // The time that the other policy gives is over already.
    app.clock.advance_millis(60 * MINUTE);
    change(app, &ticket, json!({"priority": "normal"})).await;
    app.until(&format!("{ticket}/history"), |history| history.to_string().contains("ticket.sla-breached"))
        .await;
    app.settle().await;
    assert_eq!(
        said(&people, &ticket, "ticket.sla-breached").await,
        [("first-response".to_owned(), Value::Null)]
    );
}

async fn a_changed_policy_or_calendar_sets_the_due_times_of_open_tickets_anew(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let calendar = json!({"name": "office", "time_zone": "UTC", "hours": "Mo-Fr 08:00-16:00"});
    let calendar = id(&app.post("/v1/calendars", &calendar).await.expect(201));
    let policy = policy(app, json!({"calendar_id": calendar})).await;
    let ticket = people.ticket().await;
    let due = async |wanted: &str| {
        app.until(&ticket, |ticket| ticket["resolution_due_at"] == wanted).await;
    };
    due("2026-01-06T10:00:00Z").await;
    change(app, &policy, json!({"resolution_minutes": 60})).await;
    due("2026-01-05T09:00:00Z").await;
    change(app, &policy, json!({"resolution_minutes": 600})).await;
    due("2026-01-06T10:00:00Z").await;
    change(app, &format!("/v1/calendars/{calendar}"), json!({"exceptions": "2026-01-06 off"})).await;
    due("2026-01-07T10:00:00Z").await;
    app.settle().await;
    let why: Vec<Value> = people
        .history(&ticket, "ticket.sla-changed")
        .await
        .iter()
        .map(|event| event["data"]["why"].clone())
        .collect();
    assert_eq!(why, ["policy", "policy", "calendar"]);
    let before = app.get(&ticket).await["version"].clone();
    change(app, &policy, json!({"name": "another name"})).await;
    app.settle().await;
    assert_eq!(app.get(&ticket).await["version"], before, "whose times stay isn't touched");
}

async fn what_was_said_is_not_said_again_when_a_due_time_comes_back(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    policy(app, json!({})).await;
    policy(
        app,
        json!({"name": "low", "priority": "low", "first_response_minutes": 240, "resolution_minutes": 2400}),
    )
    .await;
    let ticket = people.ticket().await;
    for priority in ["low", "urgent", "low", "normal"] {
        change(app, &ticket, json!({"priority": priority})).await;
    }
    app.clock.advance_millis(50 * MINUTE);
    app.until(&format!("{ticket}/history"), |history| history.to_string().contains("ticket.sla-warned"))
        .await;
    app.clock.advance_millis(600 * MINUTE);
    app.settle().await;
    for kind in ["ticket.sla-warned", "ticket.sla-breached"] {
        let mut clocks = said(&people, &ticket, kind).await;
        clocks.sort_by(|a, b| a.0.cmp(&b.0));
        let names: Vec<&str> = clocks.iter().map(|(clock, _)| clock.as_str()).collect();
        assert_eq!(names, ["first-response", "resolution"], "{kind}");
    }
}

async fn who_writes_again_is_to_be_answered_again(engine: Engine) {
    let company: Company = company(engine).await;
    let app = &company.app;
    policy(app, json!({"next_response_minutes": 45})).await;
    company.deliver(&message(1, 7, "Tom", "en", "Is it in stock?")).await.expect(200);
    let list = app.until("/v1/tickets", |list| !list["items"][0]["assignee_id"].is_null()).await;
    let ticket = format!("/v1/tickets/{}", id(&list["items"][0]));
    let messages =
        format!("/v1/conversations/{}/messages", list["items"][0]["conversation_id"].as_str().unwrap());
    assert_eq!(app.get(&ticket).await["waiting_since"], "2026-01-05T08:00:00Z");
    app.post(&messages, &json!({"text": "Yes."})).await.expect(201);
    let answered = app.get(&ticket).await;
    assert_eq!((&answered["waiting_since"], &answered["next_response_due_at"]), (&Value::Null, &Value::Null));
    app.clock.advance_millis(10 * MINUTE);
    company.deliver(&message(2, 7, "Tom", "en", "And in blue?")).await.expect(200);
    app.until(&ticket, |ticket| ticket["next_response_due_at"] == "2026-01-05T08:55:00Z").await;
    // One who writes on waits no less.
    app.clock.advance_millis(10 * MINUTE);
    company.deliver(&message(3, 7, "Tom", "en", "Hello?")).await.expect(200);
    app.settle().await;
    assert_eq!(app.get(&ticket).await["waiting_since"], "2026-01-05T08:10:00Z");
    app.clock.advance_millis(36 * MINUTE);
    app.until(&format!("{ticket}/history"), |history| history.to_string().contains("ticket.sla-breached"))
        .await;
    assert_eq!(clock(app, &ticket, "next-response").await["state"], "breached");
    app.post(&messages, &json!({"text": "In blue, too."})).await.expect(201);
    assert_eq!(clock(app, &ticket, "next-response").await, Value::Null);
}

async fn supervisor(app: &TestApp, name: &str, of: &str) -> String {
    let person = person(app, name, "en", of).await;
    change(app, &format!("/v1/users/{}", person.id), json!({"roles": ["supervisor"], "present": false}))
        .await;
    person.id
}

async fn what_is_overdue_goes_up_the_chain_each_step_once(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let above = team(app, "Customer care", &[]).await;
    change(app, &format!("/v1/teams/{}", people.service), json!({"parent_id": above})).await;
    let near = supervisor(app, "Near", &people.service).await;
    let far = supervisor(app, "Far", &above).await;
    policy(app, json!({"escalation_minutes": 30})).await;
    let ticket = people.ticket().await;
    let escalated = async |steps: usize| {
        app.until(&format!("{ticket}/history"), |history| {
            let items = history["items"].as_array().unwrap();
            items.iter().filter(|event| event["kind"] == "ticket.sla-escalated").count() == steps
        })
        .await;
    };
    app.clock.advance_millis(61 * MINUTE);
    app.until(&format!("{ticket}/history"), |history| history.to_string().contains("ticket.sla-breached"))
        .await;
    app.clock.advance_millis(30 * MINUTE);
    escalated(1).await;
    app.clock.advance_millis(30 * MINUTE);
    escalated(2).await;
    app.clock.advance_millis(300 * MINUTE);
    app.settle().await;
    let steps = people.history(&ticket, "ticket.sla-escalated").await;
    let who: Vec<Value> =
        steps.iter().map(|event| json!([event["data"]["level"], event["data"]["user_ids"]])).collect();
    assert_eq!(who, [json!([1, [near]]), json!([2, [far]])]);
    for user in [&near, &far] {
        let told = app.get(&format!("/v1/notifications?user_id={user}")).await;
        let escalations =
            told["items"].as_array().unwrap().iter().filter(|item| item["kind"] == "ticket.sla-escalated");
        assert_eq!(escalations.count(), 1, "{told:#}");
    }
}

async fn without_supervisors_the_administrators_are_notified(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    policy(app, json!({"escalation_minutes": 30})).await;
    let ticket = people.ticket().await;
    app.clock.advance_millis(61 * MINUTE);
    app.until(&format!("{ticket}/history"), |history| history.to_string().contains("ticket.sla-breached"))
        .await;
    // While it waits for the customer nobody is to hurry; afterwards it goes on.
    change(app, &ticket, json!({"status": "pending"})).await;
    app.clock.advance_millis(31 * MINUTE);
    app.settle().await;
    assert!(people.history(&ticket, "ticket.sla-escalated").await.is_empty());
    change(app, &ticket, json!({"status": "open"})).await;
    app.clock.advance_millis(31 * MINUTE);
    app.until(&format!("{ticket}/history"), |history| history.to_string().contains("ticket.sla-escalated"))
        .await;
    app.settle().await;
    let steps = people.history(&ticket, "ticket.sla-escalated").await;
    let ids: Vec<&str> =
        steps[0]["data"]["user_ids"].as_array().unwrap().iter().map(|id| id.as_str().unwrap()).collect();
    assert_eq!(steps.len(), 1);
    assert!(ids.contains(&people.li.id.as_str()) && ids.contains(&people.ann.id.as_str()));
}
