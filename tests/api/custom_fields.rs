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
    a_field_goes_with_its_values_for_who_insists,
    lists_are_sorted_by_added_fields_and_read_to_their_end,
    records_are_found_by_their_added_texts,
    an_index_is_made_and_taken_away_on_request,
    plugins_are_granted_added_fields_one_by_one,
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

async fn a_field_goes_with_its_values_for_who_insists(engine: Engine) {
    let (app, customer) = started(engine).await;
    app.post("/v1/kinds/customer/fields", &industry()).await.expect(201);
    add(&app, "site", "text").await;
    let record = format!("/v1/customers/{}", customer.as_str().unwrap());
    patch(&app, &record, &json!({"custom": {"industry": "物流", "site": "苏州"}})).await.expect(200);
    let before = app.get(&record).await;
    let found = async || {
        let words: String = "苏州".bytes().map(|byte| format!("%{byte:02X}")).collect();
        app.get(&format!("/v1/search?q={words}")).await["items"].as_array().unwrap().len()
    };
    assert_eq!(found().await, 1);
    let field = "/v1/kinds/customer/fields/site";
    app.call(Method::DELETE, field, None).await.expect(409);
    app.call(Method::DELETE, &format!("{field}?force=true"), None).await.expect(204);
    let after = app.get(&record).await;
    assert_eq!(after["custom"], json!({"industry": "物流"}));
    assert_eq!(after["version"].as_i64(), before["version"].as_i64().map(|version| version + 1));
    assert_eq!(found().await, 0);
    let log = app.until("/v1/events?type=custom-field.deleted", |log| log["items"][0].is_object()).await;
    assert_eq!(log["items"][0]["data"]["records"], 1, "{log}");
    // One of the same name begins anew.
    add(&app, "site", "integer").await;
    patch(&app, &record, &json!({"custom": {"site": 7}})).await.expect(200);
    assert_eq!(app.get(&record).await["custom"], json!({"industry": "物流", "site": 7}));
}

async fn add(app: &TestApp, name: &str, value_type: &str) {
    let new = json!({"name": name, "value_type": value_type, "en": name, "zh": "字段"});
    app.post("/v1/kinds/customer/fields", &new).await.expect(201);
}

