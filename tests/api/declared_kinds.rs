//! Kinds of records that an administrator declares: they have what a kind of the host's own has, their records keep to
//! what was said, and a change of the kind brings them along without a pause.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, Answer, TestApp};
use support::on_both_engines;
use support::people::{Person, id, somebody};
use support::store::Engine;

on_both_engines!(
    a_declared_kind_has_what_a_kind_of_the_hosts_own_has,
    every_type_of_field_is_asked_for_and_sorted_by,
    what_does_not_fit_is_refused_at_its_place,
    a_kind_that_cannot_be_declared_is_refused,
    who_may_see_and_do_what_is_said_by_roles,
    what_is_masked_is_told_nowhere,
    a_kind_goes_when_nothing_needs_it,
    fields_are_added_to_a_declared_kind_too,
);

/// A visit at a customer's.
pub fn visit() -> Value {
    json!({
        "name": "visit", "en": "Visit", "zh": "上门服务", "help": "An engineer's appointment.", "title": "purpose",
        "fields": [
            {"name": "purpose", "type": "text", "en": "Purpose", "zh": "事由", "required": true},
            {"name": "customer_id", "type": "id", "en": "Customer", "zh": "客户", "relates_to": "customer"},
            {"name": "visit_on", "type": "date", "en": "Day", "zh": "日期", "indexed": true},
            {"name": "starts_at", "type": "time", "en": "Begins", "zh": "开始"},
            {"name": "state", "type": "word", "en": "State", "zh": "状态", "choices": ["planned", "done"], "default": "planned"},
            {"name": "minutes", "type": "integer", "en": "Minutes", "zh": "分钟"},
            {"name": "rating", "type": "number", "en": "Rating", "zh": "评分"},
            {"name": "paid", "type": "boolean", "en": "Paid", "zh": "已付"},
            {"name": "fee", "type": "money", "en": "Fee", "zh": "费用", "class": "financial"},
            {"name": "parts", "type": "texts", "en": "Parts", "zh": "配件"},
            {"name": "note", "type": "long-text", "en": "Note", "zh": "备注"},
        ],
    })
}

/// A visit with all fields.
pub fn full(customer: &str) -> Value {
    json!({
        "purpose": "空调检修", "customer_id": customer, "visit_on": "2026-02-28", "starts_at": "2026-02-28T09:30:00Z",
        "state": "done", "minutes": 45, "rating": 4.5, "paid": true, "fee": {"amount": "120.50", "currency": "CNY"},
        "parts": ["compressor", "filter"], "note": "Ring twice.",
    })
}

pub async fn change(app: &TestApp, path: &str, body: &Value) -> Answer {
    let request = app.request(Method::PATCH, path).bearer_auth(ADMIN).header("if-match", "*");
    app.send(request.json(body)).await
}

pub async fn started(engine: Engine) -> (TestApp, String) {
    let app = TestApp::start(engine, &[]).await;
    app.post("/v1/kinds", &visit()).await.expect(201);
    let customer = id(&app.post("/v1/customers", &json!({"name": "星河物业"})).await.expect(201));
    (app, customer)
}

