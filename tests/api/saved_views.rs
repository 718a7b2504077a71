//! Lists as people have set them up: everybody their own, shared ones everybody's, and none that could not be shown.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_view_is_its_makers_until_it_is_shared,
    a_view_that_could_not_be_shown_is_refused_at_its_place,
    a_field_says_what_its_removal_would_break,
);

fn view(name: &str) -> Value {
    json!({
        "kind": "customer", "name": name, "filter": "stage == \"repeat\"", "sort": "-updated_at",
        "columns": ["name", "grade"],
    })
}

/// Somebody with an agent's rights: a token that acts for them.
async fn agent(app: &TestApp, name: &str) -> String {
    let email = format!("{name}@example.com");
    let id = app.person(name, &email, "agent").await;
    let new = json!({"name": name, "user_id": id, "scopes": ["*"]});
    app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned()
}

async fn call(
    app: &TestApp,
    token: &str,
    method: Method,
    path: &str,
    body: Option<&Value>,
) -> support::app::Answer {
    let request = app.request(method, path).bearer_auth(token).header("if-match", "*");
    app.send(match body {
        Some(body) => request.json(body),
        None => request,
    })
    .await
}

async fn names(app: &TestApp, token: &str) -> Vec<String> {
    let list = call(app, token, Method::GET, "/v1/saved-views?kind=customer", None).await.expect(200);
    list["items"].as_array().unwrap().iter().map(|view| view["name"].as_str().unwrap().to_owned()).collect()
}

async fn a_view_is_its_makers_until_it_is_shared(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (ann, bob) = (agent(&app, "ann").await, agent(&app, "bob").await);
    let made = call(&app, &ann, Method::POST, "/v1/saved-views", Some(&view("Repeat"))).await.expect(201);
    assert_eq!(made["shared"], false);
    let path = format!("/v1/saved-views/{}", made["id"].as_str().unwrap());
    assert_eq!((names(&app, &ann).await.len(), names(&app, &bob).await.len()), (1, 0));
    call(&app, &bob, Method::GET, &path, None).await.expect(404);
    call(&app, &bob, Method::PATCH, &path, Some(&json!({"name": "Mine"}))).await.expect(404);
    let shared = call(&app, &ann, Method::PATCH, &path, Some(&json!({"shared": true}))).await.expect(200);
    assert_eq!((&shared["shared"], &shared["version"]), (&json!(true), &json!(2)));
    assert_eq!(names(&app, &bob).await, ["Repeat"]);
    // Who sees it doesn't have it: only its maker, and who may change the kinds, change it.
    call(&app, &bob, Method::PATCH, &path, Some(&json!({"name": "Mine"}))).await.expect(403);
    call(&app, &bob, Method::DELETE, &path, None).await.expect(403);
    call(&app, ADMIN, Method::PATCH, &path, Some(&json!({"name": "Loyal"}))).await.expect(200);
    call(&app, &ann, Method::DELETE, &path, None).await.expect(204);
    assert_eq!(names(&app, &bob).await, [""; 0]);
    // Who may not see a kind sees no views of it.
    let scopes = json!({"name": "t", "scopes": ["tickets:read"]});
    let token = app.post("/v1/tokens", &scopes).await.expect(201)["token"].as_str().unwrap().to_owned();
    call(&app, &token, Method::GET, "/v1/saved-views?kind=customer", None).await.expect(404);
}

async fn a_view_that_could_not_be_shown_is_refused_at_its_place(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for (field, wrong, pointer) in [
        ("kind", json!("spaceship"), "/kind"),
        ("columns", json!(["name", "colour"]), "/columns/1"),
        ("filter", json!("colour == 1"), "/filter"),
        ("filter", json!("stage =="), "/filter"),
        ("sort", json!("colour"), "/sort"),
        ("name", json!(" "), "/name"),
        ("shared", json!(false), "/shared"),
    ] {
        let mut new = view("Repeat");
        new["shared"] = json!(true);
        new[field] = wrong;
        let problem = app.post("/v1/saved-views", &new).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{field}: {problem}");
    }
}

async fn a_field_says_what_its_removal_would_break(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let field = json!({"name": "industry", "value_type": "text", "en": "Industry", "zh": "行业"});
    app.post("/v1/kinds/customer/fields", &field).await.expect(201);
    let uses = "/v1/kinds/customer/fields/industry/uses";
    assert_eq!(app.get(uses).await, json!({"records": 0, "views": [], "plugins": []}));
    let mut new = view("Logistics");
    new["shared"] = json!(true);
    new["filter"] = json!("custom.industry == \"物流\"");
    app.post("/v1/saved-views", &new).await.expect(201);
    let customer = json!({"name": "A", "custom": {"industry": "物流"}});
    let customer = app.post("/v1/customers", &customer).await.expect(201);
    assert_eq!(app.get(uses).await, json!({"records": 1, "views": ["Logistics"], "plugins": []}));

    let path = "/v1/kinds/customer/fields/industry";
    let forced = format!("{path}?force=true");
    let refused = app.call(Method::DELETE, path, None).await.expect(409);
    assert!(refused["detail"].as_str().unwrap().contains("has(custom.industry)"), "{refused}");
    let record = format!("/v1/customers/{}", customer["id"].as_str().unwrap());
    let clear = json!({"custom": {"industry": null}});
    call(&app, ADMIN, Method::PATCH, &record, Some(&clear)).await.expect(200);
    let refused = app.call(Method::DELETE, path, None).await.expect(409);
    assert!(refused["detail"].as_str().unwrap().contains("Logistics"), "{refused}");
    app.call(Method::DELETE, &forced, None).await.expect(204);
    app.call(Method::GET, uses, None).await.expect(404);
}