/// The names in a list's order, read in pages of two.
async fn order(app: &TestApp, sort: &str) -> Vec<String> {
    let (mut names, mut next) = (Vec::new(), String::new());
    loop {
        let page = app.get(&format!("/v1/customers?limit=2&sort={sort}{next}")).await;
        let items = page["items"].as_array().unwrap();
        names.extend(items.iter().map(|item| item["name"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(cursor) => next = format!("&cursor={cursor}"),
            None => return names,
        }
    }
}

async fn lists_are_sorted_by_added_fields_and_read_to_their_end(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for (name, value_type) in [
        ("staff", "integer"),
        ("ratio", "number"),
        ("founded", "date"),
        ("listed", "boolean"),
        ("motto", "text"),
    ] {
        add(&app, name, value_type).await;
    }
    for (name, custom) in [
        ("a", json!({"staff": 9, "ratio": 0.1, "founded": "2001-05-01", "listed": true, "motto": "b"})),
        ("b", json!({"staff": 100, "ratio": 0.30000000000000004, "founded": "1999-01-01", "motto": "B"})),
        ("c", json!({"staff": -5, "ratio": 0.3, "founded": "2020-12-31", "listed": false, "motto": "字"})),
        ("d", json!({})),
        ("e", json!({"staff": 9, "ratio": 1e20, "listed": true, "motto": "a"})),
    ] {
        app.post("/v1/customers", &json!({"name": name, "custom": custom})).await.expect(201);
    }
    for (sort, expected) in [
        ("custom.staff,name", "d c a e b"),
        ("-custom.staff,name", "b a e c d"),
        ("custom.ratio", "d a c b e"),
        ("-custom.ratio", "e b c a d"),
        ("custom.founded,name", "d e b a c"),
        ("custom.listed,name", "b d c a e"),
        ("custom.motto", "d b e a c"),
    ] {
        assert_eq!(order(&app, sort).await.join(" "), expected, "{sort}");
    }
    let wrong = app.call(Method::GET, "/v1/customers?sort=custom.nothing", None).await.expect(400);
    assert!(wrong["detail"].as_str().unwrap().contains("custom.nothing"), "{wrong}");
    let wrong = app.call(Method::GET, "/v1/customers?filter=custom.nothing%20==%201", None).await.expect(400);
    assert!(wrong["detail"].as_str().unwrap().contains("custom.staff"), "it says which there are: {wrong}");
    let wrong =
        app.call(Method::GET, "/v1/customers?filter=custom.staff%20==%20%22a%22", None).await.expect(400);
    assert!(wrong["detail"].as_str().unwrap().contains("whole number"), "{wrong}");
}

async fn records_are_found_by_their_added_texts(engine: Engine) {
    let (app, customer) = started(engine).await;
    let found = async |words: &str| {
        let words: String = words.bytes().map(|byte| format!("%{byte:02X}")).collect();
        app.get(&format!("/v1/search?q={words}")).await["items"].as_array().unwrap().len()
    };
    for kind in ["customer", "ticket"] {
        let new = json!({"name": "note", "value_type": "text", "en": "Note", "zh": "备注"});
        app.post(&format!("/v1/kinds/{kind}/fields"), &new).await.expect(201);
    }
    let path = format!("/v1/customers/{}", customer.as_str().unwrap());
    patch(&app, &path, &json!({"custom": {"note": "冷链运输"}})).await.expect(200);
    let new = json!({"customer_id": customer, "subject": "Late", "class": "complaint"});
    let ticket = app.post("/v1/tickets", &new).await.expect(201);
    let path = format!("/v1/tickets/{}", ticket["id"].as_str().unwrap());
    patch(&app, &path, &json!({"custom": {"note": "refrigerated truck"}})).await.expect(200);
    assert_eq!((found("冷链").await, found("truck").await), (1, 1));
    patch(&app, &path, &json!({"custom": {"note": null}})).await.expect(200);
    assert_eq!(found("truck").await, 0);
}

async fn an_index_is_made_and_taken_away_on_request(engine: Engine) {
    let (app, _) = started(engine).await;
    let mut new = industry();
    new["indexed"] = json!(true);
    let made = app.post("/v1/kinds/customer/fields", &new).await.expect(201);
    assert_eq!(made["indexed"], true);
    for (name, value) in [("a", "物流"), ("b", "制造业"), ("c", "物流")] {
        let new = json!({"name": name, "custom": {"industry": value}});
        app.post("/v1/customers", &new).await.expect(201);
    }
    let list = "/v1/customers?filter=custom.industry%20==%20%22%E7%89%A9%E6%B5%81%22";
    assert_eq!(app.get(list).await["items"].as_array().unwrap().len(), 2);
    let field = "/v1/kinds/customer/fields/industry";
    for indexed in [false, true, true] {
        let now = patch(&app, field, &json!({"indexed": indexed})).await.expect(200);
        assert_eq!(now["indexed"], indexed);
        assert_eq!(app.get(list).await["items"].as_array().unwrap().len(), 2);
    }
    let long =
        json!({"name": "story", "value_type": "long-text", "en": "Story", "zh": "故事", "indexed": true});
    let refused = app.post("/v1/kinds/customer/fields", &long).await.expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/indexed");
}

async fn plugins_are_granted_added_fields_one_by_one(engine: Engine) {
    let (app, customer) = started(engine).await;
    app.install("tests/troublemaker", &json!({}), &[("token", "s3cret")]).await;
    let path = format!("/v1/customers/{}", customer.as_str().unwrap());
    let asked = async |from: &str, to: &str, id: &str| {
        let asked = json!({"what": "industry", "from": from, "to": to});
        let request = app.request(Method::POST, &format!("/in/troublemaker/do?{id}"));
        app.send(request.json(&asked)).await
    };
    let unknown = asked("物流", "制造业", "0").await;
    assert_eq!(unknown.status, 400, "no such field was added: {}", unknown.text);
    app.post("/v1/kinds/customer/fields", &industry()).await.expect(201);
    let secret = json!({"name": "secret", "value_type": "text", "en": "Secret", "zh": "机密"});
    app.post("/v1/kinds/customer/fields", &secret).await.expect(201);
    patch(&app, &path, &json!({"custom": {"industry": "物流", "secret": "s"}})).await.expect(200);
    asked("物流", "制造业", "1").await.expect(200);
    let industry = |record: &Value| record["custom"]["industry"] == "制造业";
    let record = app.until(&path, industry).await;
    assert_eq!(record["custom"], json!({"industry": "制造业", "secret": "s"}));
    let refused = asked("制造业", "农业", "2").await;
    assert_ne!(refused.status, 200, "a plugin's values are held against the type, too");
    assert_eq!(app.get(&path).await["custom"]["industry"], "制造业");
}