/// What a list of visits has under a condition.
pub async fn found(app: &TestApp, filter: &str) -> Vec<String> {
    let encoded: String = filter.bytes().map(|byte| format!("%{byte:02X}")).collect();
    let list = app.get(&format!("/v1/records/visit?filter={encoded}")).await;
    list["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|visit| visit["purpose"].as_str().unwrap().to_owned())
        .collect()
}

async fn a_declared_kind_has_what_a_kind_of_the_hosts_own_has(engine: Engine) {
    let (app, customer) = started(engine).await;
    let described = app.get("/v1/kinds/visit").await;
    assert_eq!(
        (&described["titles"]["zh-CN"], &described["title_field"]),
        (&json!("上门服务"), &json!("purpose"))
    );
    let names: Vec<&str> =
        described["fields"].as_array().unwrap().iter().map(|field| field["name"].as_str().unwrap()).collect();
    assert_eq!(names[..3], ["id", "purpose", "customer_id"]);
    assert!(names.contains(&"owner_id") && names.contains(&"custom"), "{names:?}");
    let kinds = app.get("/v1/kinds").await;
    assert!(kinds["items"].as_array().unwrap().iter().any(|kind| kind["name"] == "visit"));

    let made = app.post("/v1/records/visit", &full(&customer)).await;
    let path = made.header("location").to_owned();
    assert_eq!(made.header("etag"), "\"1\"");
    let made = made.expect(201);
    assert_eq!(path, format!("/v1/records/visit/{}", id(&made)));
    for (name, value) in full(&customer).as_object().unwrap() {
        assert_eq!(&made[name], value, "{name}");
    }
    assert_eq!(app.get(&path).await, made);
    // Nothing said of a field is as the kind says.
    let plain = app.post("/v1/records/visit", &json!({"purpose": "量尺寸"})).await.expect(201);
    assert_eq!((&plain["state"], &plain["fee"]), (&json!("planned"), &Value::Null));

    let stale = app.request(Method::PATCH, &path).bearer_auth(ADMIN).header("if-match", "\"7\"");
    app.send(stale.json(&json!({"minutes": 60}))).await.expect(412);
    let changed = change(&app, &path, &json!({"minutes": 60, "note": null})).await.expect(200);
    assert_eq!(
        (&changed["minutes"], &changed["note"], &changed["version"]),
        (&json!(60), &Value::Null, &json!(2))
    );

    // What happened stands in its history, in the log, and on its customer's timeline.
    let history = app.get(&format!("{path}/history")).await;
    let types: Vec<&Value> =
        history["items"].as_array().unwrap().iter().map(|event| &event["kind"]).collect();
    assert_eq!(types, [&json!("visit.created"), &json!("visit.updated")]);
    let expected = json!({"minutes": {"old": 45, "new": 60}, "note": {"old": "Ring twice.", "new": null}});
    assert_eq!(history["items"][1]["data"], expected);
    let of = |log: &Value| log["items"].as_array().unwrap().len();
    app.until("/v1/events?type=visit.updated", |log| of(log) == 1).await;
    let timeline = app.get(&format!("/v1/customers/{customer}/timeline")).await;
    assert!(timeline.to_string().contains("visit.created"), "{timeline:#}");

    // It is found by its words, and the same request twice is one record.
    app.until("/v1/search?q=compressor", |hits| {
        hits["items"]
            .as_array()
            .unwrap()
            .iter()
            .any(|hit| hit["record_kind"] == "visit" && hit["title"] == "空调检修")
    })
    .await;
    let listed = app.get("/v1/records/visit?q=%E6%A3%80%E4%BF%AE").await;
    assert_eq!(of(&listed), 1);
    let twice = async || {
        let request = app
            .request(Method::POST, "/v1/records/visit")
            .bearer_auth(ADMIN)
            .header("idempotency-key", "one");
        app.send(request.json(&json!({"purpose": "once"}))).await.expect(201)
    };
    assert_eq!(id(&twice().await), id(&twice().await));

    app.call(Method::DELETE, &path, None).await.expect(204);
    app.call(Method::GET, &path, None).await.expect(404);
    app.call(Method::GET, &format!("/v1/records/visit/{customer}"), None).await.expect(404);
    app.call(Method::GET, "/v1/records/customer", None).await.expect(404);
    app.until("/v1/search?q=compressor", |hits| of(hits) == 0).await;
}

async fn every_type_of_field_is_asked_for_and_sorted_by(engine: Engine) {
    let (app, customer) = started(engine).await;
    app.post("/v1/records/visit", &full(&customer)).await.expect(201);
    let other = json!({
        "purpose": "b", "visit_on": "2026-01-31", "starts_at": "2026-01-31T08:00:00Z", "minutes": -5, "rating": 0.1,
        "paid": false, "fee": {"amount": "7", "currency": "EUR"}, "parts": ["filter"],
    });
    app.post("/v1/records/visit", &other).await.expect(201);
    app.post("/v1/records/visit", &json!({"purpose": "none"})).await.expect(201);
    let is_customer = format!("customer_id == \"{customer}\"");
    for (filter, expected) in [
        ("purpose == \"b\"", vec!["b"]),
        (is_customer.as_str(), vec!["空调检修"]),
        ("has(visit.customer_id)", vec!["空调检修"]),
        ("visit_on < \"2026-02-01\"", vec!["b"]),
        ("starts_at > timestamp(\"2026-02-01T00:00:00Z\")", vec!["空调检修"]),
        ("starts_at + duration(\"1h\") < timestamp(\"2026-02-01T00:00:00Z\")", vec!["b"]),
        ("state == \"planned\"", vec!["none", "b"]),
        ("minutes < 0", vec!["b"]),
        ("minutes != 45", vec!["none", "b"]),
        ("rating >= 0.1 && rating < 1", vec!["b"]),
        ("paid", vec!["空调检修"]),
        ("!paid", vec!["none", "b"]),
        ("fee > 100", vec!["空调检修"]),
        ("fee_currency == \"EUR\"", vec!["b"]),
        ("\"compressor\" in parts", vec!["空调检修"]),
        ("!(\"filter\" in parts)", vec!["none"]),
        ("size(parts) == 1", vec!["b"]),
        ("note.contains(\"twice\")", vec!["空调检修"]),
        ("owner_id == null && version == 1", vec!["none", "b", "空调检修"]),
    ] {
        assert_eq!(found(&app, filter).await, expected, "{filter}");
    }
    for (sort, expected) in [
        ("purpose", ["b", "none", "空调检修"]),
        ("visit_on", ["none", "b", "空调检修"]),
        ("-starts_at", ["空调检修", "b", "none"]),
        ("-minutes", ["空调检修", "b", "none"]),
        ("rating", ["none", "b", "空调检修"]),
        ("fee", ["none", "b", "空调检修"]),
        ("-state,purpose", ["b", "none", "空调检修"]),
        ("-created_at", ["none", "b", "空调检修"]),
    ] {
        // One a page, so that each cursor is read again.
        let mut names = Vec::new();
        let mut cursor = String::new();
        loop {
            let page = app.get(&format!("/v1/records/visit?limit=1&sort={sort}{cursor}")).await;
            names.extend(
                page["items"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|visit| visit["purpose"].as_str().unwrap().to_owned()),
            );
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => break,
            }
        }
        assert_eq!(names, expected, "{sort}");
    }
    for (query, status) in
        [("filter=nothing%20%3D%3D%201", 400), ("sort=parts", 400), ("filter=state%20%3D%3D%20%22x%22", 400)]
    {
        app.call(Method::GET, &format!("/v1/records/visit?{query}"), None).await.expect(status);
    }
}

