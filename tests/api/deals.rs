//! Leads and deals, from a purchase to the sale or its loss.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(a_lead_becomes_a_sale, a_deal_is_guarded, pipelines_keep_their_deals, deals_are_listed);

async fn customer(app: &TestApp, name: &str) -> String {
    let new = json!({"kind": "person", "name": name});
    app.post("/v1/customers", &new).await.expect(201)["id"].as_str().unwrap().to_owned()
}

/// The first pipeline of a kind, as a company begins with it.
async fn pipeline(app: &TestApp, kind: &str) -> Value {
    let list = app.get("/v1/pipelines").await;
    list["items"].as_array().unwrap().iter().find(|pipeline| pipeline["kind"] == kind).unwrap().clone()
}

fn happened(list: &Value, place: &str) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    items.iter().filter_map(|item| item.pointer(place)?.as_str().map(str::to_owned)).collect()
}

async fn a_lead_becomes_a_sale(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = customer(&app, "王芳").await;
    let new = json!({"customer_id": customer, "subject": "想买 20 张升降桌", "class": "purchase"});
    let ticket = app.post("/v1/tickets", &new).await.expect(201);
    let path = format!("/v1/tickets/{}/lead", ticket["id"].as_str().unwrap());
    let worth = json!({"amount": {"amount": "36000.5", "currency": "CNY"}, "expected_close": "2026-02-28"});
    let lead = app.post(&path, &worth).await.expect(201);
    let leads = pipeline(&app, "lead").await;
    assert_eq!(lead["name"], "想买 20 张升降桌");
    assert_eq!(lead["amount"], json!({"amount": "36000.50", "currency": "CNY"}));
    assert_eq!((&lead["pipeline_id"], &lead["ticket_id"]), (&leads["id"], &ticket["id"]));
    assert_eq!(lead["probability"], leads["stages"][0]["probability"]);
    let again = app.post(&path, &json!({})).await;
    assert!(again.text.contains(lead["id"].as_str().unwrap()), "{}", again.text);
    again.expect(409);

    let deal = format!("/v1/deals/{}", lead["id"].as_str().unwrap());
    app.clock.advance_millis(3_600_000);
    let moved = app.post(&format!("{deal}/move"), &json!({"stage_id": leads["stages"][1]["id"]})).await;
    assert_eq!(moved.expect(200)["probability"], leads["stages"][1]["probability"]);
    let won = app.post(&format!("{deal}/win"), &json!({})).await.expect(200);
    let sales = pipeline(&app, "sales").await;
    assert_eq!((&won["status"], &won["stage_id"]), (&json!("open"), &sales["stages"][0]["id"]));
    let won = app.post(&format!("{deal}/win"), &json!({})).await.expect(200);
    assert_eq!((&won["status"], &won["probability"]), (&json!("won"), &json!(100)));
    app.post(&format!("{deal}/win"), &json!({})).await.expect(409);
    let back = json!({"stage_id": leads["stages"][0]["id"]});
    app.post(&format!("{deal}/move"), &back).await.expect(409);

    let history = app.get(&format!("{deal}/history")).await;
    let steps = happened(&history, "/kind");
    assert_eq!(steps, ["deal.created", "deal.stage-changed", "deal.stage-changed", "deal.won"]);
    assert_eq!(history["items"][1]["data"]["millis_in_stage"], 3_600_000);
    let view = app.get(&format!("/v1/customers/{customer}/view")).await;
    assert_eq!(view["deals"][0]["status"], "won");
    let timeline = app.get(&format!("/v1/customers/{customer}/timeline")).await;
    assert!(happened(&timeline, "/event/kind").contains(&"deal.won".to_owned()), "{timeline:#}");
}

