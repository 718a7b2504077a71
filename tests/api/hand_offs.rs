//! A ticket goes from team to team: accepted, refused, overdue, and never nobody's.

use reqwest::Method;
use serde_json::{Value, json};
use support::on_both_engines;
use support::people::{People, people};
use support::store::Engine;

on_both_engines!(
    an_accepted_ticket_changes_hands,
    a_refused_ticket_stays_with_who_gave_it,
    a_hand_off_that_nobody_answers_is_overdue,
    only_the_team_that_gets_it_answers,
    one_hand_off_at_a_time_and_none_that_makes_no_sense,
    a_resolved_ticket_waits_for_nobody,
    who_gave_a_ticket_withdraws_it,
);

async fn hand_off(people: &People, ticket: &str) -> Value {
    let asked = json!({"team_id": people.workshop, "note": "客户要求上门检修"});
    people.li.post(&people.app, &format!("{ticket}/hand-off"), &asked).await.expect(201)
}

/// The kinds of what a team was told.
async fn told(people: &People, team: &str) -> Vec<String> {
    let list = people.app.get(&format!("/v1/notifications?team_id={team}")).await;
    let items = list["items"].as_array().unwrap().iter();
    items.map(|notification| notification["kind"].as_str().unwrap().to_owned()).collect()
}

async fn an_accepted_ticket_changes_hands(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    let made = hand_off(&people, &ticket).await;
    assert_eq!(made["status"], "pending");
    assert_eq!(made["from_team_id"], people.service.as_str());
    assert_eq!(made["from_user_id"], people.li.id.as_str());
    assert_eq!(made["handed_by"], format!("user:{}", people.li.id));
    assert_eq!(made["due_at"], "2026-01-05T09:00:00Z", "an hour, where no policy says otherwise");
    let still = app.get(&ticket).await;
    assert_eq!(
        (still["team_id"].as_str(), still["assignee_id"].as_str()),
        (Some(&*people.service), Some(&*people.li.id))
    );
    let clocks = app.get(&format!("{ticket}/sla")).await;
    assert_eq!(clocks["clocks"][0]["clock"], "hand-off");
    assert_eq!(
        (clocks["clocks"][0]["state"].as_str(), clocks["clocks"][0]["seconds_left"].as_i64()),
        (Some("running"), Some(3600))
    );

    app.clock.advance_millis(20 * 60_000);
    let accepted = people.ann.post(app, &format!("{ticket}/accept"), &json!({})).await.expect(200);
    assert_eq!(
        (accepted["team_id"].as_str(), accepted["assignee_id"].as_str()),
        (Some(&*people.workshop), Some(&*people.ann.id))
    );
    let row = app.get(&format!("/v1/hand-offs/{}", made["id"].as_str().unwrap())).await;
    assert_eq!(
        (row["status"].as_str(), row["answered_at"].as_str()),
        (Some("accepted"), Some("2026-01-05T08:20:00Z"))
    );
    assert_eq!(app.get(&format!("{ticket}/sla")).await["clocks"][0]["state"], "kept");

    let said = people.history(&ticket, "ticket.hand-off-accepted").await;
    assert_eq!(said[0]["actor"], format!("user:{}", people.ann.id));
    assert_eq!(said[0]["data"]["team_id"], json!({"old": people.service, "new": people.workshop}));
    assert_eq!(said[0]["data"]["in_time"], true);
    assert!(told(&people, &people.service).await.contains(&"ticket.hand-off-accepted".to_owned()));
    assert!(told(&people, &people.workshop).await.contains(&"ticket.handed-off".to_owned()));

    // Its clock has stopped with it.
    app.clock.advance_millis(120 * 60_000);
    app.settle().await;
    assert!(people.history(&ticket, "ticket.hand-off-overdue").await.is_empty());
    let list = app.get(&format!("/v1/hand-offs?to_team_id={}&status=accepted", people.workshop)).await;
    assert_eq!(list["items"].as_array().unwrap().len(), 1);
    assert_eq!(app.get("/v1/hand-offs?status=pending").await["items"], json!([]));
}

