//! Fields that a company adds to a kind of records: their types hold on every write, conditions name them, and none goes
//! while records have values of it.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    an_added_field_is_where_its_kind_is,
    a_value_that_does_not_fit_is_refused_at_its_place,
    a_field_that_cannot_be_added_is_refused,
    a_field_in_use_is_neither_narrowed_nor_removed,
);

const KINDS: &[(&str, &str)] =
    &[("customer", "customers"), ("ticket", "tickets"), ("task", "tasks"), ("deal", "deals")];

async fn patch(app: &TestApp, path: &str, body: &Value) -> support::app::Answer {
    let request = app.request(Method::PATCH, path).bearer_auth(ADMIN).header("if-match", "*");
    app.send(request.json(body)).await
}

fn industry() -> Value {
    json!({"name": "industry", "value_type": "word", "en": "Industry", "zh": "行业", "choices": ["制造业", "物流"]})
}

async fn started(engine: Engine) -> (TestApp, Value) {
    let app = TestApp::start(engine, &[]).await;
    let stages = json!([{"name": "New", "probability": 20}]);
    app.post("/v1/pipelines", &json!({"name": "Own", "kind": "sales", "stages": stages})).await.expect(201);
    let customer = app.post("/v1/customers", &json!({"name": "星河物业"})).await.expect(201)["id"].clone();
    (app, customer)
}

async fn an_added_field_is_where_its_kind_is(engine: Engine) {
    let (app, customer) = started(engine).await;
    for (kind, list) in KINDS {
        let added = app.post(&format!("/v1/kinds/{kind}/fields"), &industry()).await.expect(201);
        assert_eq!((&added["kind"], &added["name"]), (&json!(kind), &json!("industry")));
        let described = app.get(&format!("/v1/kinds/{kind}")).await;
        let field = described["fields"].as_array().unwrap().last().unwrap();
        assert_eq!(field["name"], "custom.industry");
        assert_eq!(
            (&field["titles"], &field["words"]),
            (&json!({"en": "Industry", "zh-CN": "行业"}), &added["choices"])
        );

        let mut new = match *kind {
            "customer" => json!({"name": "王芳"}),
            "ticket" => json!({"customer_id": customer, "subject": "Late", "class": "complaint"}),
            "task" => json!({"title": "上门"}),
            _ => json!({"customer_id": customer, "name": "20 desks"}),
        };
        new["custom"] = json!({"industry": "物流"});
        let made = app.post(&format!("/v1/{list}"), &new).await.expect(201);
        assert_eq!(made["custom"], json!({"industry": "物流"}), "{kind}");
        let found = async |value: &str| {
            let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
            let path = format!("/v1/{list}?filter=custom.industry%20==%20%22{value}%22");
            app.get(&path).await["items"].as_array().unwrap().len()
        };
        assert_eq!((found("物流").await, found("制造业").await), (1, 0), "{kind}");
        let path = format!("/v1/{list}/{}", made["id"].as_str().unwrap());
        let changed = patch(&app, &path, &json!({"custom": {"industry": "制造业"}})).await.expect(200);
        assert_eq!(changed["custom"], json!({"industry": "制造业"}));
        assert_eq!((found("物流").await, found("制造业").await), (0, 1), "{kind}");
        let cleared = patch(&app, &path, &json!({"custom": {"industry": null}})).await.expect(200);
        assert_eq!((&cleared["custom"], found("制造业").await), (&json!({}), 0));
    }
    let wanted = |log: &Value| {
        let events = log["items"].as_array().unwrap().clone();
        events.into_iter().find(|event| event["type"] == "customer.updated")
    };
    let log =
        app.until("/v1/events?type=customer.updated,custom-field.created", |log| wanted(log).is_some()).await;
    let expected = json!({"custom": {"old": {"industry": "物流"}, "new": {"industry": "制造业"}}});
    assert_eq!(wanted(&log).unwrap()["data"], expected);
}