async fn what_does_not_fit_is_refused_at_its_place(engine: Engine) {
    let (app, customer) = started(engine).await;
    let made = app.post("/v1/records/visit", &full(&customer)).await.expect(201);
    let path = format!("/v1/records/visit/{}", id(&made));
    let nowhere = "019b8a3e-0000-7000-8000-0000000000ff";
    for (name, wrong, pointer) in [
        ("purpose", Value::Null, "/purpose"),
        ("purpose", json!("  "), "/purpose"),
        ("purpose", json!("字".repeat(201)), "/purpose"),
        ("customer_id", json!(nowhere), "/customer_id"),
        ("customer_id", json!("one"), "/customer_id"),
        ("visit_on", json!("2026-02-30"), "/visit_on"),
        ("starts_at", json!("tomorrow"), "/starts_at"),
        ("state", json!("lost"), "/state"),
        ("minutes", json!(4.5), "/minutes"),
        ("rating", json!("4"), "/rating"),
        ("paid", json!("yes"), "/paid"),
        ("fee", json!({"amount": "1.234", "currency": "CNY"}), "/fee"),
        ("parts", json!(["a", "a"]), "/parts"),
        ("note", json!(5), "/note"),
        ("other", json!(5), "/other"),
        ("id", json!(nowhere), "/id"),
        ("version", json!(9), "/version"),
        ("owner_id", json!(nowhere), "/owner_id"),
        ("team_id", json!(5), "/team_id"),
        ("custom", json!({"nothing": 1}), "/custom/nothing"),
    ] {
        let problem = change(&app, &path, &json!({ (name): wrong })).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{name} {wrong}: {problem}");
    }
    assert_eq!(app.get(&path).await, made, "nothing was changed");
    let problem = app.post("/v1/records/visit", &json!({"minutes": "long", "other": 1})).await.expect(422);
    let pointers: Vec<&Value> =
        problem["errors"].as_array().unwrap().iter().map(|fault| &fault["pointer"]).collect();
    assert_eq!(pointers, ["/minutes", "/other", "/purpose"], "{problem}");
    app.post("/v1/records/nothing", &json!({})).await.expect(404);
    let batch = json!({"items": [{"purpose": "one"}, {"minutes": 1}, {"purpose": "three"}]});
    let outcomes = app.post("/v1/records/visit/batch", &batch).await.expect(200);
    let statuses: Vec<&Value> =
        outcomes["items"].as_array().unwrap().iter().map(|one| &one["status"]).collect();
    assert_eq!(statuses, [&json!(201), &json!(422), &json!(201)]);
}

