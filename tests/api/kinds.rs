//! The catalogue: what it says of a kind is what the API takes and shows, filters and sorts by, and writes into events.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_kind_says_what_its_records_have,
    every_field_can_be_asked_for_as_the_catalogue_says,
    every_bounded_text_is_refused_at_its_field,
    an_amount_is_compared_in_units_of_its_currency,
    who_may_not_see_records_does_not_see_their_kind,
);

/// Where the lists of a kind are.
const LISTS: &[(&str, &str)] = &[
    ("customer", "customers"),
    ("conversation", "conversations"),
    ("interaction", "interactions"),
    ("ticket", "tickets"),
    ("task", "tasks"),
    ("deal", "deals"),
];

struct Made {
    app: TestApp,
    customer: Value,
    deal: Value,
    task: Value,
    ticket: Value,
}

async fn made(engine: Engine) -> Made {
    let app = TestApp::start(engine, &[]).await;
    app.post(
        "/v1/pipelines",
        &json!({"name": "Sales", "kind": "sales", "stages": [{"name": "New", "probability": 20}]}),
    )
    .await
    .expect(201);
    let customer = app
        .post(
            "/v1/customers",
            &json!({"name": " 王芳 ", "birthday": "1990-05-17", "region": "  ", "tags": ["vip"]}),
        )
        .await
        .expect(201);
    let of = json!(customer["id"]);
    let amount = json!({"amount": "12.30", "currency": "CNY"});
    let deal = app
        .post("/v1/deals", &json!({"customer_id": of, "name": "20 desks", "amount": amount}))
        .await
        .expect(201);
    let task = app
        .post("/v1/tasks", &json!({"title": "上门检修空调", "description": " as it is "}))
        .await
        .expect(201);
    let ticket = app
        .post("/v1/tickets", &json!({"customer_id": of, "subject": "Late", "class": "complaint"}))
        .await
        .expect(201);
    Made { app, customer, deal, task, ticket }
}

/// A change of the administrator's, whatever the record's version.
fn patching(app: &TestApp, path: &str) -> reqwest::RequestBuilder {
    app.request(Method::PATCH, path).bearer_auth(ADMIN).header("if-match", "*")
}

fn fields(kind: &Value) -> impl Iterator<Item = &Value> {
    kind["fields"].as_array().unwrap().iter()
}

fn name(field: &Value) -> &str {
    field["name"].as_str().unwrap()
}

async fn a_kind_says_what_its_records_have(engine: Engine) {
    let made = made(engine).await;
    let kinds = made.app.get("/v1/kinds").await;
    let names: Vec<&str> = kinds["items"].as_array().unwrap().iter().map(name).collect();
    assert_eq!(names.len(), 27, "{names:?}");
    for granted in ["customer", "conversation", "interaction", "ticket", "task", "order", "deal", "share"] {
        assert!(names.contains(&granted), "{granted}");
    }
    for (kind, record) in
        [("customer", &made.customer), ("deal", &made.deal), ("task", &made.task), ("ticket", &made.ticket)]
    {
        let kind = made.app.get(&format!("/v1/kinds/{kind}")).await;
        let shown: Vec<&str> = record.as_object().unwrap().keys().map(String::as_str).collect();
        let mut declared: Vec<&str> = fields(&kind).map(name).collect();
        declared.sort_unstable();
        assert_eq!(shown, declared, "{}", kind["name"]);
        for field in fields(&kind) {
            let (zh, en) =
                (field["titles"]["zh-CN"].as_str().unwrap(), field["titles"]["en"].as_str().unwrap());
            assert!(!zh.is_ascii() && en.is_ascii() && !en.is_empty(), "{}: {zh} {en}", name(field));
            let (zh, en) = (field["help"]["zh-CN"].as_str().unwrap(), field["help"]["en"].as_str().unwrap());
            assert!(zh.ends_with('。') && en.ends_with('.'), "{field}");
            let missing = record[name(field)].is_null();
            assert!(!missing || field["optional"] == true, "{} is null", name(field));
        }
    }
    // A line of text has no spaces around it, and one of spaces alone is none; a long text stays as it is.
    assert_eq!((&made.customer["name"], &made.customer["region"]), (&json!("王芳"), &Value::Null));
    assert_eq!(made.task["description"], " as it is ");
    let stage = made.app.get("/v1/kinds/customer").await;
    let stage = fields(&stage).find(|field| name(field) == "stage").unwrap();
    assert_eq!((&stage["type"], &stage["words"][0]), (&json!("word"), &json!("lead")));
    assert_eq!(stage["titles"], json!({"en": "Stage", "zh-CN": "阶段"}));
}