async fn a_refused_ticket_stays_with_who_gave_it(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    hand_off(&people, &ticket).await;
    let refuse = format!("{ticket}/refuse");
    people.ann.post(app, &refuse, &json!({"reason": "  "})).await.expect(422);
    people.ann.post(app, &refuse, &json!({})).await.expect(400);
    let refused = people.ann.post(app, &refuse, &json!({"reason": "不在保修范围"})).await.expect(200);
    assert_eq!(
        (refused["team_id"].as_str(), refused["assignee_id"].as_str()),
        (Some(&*people.service), Some(&*people.li.id))
    );
    let said = people.history(&ticket, "ticket.hand-off-refused").await;
    assert_eq!(said[0]["data"]["reason"], "不在保修范围");
    let list = app.get(&format!("/v1/notifications?team_id={}", people.service)).await;
    let items = list["items"].as_array().unwrap();
    let notice = items.iter().find(|n| n["kind"] == "ticket.hand-off-refused").unwrap();
    assert!(notice["text"].as_str().unwrap().contains("不在保修范围"), "{notice:#}");
    people.ann.post(app, &format!("{ticket}/accept"), &json!({})).await.expect(409);

    // It can be handed off again, and a program accepts it for the team, in which somebody is found.
    hand_off(&people, &ticket).await;
    let accepted = app.post(&format!("{ticket}/accept"), &json!({})).await.expect(200);
    assert_eq!(accepted["team_id"], people.workshop.as_str());
    app.until(&ticket, |ticket| ticket["assignee_id"] == people.ann.id.as_str()).await;
}

async fn a_hand_off_that_nobody_answers_is_overdue(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    let made = hand_off(&people, &ticket).await;
    app.clock.advance_millis(47 * 60_000);
    app.settle().await;
    assert!(people.history(&ticket, "ticket.hand-off-warned").await.is_empty());
    app.clock.advance_millis(60_000);
    app.settle().await;
    assert_eq!(people.history(&ticket, "ticket.hand-off-warned").await.len(), 1);
    app.clock.advance_millis(12 * 60_000);
    app.settle().await;
    assert_eq!(people.history(&ticket, "ticket.hand-off-overdue").await.len(), 1);
    let row = app.get(&format!("/v1/hand-offs/{}", made["id"].as_str().unwrap())).await;
    assert_eq!(row["status"], "overdue");
    assert_eq!(app.get(&ticket).await["team_id"], people.service.as_str());
    assert_eq!(app.get(&format!("{ticket}/sla")).await["clocks"][0]["state"], "breached");
    for team in [&people.service, &people.workshop] {
        assert!(told(&people, team).await.contains(&"ticket.hand-off-overdue".to_owned()));
    }
    let late = people.ann.post(app, &format!("{ticket}/accept"), &json!({})).await.expect(409);
    assert!(late["detail"].as_str().unwrap().contains("waits"), "{late:#}");
}

async fn only_the_team_that_gets_it_answers(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    hand_off(&people, &ticket).await;
    let verbs = [("accept", json!({})), ("refuse", json!({"reason": "no"}))];
    for (verb, body) in &verbs {
        let problem = people.li.post(app, &format!("{ticket}/{verb}"), body).await.expect(403);
        assert!(problem["detail"].as_str().unwrap().contains("only the team"), "{problem:#}");
    }
    let reader = json!({"name": "reader", "scopes": ["tickets:read"], "user_id": people.ann.id});
    let reader = app.post("/v1/tokens", &reader).await.expect(201)["token"].as_str().unwrap().to_owned();
    for (verb, body) in &verbs {
        let request = app.request(Method::POST, &format!("{ticket}/{verb}")).bearer_auth(&reader).json(body);
        app.send(request).await.expect(403);
    }
    assert_eq!(app.get("/v1/hand-offs").await["items"][0]["status"], "pending");
}