async fn a_kind_that_cannot_be_declared_is_refused(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let with = |pointer: &str, value: Value| {
        let mut kind = visit();
        *kind.pointer_mut(pointer).unwrap_or_else(|| panic!("{pointer}")) = value;
        kind
    };
    for (at, value, pointer) in [
        ("/name", json!("customer"), "/name"),
        ("/name", json!("Visit"), "/name"),
        ("/name", json!("token"), "/name"),
        ("/title", json!("minutes"), "/title"),
        ("/title", json!("nothing"), "/title"),
        ("/fields/1/name", json!("owner_id"), "/fields/1/name"),
        ("/fields/1/name", json!("purpose"), "/fields/1/name"),
        ("/fields/1/relates_to", json!("nowhere"), "/fields/1/relates_to"),
        ("/fields/1/relates_to", json!("attachment"), "/fields/1/relates_to"),
        ("/fields/4/choices", json!([]), "/fields/4/choices"),
        ("/fields/4/default", json!("lost"), "/fields/4/default"),
        ("/fields/2/en", json!(" "), "/fields/2/en"),
        ("/fields", json!([]), "/title"),
        ("/en", json!(""), "/en"),
    ] {
        let problem = app.post("/v1/kinds", &with(at, value.clone())).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{at} {value}: {problem}");
    }
    app.post("/v1/kinds", &with("/fields/0/type", json!("picture"))).await.expect(400);
    app.post("/v1/kinds", &visit()).await.expect(201);
    app.post("/v1/kinds", &visit()).await.expect(409);
    // A kind of the host's own stays what it is.
    change(&app, "/v1/kinds/customer", &json!({"en": "Client"})).await.expect(404);
    app.call(Method::DELETE, "/v1/kinds/customer", None).await.expect(404);
}

async fn who_may_see_and_do_what_is_said_by_roles(engine: Engine) {
    let (app, customer) = started(engine).await;
    let both = ["records:read", "records:write", "customers:read", "users:read"];
    let own = json!({"visit": {"read": "own", "change": "own"}});
    let seeing = json!({"visit": {"read": "all", "change": "own"}});
    let none = json!({"visit": {"read": "none", "change": "none"}});
    let ann = somebody(&app, "ann", &both, [own.clone(), json!({})]).await;
    let bob = somebody(&app, "bob", &both, [seeing, json!({})]).await;
    let cid = somebody(&app, "cid", &both, [none, json!({})]).await;
    let dan = somebody(&app, "dan", &["customers:read"], [json!({}), json!({})]).await;
    let of_ann = ann.post(&app, "/v1/records/visit", &json!({"purpose": "hers"})).await.expect(201);
    assert_eq!(of_ann["owner_id"], ann.id, "who wouldn't see it else has it");
    let others = app.post("/v1/records/visit", &full(&customer)).await.expect(201);
    let path = |record: &Value| format!("/v1/records/visit/{}", id(record));
    let status = async |person: &Person, method: Method, path: &str, body: Option<&Value>| {
        person.call(&app, method, path, body).await.status.as_u16()
    };
    let change = json!({"minutes": 1});
    for (person, sees, changes) in [(&ann, 404, 404), (&bob, 200, 403), (&cid, 404, 404), (&dan, 403, 403)] {
        assert_eq!(status(person, Method::GET, &path(&others), None).await, sees);
        assert_eq!(status(person, Method::PATCH, &path(&others), Some(&change)).await, changes);
        assert_eq!(status(person, Method::DELETE, &path(&others), None).await, changes);
    }
    let listed = async |person: &Person| {
        person.get(&app, "/v1/records/visit").await["items"].as_array().unwrap().len()
    };
    assert_eq!((listed(&ann).await, listed(&bob).await, listed(&cid).await), (1, 2, 0));
    let hits = async |person: &Person| {
        person.get(&app, "/v1/search?q=compressor").await["items"].as_array().unwrap().len()
    };
    app.settle().await;
    assert_eq!((hits(&ann).await, hits(&bob).await, hits(&dan).await), (0, 1, 0));
    // A kind that is declared later is all of theirs, as long as no role says otherwise.
    let mut second = visit();
    second["name"] = json!("inspection");
    app.post("/v1/kinds", &second).await.expect(201);
    app.post("/v1/records/inspection", &json!({"purpose": "roof"})).await.expect(201);
    let listed = cid.get(&app, "/v1/records/inspection").await;
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    // A role names kinds that there are.
    let role =
        json!({"name": "odd", "permissions": [], "reach": {"nothing": {"read": "own", "change": "own"}}});
    let problem = app.post("/v1/roles", &role).await.expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/reach/nothing", "{problem}");
    // Nobody declares kinds by the way.
    dan.call(&app, Method::POST, "/v1/kinds", Some(&visit())).await.expect(403);
    app.call(Method::DELETE, "/v1/kinds/visit?force=true", None).await.expect(204);
    assert_eq!(status(&bob, Method::GET, "/v1/records/visit", None).await, 404);
}