async fn a_deal_is_guarded(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = customer(&app, "Ann").await;
    let new = |extra: Value| {
        let mut new = json!({"customer_id": customer, "name": "Desks"});
        new.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        new
    };
    for (wrong, place) in [
        (json!({"name": " "}), "/name"),
        (json!({"amount": {"amount": "-5", "currency": "CNY"}}), "/amount/amount"),
        (json!({"amount": {"amount": "5", "currency": "yuan"}}), "/amount/currency"),
        (json!({"expected_close": "soon"}), "/expected_close"),
        (json!({"source": "x".repeat(65)}), "/source"),
        (json!({"owner_id": uuid::Uuid::new_v4()}), "/owner_id"),
        (json!({"pipeline_id": uuid::Uuid::new_v4()}), "/pipeline_id"),
        (json!({"stage_id": uuid::Uuid::new_v4()}), "/stage_id"),
        (json!({"customer_id": uuid::Uuid::new_v4()}), "/customer_id"),
    ] {
        let problem = app.post("/v1/deals", &new(wrong.clone())).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], place, "{wrong}: {problem:#}");
    }
    let unread = new(json!({"amount": {"amount": "1.234", "currency": "CNY"}}));
    let problem = app.post("/v1/deals", &unread).await.expect(400);
    assert_eq!(problem["errors"][0]["pointer"], "/amount/amount", "{problem:#}");
    let keyed = || app.request(Method::POST, "/v1/deals").bearer_auth(ADMIN).header("idempotency-key", "d-1");
    let first = app.send(keyed().json(&new(json!({})))).await.expect(201);
    let second = app.send(keyed().json(&new(json!({})))).await.expect(201);
    assert_eq!(first, second, "one deal for one key");

    let path = format!("/v1/deals/{}", first["id"].as_str().unwrap());
    let patch = |tag: &'static str, body: Value| {
        let request = app.request(Method::PATCH, &path).bearer_auth(ADMIN).header("if-match", tag);
        app.send(request.header("content-type", "application/merge-patch+json").body(body.to_string()))
    };
    let amount = json!({"amount": {"amount": "12.30", "currency": "EUR"}, "source": "fair"});
    let changed = patch("\"1\"", amount).await.expect(200);
    assert_eq!(changed["amount"]["amount"], "12.30");
    patch("\"1\"", json!({"name": "late"})).await.expect(412);
    let cleared = patch("\"2\"", json!({"amount": null})).await.expect(200);
    assert_eq!((&cleared["amount"], &cleared["source"]), (&Value::Null, &json!("fair")));
    app.post(&format!("{path}/lose"), &json!({"reason": " "})).await.expect(422);
    let lost = app.post(&format!("{path}/lose"), &json!({"reason": "too dear"})).await.expect(200);
    assert_eq!((&lost["status"], &lost["lost_reason"]), (&json!("lost"), &json!("too dear")));

    let reader = json!({"name": "reader", "scopes": ["deals:read", "customers:read"]});
    let reader = app.post("/v1/tokens", &reader).await.expect(201);
    let request = app.request(Method::POST, &format!("{path}/win"));
    let refused = app.send(request.bearer_auth(reader["token"].as_str().unwrap())).await;
    assert!(refused.text.contains("deals:write"), "{}", refused.text);
    refused.expect(403);
}

async fn pipelines_keep_their_deals(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let new = json!({
        "name": "大客户", "kind": "sales",
        "stages": [{"name": "立项", "probability": 10}, {"name": "投标", "probability": 50}],
    });
    let made = app.post("/v1/pipelines", &new).await.expect(201);
    app.post("/v1/pipelines", &new).await.expect(409);
    let customer = customer(&app, "星河物业").await;
    let deal = json!({
        "customer_id": customer, "name": "电梯维保", "pipeline_id": made["id"], "stage_id": made["stages"][1]["id"],
    });
    let deal = app.post("/v1/deals", &deal).await.expect(201);
    assert_eq!(deal["probability"], 50);
    let path = format!("/v1/pipelines/{}", made["id"].as_str().unwrap());
    let only = |stages: Value| json!({"stages": stages});
    let first = json!({"id": made["stages"][0]["id"], "name": "立项", "probability": 15});
    let refused = app.call(Method::PATCH, &path, Some(&only(json!([first])))).await;
    assert!(refused.text.contains("投标"), "{}", refused.text);
    refused.expect(409);
    let wrong = only(json!([first, {"id": uuid::Uuid::new_v4(), "name": "x", "probability": 101}]));
    let wrong = app.call(Method::PATCH, &path, Some(&wrong)).await.expect(422);
    assert_eq!(wrong["errors"].as_array().unwrap().len(), 2, "{wrong:#}");
    let move_on = json!({"stage_id": made["stages"][0]["id"]});
    app.post(&format!("/v1/deals/{}/move", deal["id"].as_str().unwrap()), &move_on).await.expect(200);
    let changed = app.call(Method::PATCH, &path, Some(&only(json!([first])))).await.expect(200);
    assert_eq!(changed["stages"].as_array().unwrap().len(), 1);
    assert_eq!(changed["stages"][0]["id"], made["stages"][0]["id"], "a stage that stays keeps its id");
}

async fn deals_are_listed(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customers = [customer(&app, "A").await, customer(&app, "B").await];
    let mut made = Vec::new();
    for number in 0..5 {
        app.clock.advance_millis(1_000);
        let new = json!({"customer_id": customers[number % 2], "name": format!("deal {number}")});
        made.push(app.post("/v1/deals", &new).await.expect(201)["name"].as_str().unwrap().to_owned());
    }
    made.reverse();
    let mut seen = Vec::new();
    let mut path = "/v1/deals?limit=2".to_owned();
    loop {
        let page = app.get(&path).await;
        seen.extend(happened(&page, "/name"));
        let Some(next) = page["next"].as_str() else { break };
        path = format!("/v1/deals?limit=2&cursor={next}");
    }
    assert_eq!(seen, made);
    let of_b = app.get(&format!("/v1/deals?customer_id={}", customers[1])).await;
    assert_eq!(happened(&of_b, "/name"), ["deal 3", "deal 1"]);
    assert_eq!(app.get("/v1/deals?status=won").await["items"], json!([]));
}
