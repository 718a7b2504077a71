//! Many records in one request: each with its own outcome, done once for a key, and no more than are allowed.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    each_request_has_its_own_outcome,
    what_was_made_in_a_batch_has_what_hangs_on_it,
    a_batch_is_done_once_for_its_key,
    a_batch_has_its_limits,
);

async fn each_request_has_its_own_outcome(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let phone = json!([{"scheme": "phone", "value": "+86 138 0013 8000"}]);
    let batch = json!({"items": [
        {"name": "王芳", "identities": phone},
        {"name": ""},
        {"nmae": "typo"},
        {"name": "李梅", "identities": [{"scheme": "phone", "value": "12"}]},
        {"name": 5},
        "no customer at all",
        {"name": "李雷"},
        {"name": "赵云", "owner_id": "019b8a3e-0000-7000-8000-000000000001"},
    ]});
    let outcomes = app.post("/v1/customers:batch", &batch).await.expect(200);
    let items = outcomes["items"].as_array().unwrap();
    let statuses: Vec<u64> = items.iter().map(|item| item["status"].as_u64().unwrap()).collect();
    assert_eq!(statuses, [201, 422, 400, 422, 400, 400, 201, 422]);
    assert_eq!((&items[0]["record"]["name"], &items[0]["problem"]), (&json!("王芳"), &Value::Null));
    for (index, pointer) in
        [(1, "/name"), (2, "/nmae"), (3, "/identities/0/value"), (4, "/name"), (5, ""), (7, "/owner_id")]
    {
        assert_eq!(items[index]["problem"]["errors"][0]["pointer"], pointer, "{}", items[index]);
        assert!(items[index]["record"].is_null());
    }
    // What was made is there, found, and in the log; of what was refused there is nothing.
    assert_eq!(app.get("/v1/customers").await["items"].as_array().unwrap().len(), 2);
    assert_eq!(app.get("/v1/search?q=8000").await["items"][0]["title"], "王芳");
    assert_eq!(app.kinds().await, ["token.created", "customer.created", "customer.created"]);

    let customer = items[0]["record"]["id"].clone();
    let tickets = json!({"items": [
        {"customer_id": customer, "subject": "发票", "class": "inquiry"},
        {"customer_id": customer, "subject": "垃圾", "class": "spam"},
    ]});
    let outcomes = app.post("/v1/tickets:batch", &tickets).await.expect(200);
    assert_eq!(
        (&outcomes["items"][0]["status"], &outcomes["items"][1]["status"]),
        (&json!(201), &json!(422))
    );
}

async fn what_was_made_in_a_batch_has_what_hangs_on_it(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let statuses = |outcomes: &Value| -> Vec<u64> {
        outcomes["items"].as_array().unwrap().iter().map(|item| item["status"].as_u64().unwrap()).collect()
    };
    let wang = json!([{"scheme": "phone", "value": "+86 138 0013 8000"}]);
    let touches = json!({"items": [
        {"kind": "call", "channel": "hotline", "external_id": "1", "identities": wang, "name": "王芳", "text": "空调漏水，很生气"},
        {"kind": "purchase", "channel": "pos", "external_id": "1", "identities": wang, "text": "滤网 2 个"},
        {"kind": "call", "channel": "hotline", "external_id": "1", "identities": wang, "text": "told of twice"},
        {"kind": "call", "channel": "Hotline", "identities": wang},
        {"kind": "call", "channel": "hotline"},
    ]});
    let told = app.post("/v1/interactions:batch", &touches).await.expect(200);
    assert_eq!(statuses(&told), [201, 201, 201, 422, 422]);
    let record = |index: usize| &told["items"][index]["record"];
    assert_eq!(record(2)["id"], record(0)["id"], "what is told of twice is stored once");
    assert_eq!(record(1)["customer_id"], record(0)["customer_id"]);
    // The call is judged and becomes a ticket, as it does alone.
    let path = format!("/v1/interactions/{}", record(0)["id"].as_str().unwrap());
    let ticket = app.until(&path, |call| !call["ticket_id"].is_null()).await["ticket_id"].clone();

    let (team, customer) = (record(0)["conversation_id"].clone(), record(0)["customer_id"].clone());
    let tasks = json!({"items": [
        {"title": "上门检修", "subject_kind": "ticket", "subject_id": ticket},
        {"title": ""},
        {"title": "no such team", "team_id": team},
        {"title": "about nothing", "subject_kind": "ticket"},
    ]});
    let made = app.post("/v1/tasks:batch", &tasks).await.expect(200);
    assert_eq!(statuses(&made), [201, 422, 422, 422]);
    assert_eq!(made["items"][0]["record"]["customer_id"], customer);
    assert_eq!(made["items"][2]["problem"]["errors"][0]["pointer"], "/team_id");

    let deals = json!({"items": [
        {"customer_id": customer, "name": "20 张升降桌", "amount": {"amount": "36000.00", "currency": "CNY"}},
        {"customer_id": customer, "name": "half a fen", "amount": {"amount": "0.005", "currency": "CNY"}},
        {"customer_id": ticket, "name": "to nobody"},
    ]});
    let made = app.post("/v1/deals:batch", &deals).await.expect(200);
    assert_eq!(statuses(&made), [201, 400, 422]);
    assert_eq!(made["items"][0]["record"]["amount"]["amount"], "36000.00");
    assert_eq!(made["items"][1]["problem"]["errors"][0]["pointer"], "/amount/amount");
    assert_eq!(app.get("/v1/deals").await["items"].as_array().unwrap().len(), 1);
}

async fn a_batch_is_done_once_for_its_key(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let send = async |batch: &Value| {
        let request = app.request(Method::POST, "/v1/customers:batch").bearer_auth(ADMIN);
        app.send(request.header("idempotency-key", "import-1").json(batch)).await
    };
    let batch = json!({"items": [{"name": "王芳"}, {"name": ""}, {"name": "李雷"}]});
    let first = send(&batch).await.expect(200);
    assert_eq!(send(&batch).await.expect(200), first);
    assert_eq!(app.get("/v1/customers").await["items"].as_array().unwrap().len(), 2);
    send(&json!({"items": [{"name": "another"}]})).await.expect(409);
}

async fn a_batch_has_its_limits(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let many = |count: usize| {
        let items: Vec<Value> = (0..count).map(|number| json!({"name": format!("客户 {number}")})).collect();
        json!({"items": items})
    };
    app.post("/v1/customers:batch", &many(0)).await.expect(422);
    app.post("/v1/customers:batch", &many(1_001)).await.expect(422);
    app.post("/v1/customers:batch", &json!({"items": [], "more": 1})).await.expect(400);
    app.post("/v1/customers:batch", &json!([])).await.expect(400);
    let whole = app.post("/v1/customers:batch", &many(1_000)).await.expect(200);
    assert!(whole["items"].as_array().unwrap().iter().all(|item| item["status"] == 201));
    assert_eq!(app.get("/v1/customers?limit=500&sort=created_at").await["items"][499]["name"], "客户 499");
    let token = json!({"name": "reader", "scopes": ["customers:read"]});
    let token = app.post("/v1/tokens", &token).await.expect(201)["token"].as_str().unwrap().to_owned();
    let request = app.request(Method::POST, "/v1/customers:batch").bearer_auth(token).json(&many(1));
    app.send(request).await.expect(403);
    assert_eq!(app.call(Method::GET, "/v1/customers:batch", None).await.status, 405);
}