async fn every_field_can_be_asked_for_as_the_catalogue_says(engine: Engine) {
    let made = made(engine).await;
    for (kind, list) in LISTS {
        let described = made.app.get(&format!("/v1/kinds/{kind}")).await;
        for field in fields(&described) {
            let field_name = name(field);
            let expected = |says: &str| if field[says] == true { 200 } else { 400 };
            let path = format!("/v1/{list}?filter=has({kind}.{field_name})");
            let filtered = made.app.call(Method::GET, &path, None).await;
            assert_eq!(filtered.status, expected("filtered"), "{path}: {}", filtered.json());
            let path = format!("/v1/{list}?sort=-{field_name}");
            let sorted = made.app.call(Method::GET, &path, None).await;
            assert_eq!(sorted.status, expected("sorted"), "{path}: {}", sorted.json());
        }
    }
}

async fn every_bounded_text_is_refused_at_its_field(engine: Engine) {
    let made = made(engine).await;
    let mut refused = 0;
    for (kind, path, record) in [
        ("customer", "customers", &made.customer),
        ("deal", "deals", &made.deal),
        ("task", "tasks", &made.task),
        ("ticket", "tickets", &made.ticket),
    ] {
        let described = made.app.get(&format!("/v1/kinds/{kind}")).await;
        let path = format!("/v1/{path}/{}", record["id"].as_str().unwrap());
        let bounded =
            fields(&described).filter(|field| field["changed"] == true && !field["max_length"].is_null());
        for field in bounded {
            let most = usize::try_from(field["max_length"].as_u64().unwrap()).unwrap();
            let value = |length: usize| match field["type"].as_str().unwrap() {
                "texts" => json!(["字".repeat(length)]),
                _ => json!("字".repeat(length)),
            };
            let patch = async |value: Value| {
                let body = json!({ (name(field)): value });
                made.app.send(patching(&made.app, &path).json(&body)).await
            };
            let kept = patch(value(most)).await.expect(200);
            assert_eq!(kept[name(field)], value(most));
            let problem = patch(value(most + 1)).await.expect(422);
            assert_eq!(problem["errors"][0]["pointer"], format!("/{}", name(field)), "{problem}");
            refused += 1;
        }
        let read = made.app.get(&path).await;
        assert!(read["version"].as_i64() > record["version"].as_i64());
    }
    assert!(refused >= 12, "{refused} texts");
}

async fn an_amount_is_compared_in_units_of_its_currency(engine: Engine) {
    let made = made(engine).await;
    let found = async |filter: &str| {
        let path = format!(
            "/v1/deals?filter={}",
            filter.replace(' ', "%20").replace('>', "%3E").replace('"', "%22")
        );
        made.app.get(&path).await["items"].as_array().unwrap().len()
    };
    assert_eq!(found("amount == 12.30").await, 1);
    assert_eq!(found("amount > 12").await, 1);
    assert_eq!(found("amount > 12.3").await, 0);
    assert_eq!(found("amount == 12.3 && currency == \"CNY\"".replace('&', "%26").as_str()).await, 1);
    assert_eq!(found("currency == \"EUR\"").await, 0);
    let path = format!("/v1/deals/{}", made.deal["id"].as_str().unwrap());
    for (amount, pointer) in [
        (json!({"amount": "-1", "currency": "CNY"}), "/amount/amount"),
        (json!({"amount": "1", "currency": "yuan"}), "/amount/currency"),
    ] {
        let request = patching(&made.app, &path);
        let problem = made.app.send(request.json(&json!({"amount": amount}))).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
}

async fn who_may_not_see_records_does_not_see_their_kind(engine: Engine) {
    let made = made(engine).await;
    let token =
        made.app.post("/v1/tokens", &json!({"name": "reader", "scopes": ["tickets:read"]})).await.expect(201);
    let token = token["token"].as_str().unwrap().to_owned();
    let read =
        async |path: &str| made.app.send(made.app.request(Method::GET, path).bearer_auth(&token)).await;
    let kinds = read("/v1/kinds").await.expect(200);
    let names: Vec<&str> = kinds["items"].as_array().unwrap().iter().map(name).collect();
    assert_eq!(names, ["ticket", "hand-off", "sla-policy", "calendar"]);
    read("/v1/kinds/ticket").await.expect(200);
    read("/v1/kinds/customer").await.expect(404);
    read("/v1/kinds/nothing").await.expect(404);
}
