//! SLA policies by the API: they set the clocks of tickets and hand-offs.

use reqwest::Method;
use serde_json::{Value, json};
use support::on_both_engines;
use support::people::people;
use support::store::Engine;

on_both_engines!(policies_are_made_changed_and_removed, a_policy_sets_the_clock_of_a_hand_off);

async fn policies_are_made_changed_and_removed(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let new = json!({"name": "紧急投诉", "class": "complaint", "priority": "urgent", "first_response_minutes": 15, "resolution_minutes": 240});
    let made = app.post("/v1/sla-policies", &new).await;
    let (path, tag) = (made.header("location").to_owned(), made.header("etag").to_owned());
    assert_eq!(made.expect(201)["hand_off_minutes"], 60);
    app.post("/v1/sla-policies", &new).await.expect(409);
    let wrong =
        json!({"name": "", "first_response_minutes": 0, "resolution_minutes": -1, "hand_off_minutes": 0});
    let problem = app.post("/v1/sla-policies", &wrong).await.expect(422);
    let pointers: Vec<&Value> =
        problem["errors"].as_array().unwrap().iter().map(|error| &error["pointer"]).collect();
    assert_eq!(pointers, ["/name", "/first_response_minutes", "/resolution_minutes", "/hand_off_minutes"]);
    let patch = async |tag: &str, body: Value| {
        let request = app.request(Method::PATCH, &path).bearer_auth(&people.li.token).header("if-match", tag);
        app.send(request.json(&body)).await
    };
    let changed = patch(&tag, json!({"priority": null, "first_response_minutes": 10})).await.expect(200);
    assert_eq!(
        (changed["priority"].clone(), changed["class"].as_str(), changed["first_response_minutes"].as_i64()),
        (Value::Null, Some("complaint"), Some(10))
    );
    patch(&tag, json!({"first_response_minutes": 5})).await.expect(412);
    patch("*", json!({"first_response_minutes": null})).await.expect(400);
    assert_eq!(app.get("/v1/sla-policies").await["items"], json!([app.get(&path).await]));
    app.call(Method::DELETE, &path, None).await.expect(204);
    app.call(Method::GET, &path, None).await.expect(404);
    app.call(Method::DELETE, &path, None).await.expect(404);
}

async fn a_policy_sets_the_clock_of_a_hand_off(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let new = json!({"name": "all", "first_response_minutes": 15, "resolution_minutes": 240, "hand_off_minutes": 20});
    app.post("/v1/sla-policies", &new).await.expect(201);
    let ticket = people.ticket().await;
    let made =
        app.post(&format!("{ticket}/hand-off"), &json!({"team_id": people.workshop})).await.expect(201);
    assert_eq!(made["due_at"], "2026-01-05T08:20:00Z");
    let clocks = app.get(&format!("{ticket}/sla")).await;
    let named: Vec<(&str, &str, &str)> = clocks["clocks"]
        .as_array()
        .unwrap()
        .iter()
        .map(|clock| {
            (
                clock["clock"].as_str().unwrap(),
                clock["state"].as_str().unwrap(),
                clock["due_at"].as_str().unwrap(),
            )
        })
        .collect();
    assert_eq!(
        named,
        [
            ("first-response", "running", "2026-01-05T08:15:00Z"),
            ("resolution", "running", "2026-01-05T12:00:00Z"),
            ("hand-off", "running", "2026-01-05T08:20:00Z"),
        ]
    );
    app.clock.advance_millis(16 * 60_000);
    assert_eq!(app.get(&format!("{ticket}/sla")).await["clocks"][0]["state"], "breached");
    assert_eq!(app.get(&format!("{ticket}/sla")).await["clocks"][0]["seconds_left"], -60);
    app.post(&format!("{ticket}/resolve"), &json!({})).await.expect(200);
    let clocks = app.get(&format!("{ticket}/sla")).await;
    assert_eq!(
        (clocks["clocks"][1]["state"].as_str(), clocks["clocks"][2]["state"].as_str()),
        (Some("kept"), Some("stopped"))
    );
}