async fn what_is_masked_is_told_nowhere(engine: Engine) {
    let (app, customer) = started(engine).await;
    let may = [
        "records:read",
        "records:write",
        "records:unmask",
        "events:read",
        "customers:read",
        "tickets:read",
        "conversations:read",
    ];
    let eve = somebody(&app, "eve", &may, [json!({}), json!({"financial": "hidden"})]).await;
    let made = app.post("/v1/records/visit", &full(&customer)).await.expect(201);
    let path = format!("/v1/records/visit/{}", id(&made));
    let raised = json!({"fee": {"amount": "121.75", "currency": "CNY"}});
    change(&app, &path, &raised).await.expect(200);
    app.settle().await;
    for address in [
        path.clone(),
        "/v1/records/visit".to_owned(),
        format!("{path}/history"),
        "/v1/events?limit=500".to_owned(),
        format!("/v1/customers/{customer}/timeline"),
    ] {
        let told = eve.get(&app, &address).await.to_string();
        assert!(
            !told.contains("120.5") && !told.contains("121.75") && !told.contains("12175"),
            "{address}: {told}"
        );
    }
    assert!(eve.get(&app, &path).await["fee"].is_null());
    for asked in ["filter=fee%20%3E%20100", "sort=fee", "filter=fee_currency%20%3D%3D%20%22CNY%22"] {
        eve.call(&app, Method::GET, &format!("/v1/records/visit?{asked}"), None).await.expect(403);
    }
    eve.call(&app, Method::PATCH, &path, Some(&raised)).await.expect(403);
    let asked = json!({"fields": ["fee"], "purpose": "the bill came back"});
    let shown = eve.post(&app, &format!("{path}/unmask"), &asked).await.expect(200);
    assert_eq!(shown["fields"]["fee"]["amount"], "121.75");
    app.until("/v1/events?type=visit.unmasked", |log| !log["items"].as_array().unwrap().is_empty()).await;
}

async fn a_kind_goes_when_nothing_needs_it(engine: Engine) {
    let (app, _) = started(engine).await;
    let made = app.post("/v1/records/visit", &json!({"purpose": "one"})).await.expect(201);
    let report = json!({
        "name": "report", "en": "Report", "zh": "报告", "title": "name", "fields": [
            {"name": "name", "type": "text", "en": "Name", "zh": "名称", "required": true},
            {"name": "visit_id", "type": "id", "en": "Visit", "zh": "上门", "relates_to": "visit"},
        ],
    });
    app.post("/v1/kinds", &report).await.expect(201);
    let reported =
        app.post("/v1/records/report", &json!({"name": "r", "visit_id": id(&made)})).await.expect(201);
    assert_eq!(reported["visit_id"], made["id"]);
    app.call(Method::DELETE, "/v1/kinds/visit", None).await.expect(409);
    let problem = app.call(Method::DELETE, "/v1/kinds/visit?force=true", None).await.expect(409);
    assert!(problem["detail"].as_str().unwrap().contains("report"), "{problem}");
    app.call(Method::DELETE, "/v1/kinds/report?force=true", None).await.expect(204);
    app.call(Method::DELETE, "/v1/kinds/visit?force=true", None).await.expect(204);
    app.call(Method::GET, "/v1/records/visit", None).await.expect(404);
    app.call(Method::GET, "/v1/kinds/visit", None).await.expect(404);
    // The name is free again, and nothing of before is there.
    app.post("/v1/kinds", &visit()).await.expect(201);
    assert!(app.get("/v1/records/visit").await["items"].as_array().unwrap().is_empty());
}

async fn fields_are_added_to_a_declared_kind_too(engine: Engine) {
    let (app, _) = started(engine).await;
    let field =
        json!({"name": "floor", "value_type": "integer", "en": "Floor", "zh": "楼层", "indexed": true});
    app.post("/v1/kinds/visit/fields", &field).await.expect(201);
    let made =
        app.post("/v1/records/visit", &json!({"purpose": "lift", "custom": {"floor": 7}})).await.expect(201);
    assert_eq!(made["custom"], json!({"floor": 7}));
    assert_eq!(found(&app, "custom.floor > 6").await, ["lift"]);
    let path = format!("/v1/records/visit/{}", id(&made));
    let problem = change(&app, &path, &json!({"custom": {"floor": "top"}})).await.expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/custom/floor");
    app.call(Method::DELETE, "/v1/kinds/visit/fields/floor", None).await.expect(409);
    change(&app, &path, &json!({"custom": {"floor": null}})).await.expect(200);
    app.call(Method::DELETE, "/v1/kinds/visit/fields/floor", None).await.expect(204);
}
