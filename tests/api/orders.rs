//! Orders, as shops tell them and people enter them.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp};
use support::on_both_engines;
use support::people::somebody;
use support::store::Engine;

on_both_engines!(
    an_order_is_entered_and_corrected,
    an_order_is_guarded,
    orders_are_listed,
    amounts_are_masked
);

async fn customer(app: &TestApp, name: &str) -> String {
    let new = json!({"kind": "person", "name": name});
    app.post("/v1/customers", &new).await.expect(201)["id"].as_str().unwrap().to_owned()
}

fn order(customer: &str, number: &str, amount: &str) -> Value {
    json!({
        "customer_id": customer, "number": number, "total": {"amount": amount, "currency": "CNY"},
        "items": [{"sku": "K-2", "name": "烧水壶", "quantity": 2}], "placed_at": "2026-01-05T07:30:00Z",
    })
}

fn texts(list: &Value, place: &str) -> Vec<String> {
    let items = list["items"].as_array().unwrap();
    items.iter().filter_map(|item| item.pointer(place)?.as_str().map(str::to_owned)).collect()
}

async fn an_order_is_entered_and_corrected(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let buyer = customer(&app, "王芳").await;
    let placed = app.post("/v1/orders", &order(&buyer, "SO-2026-0117", "288")).await.expect(201);
    assert_eq!(placed["total"], json!({"amount": "288.00", "currency": "CNY"}));
    assert_eq!(placed["items"][0]["name"], "烧水壶");
    let path = format!("/v1/orders/{}", placed["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await, placed);

    let change = |tag: &'static str, body: Value| {
        let request = app.request(Method::PATCH, &path).bearer_auth(ADMIN).header("if-match", tag);
        app.send(request.header("content-type", "application/merge-patch+json").body(body.to_string()))
    };
    let total = json!({"total": {"amount": "268.00", "currency": "CNY"}, "items": null});
    let changed = change("\"1\"", total).await.expect(200);
    assert_eq!((&changed["total"]["amount"], &changed["items"]), (&json!("268.00"), &Value::Null));
    change("\"1\"", json!({"number": "late"})).await.expect(412);
    change("\"2\"", json!({"customer_id": buyer})).await.expect(400);

    let history = app.get(&format!("{path}/history")).await;
    assert_eq!(texts(&history, "/kind"), ["order.placed", "order.updated"]);
    let total = &history["items"][1]["data"]["total"];
    assert_eq!((&total["old"]["amount"], &total["new"]["amount"]), (&json!("288.00"), &json!("268.00")));
    let view = app.get(&format!("/v1/customers/{buyer}/view")).await;
    assert_eq!(view["orders"][0]["total"]["amount"], "268.00");
    let timeline = app.get(&format!("/v1/customers/{buyer}/timeline")).await;
    assert!(texts(&timeline, "/event/kind").contains(&"order.updated".to_owned()), "{timeline:#}");
}

async fn an_order_is_guarded(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let buyer = customer(&app, "Ann").await;
    let with = |place: &str, value: Value| {
        let mut new = order(&buyer, "1001", "5");
        new[place] = value;
        new
    };
    for (place, value, pointer) in [
        ("number", json!(""), "/number"),
        ("number", json!("9".repeat(101)), "/number"),
        ("total", json!({"amount": "-5", "currency": "CNY"}), "/total/amount"),
        ("total", json!({"amount": "5", "currency": "yuan"}), "/total/currency"),
        ("placed_at", json!("2126-01-05T07:30:00Z"), "/placed_at"),
        ("customer_id", json!(uuid::Uuid::new_v4()), "/customer_id"),
    ] {
        let problem = app.post("/v1/orders", &with(place, value.clone())).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{value}: {problem:#}");
    }
    let problem = app.post("/v1/orders", &with("total", json!({"amount": 5.1, "currency": "CNY"}))).await;
    assert_eq!(problem.expect(400)["errors"][0]["pointer"], "/total/amount");
    let mut without = order(&buyer, "1001", "5");
    without.as_object_mut().unwrap().remove("total");
    app.post("/v1/orders", &without).await.expect(400);

    let keyed =
        || app.request(Method::POST, "/v1/orders").bearer_auth(ADMIN).header("idempotency-key", "o-1");
    let first = app.send(keyed().json(&order(&buyer, "1001", "5"))).await.expect(201);
    assert_eq!(app.send(keyed().json(&order(&buyer, "1001", "5"))).await.expect(201), first);

    let items =
        json!({"items": [order(&buyer, "1002", "5"), order(&buyer, "", "5"), order(&buyer, "1003", "7.5")]});
    let outcomes = app.post("/v1/orders:batch", &items).await.expect(200);
    let statuses: Vec<_> = outcomes["items"].as_array().unwrap().iter().map(|item| &item["status"]).collect();
    assert_eq!(statuses, [201, 422, 201], "{outcomes:#}");
    let mut numbers = texts(&app.get("/v1/orders").await, "/number");
    numbers.sort();
    assert_eq!(numbers, ["1001", "1002", "1003"]);

    let reader = json!({"name": "reader", "scopes": ["customers:read"]});
    let reader = app.post("/v1/tokens", &reader).await.expect(201);
    let reader = reader["token"].as_str().unwrap();
    let path = format!("/v1/orders/{}", first["id"].as_str().unwrap());
    app.send(app.request(Method::GET, &path).bearer_auth(reader)).await.expect(200);
    let write = app.request(Method::POST, "/v1/orders").bearer_auth(reader);
    let refused = app.send(write.json(&order(&buyer, "1004", "5"))).await;
    assert!(refused.text.contains("orders:write"), "{}", refused.text);
    refused.expect(403);
}

async fn orders_are_listed(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let buyers = [customer(&app, "A").await, customer(&app, "B").await];
    for (number, day) in [(0, "05"), (1, "03"), (2, "04")] {
        let mut new = order(&buyers[number % 2], &format!("SO-{number}"), &format!("{}", 100 * (number + 1)));
        new["placed_at"] = json!(format!("2026-01-{day}T00:00:00Z"));
        app.post("/v1/orders", &new).await.expect(201);
    }
    let numbers = async |query: &str| texts(&app.get(&format!("/v1/orders{query}")).await, "/number");
    assert_eq!(numbers("").await, ["SO-0", "SO-2", "SO-1"], "the last placed first");
    assert_eq!(numbers(&format!("?customer_id={}", buyers[1])).await, ["SO-1"]);
    assert_eq!(numbers("?q=SO-2").await, ["SO-2"]);
    assert_eq!(numbers("?filter=placed_at%20%3C%20timestamp(%222026-01-04T00:00:00Z%22)").await, ["SO-1"]);
    // Whose records are merged has the orders of both.
    let merge = json!({"customer_id": buyers[1]});
    app.post(&format!("/v1/customers/{}/merge", buyers[0]), &merge).await.expect(200);
    assert_eq!(numbers(&format!("?customer_id={}", buyers[0])).await, ["SO-0", "SO-2", "SO-1"]);
}

async fn amounts_are_masked(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let buyer = customer(&app, "王芳").await;
    let placed = app.post("/v1/orders", &order(&buyer, "1001", "288")).await.expect(201);
    let path = format!("/v1/orders/{}", placed["id"].as_str().unwrap());
    let may = ["customers:read", "orders:write", "records:unmask"];
    let clerk = somebody(&app, "clerk", &may, [json!({}), json!({"financial": "hidden"})]).await;
    let seen = clerk.get(&app, &path).await;
    assert_eq!((&seen["number"], &seen["total"]), (&json!("1001"), &Value::Null));
    let total = json!({"total": {"amount": "1.00", "currency": "CNY"}});
    clerk.call(&app, Method::PATCH, &path, Some(&total)).await.expect(403);
    clerk.call(&app, Method::PATCH, &path, Some(&json!({"number": "1002"}))).await.expect(200);
    assert_eq!(app.get(&path).await["total"]["amount"], "288.00");
    let asked = json!({"fields": ["total"], "purpose": "a refund"});
    let shown = clerk.post(&app, &format!("{path}/unmask"), &asked).await.expect(200);
    assert_eq!(shown["fields"]["total"]["amount"], "288.00");
}