async fn a_value_that_does_not_fit_is_refused_at_its_place(engine: Engine) {
    let (app, customer) = started(engine).await;
    let path = format!("/v1/customers/{}", customer.as_str().unwrap());
    app.post("/v1/kinds/customer/fields", &industry()).await.expect(201);
    for (name, value_type, right, wrong) in [
        ("note", "text", json!("a"), json!(1)),
        ("story", "long-text", json!("字".repeat(10_000)), json!("字".repeat(10_001))),
        ("listed", "boolean", json!(false), json!("no")),
        ("staff", "integer", json!(12), json!(12.5)),
        ("ratio", "number", json!(0.5), json!("0.5")),
        ("founded", "date", json!("1999-02-28"), json!("1999-02-29")),
        ("industry", "word", json!("物流"), json!("农业")),
    ] {
        if name != "industry" {
            let new = json!({"name": name, "value_type": value_type, "en": name, "zh": "字段"});
            app.post("/v1/kinds/customer/fields", &new).await.expect(201);
        }
        let kept = patch(&app, &path, &json!({"custom": { (name): right }})).await.expect(200);
        assert_eq!(kept["custom"][name], right);
        let problem = patch(&app, &path, &json!({"custom": { (name): wrong }})).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], format!("/custom/{name}"), "{problem}");
        assert_eq!(app.get(&path).await["custom"][name], right);
    }
    let problem = patch(&app, &path, &json!({"custom": {"nothing": 1}})).await.expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/custom/nothing", "{problem}");
    let counted =
        app.get("/v1/customers?filter=custom.staff%20%3E%2011%20%26%26%20custom.listed%20==%20false").await;
    assert_eq!(counted["items"].as_array().unwrap().len(), 1);
}

async fn a_field_that_cannot_be_added_is_refused(engine: Engine) {
    let (app, _) = started(engine).await;
    let with = |changes: &[(&str, Value)]| {
        let mut new = industry();
        for (name, value) in changes {
            new[*name] = value.clone();
        }
        new
    };
    for (new, pointer) in [
        (with(&[("name", json!("In dustry"))]), "/name"),
        (with(&[("name", json!(""))]), "/name"),
        (with(&[("zh", json!(" "))]), "/zh"),
        (with(&[("choices", json!([]))]), "/choices"),
        (with(&[("value_type", json!("text"))]), "/choices"),
    ] {
        let problem = app.post("/v1/kinds/customer/fields", &new).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    app.post("/v1/kinds/customer/fields", &with(&[("value_type", json!("colour"))])).await.expect(400);
    app.post("/v1/kinds/customer/fields", &industry()).await.expect(201);
    app.post("/v1/kinds/customer/fields", &industry()).await.expect(409);
    app.post("/v1/kinds/identity/fields", &industry()).await.expect(409);
    app.post("/v1/kinds/nothing/fields", &industry()).await.expect(404);
    let token =
        app.post("/v1/tokens", &json!({"name": "t", "scopes": ["customers:write"]})).await.expect(201);
    let request =
        app.request(Method::POST, "/v1/kinds/customer/fields").bearer_auth(token["token"].as_str().unwrap());
    app.send(request.json(&with(&[("name", json!("other"))]))).await.expect(403);
}

async fn a_field_in_use_is_neither_narrowed_nor_removed(engine: Engine) {
    let (app, customer) = started(engine).await;
    app.post("/v1/kinds/customer/fields", &industry()).await.expect(201);
    let record = format!("/v1/customers/{}", customer.as_str().unwrap());
    patch(&app, &record, &json!({"custom": {"industry": "物流"}})).await.expect(200);
    let field = "/v1/kinds/customer/fields/industry";
    let refused = patch(&app, field, &json!({"choices": ["制造业"]})).await.expect(409);
    assert!(refused["detail"].as_str().unwrap().contains("1 records have the choice"), "{refused}");
    let refused = app.call(Method::DELETE, field, None).await.expect(409);
    assert!(refused["detail"].as_str().unwrap().contains("has(custom.industry)"), "{refused}");
    let wider = patch(&app, field, &json!({"choices": ["物流", "农业"], "zh": "所属行业"})).await.expect(200);
    assert_eq!((&wider["zh"], wider["version"].as_i64()), (&json!("所属行业"), Some(2)));
    patch(&app, &record, &json!({"custom": {"industry": null}})).await.expect(200);
    app.call(Method::DELETE, field, None).await.expect(204);
    app.call(Method::DELETE, field, None).await.expect(404);
    patch(&app, &record, &json!({"custom": {"industry": "物流"}})).await.expect(422);
    assert_eq!(app.get("/v1/kinds/customer/fields").await["items"], json!([]));
}
