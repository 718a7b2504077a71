//! Users, teams and tokens: who works here, in which team, and with what rights.

use reqwest::Method;
use serde_json::{Value, json};
use support::on_both_engines;
use support::people::{id, people};
use support::store::Engine;

on_both_engines!(
    a_team_is_changed_joined_and_left,
    a_user_is_read_and_leaves,
    a_token_has_no_more_than_its_maker,
    a_token_says_when_it_was_used_and_ends,
);

fn members(team: &Value) -> Vec<&str> {
    team["members"].as_array().unwrap().iter().map(|member| member["name"].as_str().unwrap()).collect()
}

async fn a_team_is_changed_joined_and_left(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let path = format!("/v1/teams/{}", people.workshop);
    let read = app.call(Method::GET, &path, None).await;
    let tag = read.header("etag").to_owned();
    assert_eq!(members(&read.json()), ["Ann"]);
    let patch = async |tag: &str, body: Value| {
        let request = app.request(Method::PATCH, &path).bearer_auth(&people.li.token).header("if-match", tag);
        app.send(request.json(&body)).await
    };
    let changed = patch(&tag, json!({"name": "维修", "watches": ["complaint"]})).await.expect(200);
    assert_eq!(
        (changed["name"].as_str(), &changed["watches"], &changed["classes"]),
        (Some("维修"), &json!(["complaint"]), &json!(["after-sales"]))
    );
    patch(&tag, json!({"name": "lost"})).await.expect(412);
    patch("*", json!({"name": "客服"})).await.expect(409);
    patch("*", json!({"name": " "})).await.expect(422);

    let join = format!("{path}/members");
    let joined = app.post(&join, &json!({"user_id": people.li.id})).await.expect(200);
    assert_eq!(members(&joined), ["李娜", "Ann"]);
    app.post(&join, &json!({"user_id": people.li.id})).await.expect(200);
    app.post(&join, &json!({"user_id": people.service})).await.expect(422);
    app.call(Method::DELETE, &format!("{join}/{}", people.ann.id), None).await.expect(204);
    app.call(Method::DELETE, &format!("{join}/{}", people.ann.id), None).await.expect(404);
    app.call(Method::DELETE, &format!("{join}/nobody"), None).await.expect(404);
    assert_eq!(members(&app.get(&path).await), ["李娜"]);
    app.settle().await;
    let kinds = app.kinds().await;
    let count = |wanted: &str| kinds.iter().filter(|kind| *kind == wanted).count();
    assert_eq!((count("team.joined"), count("team.left"), count("team.updated")), (1, 1, 1), "{kinds:?}");

    // Who has joined may answer for the team, and who has left may not.
    let ticket = people.ticket().await;
    app.post(&format!("{ticket}/hand-off"), &json!({"team_id": people.workshop})).await.expect(201);
    people.ann.post(app, &format!("{ticket}/accept"), &json!({})).await.expect(403);
    people.li.post(app, &format!("{ticket}/accept"), &json!({})).await.expect(200);
}

async fn a_user_is_read_and_leaves(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let path = format!("/v1/users/{}", people.ann.id);
    assert_eq!(app.get(&path).await["name"], "Ann");
    let change = json!({"language": "zh-CN", "region": "华东"});
    let changed = app.call(Method::PATCH, &path, Some(&change)).await.expect(200);
    assert_eq!((changed["language"].as_str(), changed["region"].as_str()), (Some("zh-CN"), Some("华东")));
    let cleared = app.call(Method::PATCH, &path, Some(&json!({"region": null}))).await.expect(200);
    assert!(cleared["region"].is_null());
    for wrong in [json!({"language": ""}), json!({"skills": ["x".repeat(65)]}), json!({"capacity": -1})] {
        app.call(Method::PATCH, &path, Some(&wrong)).await.expect(422);
    }
    people.ann.get(app, "/v1/inbox").await;
    app.call(Method::PATCH, &path, Some(&json!({"active": false}))).await.expect(200);
    people.ann.call(app, Method::GET, "/v1/inbox", None).await.expect(401);
    app.post("/v1/tasks", &json!({"title": "x", "assignee_id": people.ann.id})).await.expect(422);
    app.call(Method::PATCH, &path, Some(&json!({"active": true}))).await.expect(200);
    people.ann.call(app, Method::GET, "/v1/inbox", None).await.expect(401);
    app.call(Method::GET, "/v1/users/01900000-0000-7000-8000-000000000000", None).await.expect(404);
}

async fn a_token_has_no_more_than_its_maker(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let new = json!({"name": "maker", "scopes": ["tokens:write", "tasks:read"], "user_id": people.li.id});
    let maker = app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned();
    let make = async |body: Value| {
        app.send(app.request(Method::POST, "/v1/tokens").bearer_auth(&maker).json(&body)).await
    };
    for scopes in [json!(["*"]), json!(["tasks:write"]), json!(["tasks:read", "tickets:read"])] {
        let problem = make(json!({"name": "more", "scopes": scopes})).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], "/scopes");
    }
    make(json!({"name": "mine", "scopes": ["tasks:read"], "user_id": people.li.id})).await.expect(201);
    // In somebody else's name only who may change users.
    make(json!({"name": "Ann's", "scopes": ["tasks:read"], "user_id": people.ann.id})).await.expect(403);
    let nobody = "01900000-0000-7000-8000-000000000000";
    app.post("/v1/tokens", &json!({"name": "x", "scopes": [], "user_id": nobody})).await.expect(422);
}

async fn a_token_says_when_it_was_used_and_ends(engine: Engine) {
    let people = people(engine).await;
    let app = &people.app;
    let new = json!({"name": "short", "scopes": ["tasks:read"], "expires_at": "2026-01-05T09:00:00Z"});
    let made = app.post("/v1/tokens", &new).await.expect(201);
    assert!(made["last_used_at"].is_null());
    let token = made["token"].as_str().unwrap().to_owned();
    let ask = async || app.send(app.request(Method::GET, "/v1/tasks").bearer_auth(&token)).await;
    app.clock.advance_millis(60_000);
    ask().await.expect(200);
    let used = |list: &Value| {
        let items = list["items"].as_array().unwrap().iter();
        items
            .filter(|item| item["id"] == made["id"])
            .any(|item| item["last_used_at"] == "2026-01-05T08:01:00Z")
    };
    app.until("/v1/tokens", used).await;
    app.clock.advance_millis(3_600_000);
    ask().await.expect(401);
    let past = json!({"name": "past", "scopes": [], "expires_at": "2026-01-05T09:00:00Z"});
    app.post("/v1/tokens", &past).await.expect(422);
    app.call(Method::DELETE, &format!("/v1/tokens/{}", id(&made)), None).await.expect(204);
}