async fn one_hand_off_at_a_time_and_none_that_makes_no_sense(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    let path = format!("{ticket}/hand-off");
    let nobody = "01900000-0000-7000-8000-000000000000";
    let wrong = [
        (json!({"team_id": nobody}), "/team_id"),
        (json!({"team_id": people.service}), "/team_id"),
        (json!({"team_id": people.workshop, "user_id": people.li.id}), "/user_id"),
        (json!({"team_id": people.workshop, "note": "x".repeat(2_001)}), "/note"),
    ];
    for (asked, pointer) in &wrong {
        let problem = app.post(&path, asked).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], *pointer, "{problem:#}");
    }
    app.post(&format!("/v1/tickets/{nobody}/hand-off"), &json!({"team_id": people.workshop}))
        .await
        .expect(404);
    app.call(Method::GET, &format!("/v1/hand-offs/{nobody}"), None).await.expect(404);

    // Of many at once one is made, and the same request under its key gets the same answer.
    let asked = json!({"team_id": people.workshop, "user_id": people.ann.id});
    let answers = futures::future::join_all((0..8).map(|_| app.post(&path, &asked))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 201).count(), 1, "{answers:?}");
    assert!(answers.iter().all(|answer| [201, 409].contains(&answer.status.as_u16())), "{answers:?}");
    let keyed = async || {
        let request =
            app.request(Method::POST, &format!("{ticket}/accept")).header("idempotency-key", "once");
        app.send(request.bearer_auth(&people.ann.token)).await.expect(200)
    };
    assert_eq!(keyed().await, keyed().await);
    assert_eq!(people.history(&ticket, "ticket.hand-off-accepted").await.len(), 1);
}

async fn a_resolved_ticket_waits_for_nobody(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    hand_off(&people, &ticket).await;
    app.post(&format!("{ticket}/resolve"), &json!({})).await.expect(200);
    assert_eq!(app.get("/v1/hand-offs").await["items"][0]["status"], "withdrawn");
    assert!(told(&people, &people.workshop).await.contains(&"ticket.hand-off-withdrawn".to_owned()));
    people.ann.post(app, &format!("{ticket}/accept"), &json!({})).await.expect(409);
    let asked = json!({"team_id": people.workshop});
    let problem = app.post(&format!("{ticket}/hand-off"), &asked).await.expect(409);
    assert!(problem["detail"].as_str().unwrap().contains("reopen"), "{problem:#}");
}

async fn who_gave_a_ticket_withdraws_it(engine: Engine) {
    let people = people(engine).await;
    let (app, ticket) = (&people.app, people.ticket().await);
    let withdraw = format!("{ticket}/withdraw");
    people.li.post(app, &withdraw, &json!({})).await.expect(409);
    let made = hand_off(&people, &ticket).await;
    // Whoever is to get it refuses it; it isn't theirs to take back.
    let problem = people.ann.post(app, &withdraw, &json!({})).await.expect(403);
    assert!(problem["detail"].as_str().unwrap().contains("handed the ticket off"), "{problem:#}");
    let kept = people.li.post(app, &withdraw, &json!({})).await.expect(200);
    assert_eq!(kept["team_id"], people.service.as_str());
    let row = app.get(&format!("/v1/hand-offs/{}", made["id"].as_str().unwrap())).await;
    assert_eq!(
        (row["status"].as_str(), row["answered_by"].as_str()),
        (Some("withdrawn"), Some(&*format!("user:{}", people.li.id)))
    );
    assert_eq!(people.history(&ticket, "ticket.hand-off-withdrawn").await.len(), 1);
    assert_eq!(told(&people, &people.workshop).await.last().unwrap(), "ticket.hand-off-taken-back");
    let inbox = people.ann.get(app, "/v1/inbox").await;
    assert_eq!(inbox["items"][0]["text"], "a ticket for Workshop was taken back by 客服: 空调漏水");
    people.ann.post(app, &format!("{ticket}/accept"), &json!({})).await.expect(409);
    people.li.post(app, &withdraw, &json!({})).await.expect(409);
    // Its clock stands still, and the ticket can be handed off again.
    app.clock.advance_millis(2 * 3_600_000);
    app.settle().await;
    assert!(people.history(&ticket, "ticket.hand-off-overdue").await.is_empty());
    hand_off(&people, &ticket).await;
}
