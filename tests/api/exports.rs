//! Lists as files: the same rows and fields as the caller's lists, to the last of them, and nothing in them that a
//! spreadsheet would run.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp};
use support::on_both_engines;
use support::people::{id, somebody};
use support::store::Engine;

on_both_engines!(
    a_file_has_every_record_of_its_list,
    a_file_is_for_people_too_and_runs_nothing,
    what_cannot_be_given_is_refused_before_anything_is_sent,
    a_file_has_no_more_than_its_callers_lists,
    a_file_ends_with_the_token_that_it_is_taken_with,
);

/// The text of a file.
async fn file(app: &TestApp, token: &str, path: &str) -> String {
    let answer = app.send(app.request(Method::GET, path).bearer_auth(token)).await;
    assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    answer.text
}

/// The rows of a CSV file without quotes in it.
fn rows(text: &str) -> Vec<Vec<String>> {
    let text = text.strip_prefix('\u{feff}').expect("a byte order mark");
    text.split("\r\n")
        .filter(|line| !line.is_empty())
        .map(|line| line.split(',').map(str::to_owned).collect())
        .collect()
}

async fn a_file_has_every_record_of_its_list(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let field = json!({"name": "floor", "value_type": "integer", "en": "Floor", "zh": "楼层"});
    app.post("/v1/kinds/customer/fields", &field).await.expect(201);
    // More than two pages.
    for batch in 0..2 {
        let new = |number: usize| json!({"name": format!("customer {:04}", batch * 600 + number), "custom": {"floor": number}});
        app.post("/v1/customers:batch", &json!({"items": (0..600).map(new).collect::<Vec<_>>()}))
            .await
            .expect(200);
    }
    let path = "/v1/exports/customer?columns=name,custom.floor,stage&sort=name";
    let answer = app.send(app.request(Method::GET, path).bearer_auth(ADMIN)).await;
    assert_eq!(answer.header("content-type"), "text/csv; charset=utf-8");
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"customer.csv\"");
    assert_eq!(answer.header("cache-control"), "no-store");
    let found = rows(&answer.text);
    assert_eq!(found[0], ["name", "custom.floor", "stage"]);
    assert_eq!(found.len(), 1_201);
    for (number, row) in found[1..].iter().enumerate() {
        assert_eq!(row[..2], [format!("customer {number:04}"), (number % 600).to_string()]);
    }
    // Browsers take it packed, to its end.
    let packed = app.request(Method::GET, path).bearer_auth(ADMIN).header("accept-encoding", "gzip");
    let packed = app.send(packed).await;
    assert_eq!((packed.status.as_u16(), packed.header("content-encoding")), (200, "gzip"));
    let narrowed = "/v1/exports/customer?columns=name&sort=-name&filter=custom.floor%20%3E%20597";
    let found = rows(&file(&app, ADMIN, narrowed).await);
    let names: Vec<&str> = found[1..].iter().map(|row| row[0].as_str()).collect();
    assert_eq!(names, ["customer 1199", "customer 1198", "customer 0599", "customer 0598"]);
    let lines =
        file(&app, ADMIN, "/v1/exports/customer?format=ndjson&filter=custom.floor%20%3D%3D%205").await;
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    assert_eq!((&lines[0]["custom.floor"], &lines[0]["kind"]), (&json!(5), &json!("person")));
    assert!(lines[0].get("custom").is_none(), "{}", lines[0]);
    // Who took what stands in the log.
    let log = app.until("/v1/events?type=access.exported&after=1200&limit=500", |log| {
        log["items"].as_array().unwrap().len() == 4
    });
    let event = log.await["items"][2]["data"].clone();
    assert_eq!((&event["kind"], &event["filter"]), (&json!("customer"), &json!("custom.floor > 597")));
}

async fn a_file_is_for_people_too_and_runs_nothing(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let ann =
        id(&app.post("/v1/users", &json!({"name": "Ann", "email": "ann@example.com"})).await.expect(201));
    let formula = json!({"name": "=HYPERLINK(\"http://x\",\"y\")", "owner_id": ann, "tags": ["+1", "b"]});
    app.post("/v1/customers", &formula).await.expect(201);
    let path = "/v1/exports/customer?header=titles&columns=name,owner_id,tags";
    let request = app.request(Method::GET, path).bearer_auth(ADMIN).header("accept-language", "zh-CN");
    let text = app.send(request).await.text;
    let quoted = "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\",Ann,\"'+1, b\"\r\n";
    assert_eq!(text, format!("\u{feff}名称,负责人,标签\r\n{quoted}"));
    // Every kind that has pages can be taken away, and every field of it.
    for kind in [
        "customer",
        "ticket",
        "task",
        "deal",
        "order",
        "partner",
        "partner-user",
        "team",
        "user",
        "sla-policy",
    ] {
        let found = rows(&file(&app, ADMIN, &format!("/v1/exports/{kind}")).await);
        assert_eq!(found[0][0], "id", "{kind}");
    }
}

async fn what_cannot_be_given_is_refused_before_anything_is_sent(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for (query, status) in [
        ("customer?columns=name,nothing", 400),
        ("customer?filter=nothing%20%3D%3D%201", 400),
        ("customer?sort=tags", 400),
        ("customer?format=pdf", 400),
        ("nothing", 404),
        ("attachment", 404),
    ] {
        app.call(Method::GET, &format!("/v1/exports/{query}"), None).await.expect(status);
    }
    assert!(!app.kinds().await.contains(&"access.exported".to_owned()));
}

async fn a_file_has_no_more_than_its_callers_lists(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let may = ["customers:read", "customers:write", "records:export"];
    let own = json!({"customer": {"read": "own", "change": "own"}});
    let ann = somebody(&app, "ann", &may, [own, json!({})]).await;
    let eve = somebody(&app, "eve", &may, [json!({}), json!({"personal": "masked"})]).await;
    let bob = somebody(&app, "bob", &["customers:read"], [json!({}), json!({})]).await;
    app.post("/v1/customers", &json!({"name": "别人的"})).await.expect(201);
    ann.post(&app, "/v1/customers", &json!({"name": "自己的"})).await.expect(201);
    let path = "/v1/exports/customer?columns=name&sort=created_at";
    assert_eq!(rows(&file(&app, &ann.token, path).await), [["name"], ["自己的"]]);
    assert_eq!(
        rows(&file(&app, &eve.token, "/v1/exports/customer?columns=name").await),
        [["name"], ["自**"], ["别**"]]
    );
    bob.call(&app, Method::GET, path, None).await.expect(403);
    eve.call(&app, Method::GET, "/v1/exports/customer?sort=name", None).await.expect(403);
    ann.call(&app, Method::GET, "/v1/exports/ticket", None).await.expect(404);
}

async fn a_file_ends_with_the_token_that_it_is_taken_with(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.post("/v1/kinds", &crate::declared_kinds::visit()).await.expect(201);
    // No word, so that the index of words has little to do with it.
    let note = "€".repeat(10_000);
    for _ in 0..60 {
        let items: Vec<Value> = (0..25).map(|_| json!({"purpose": "long", "note": note})).collect();
        app.post("/v1/records/visit/batch", &json!({"items": items})).await.expect(200);
    }
    let token = json!({"name": "takes", "scopes": ["records:read", "records:export"]});
    let made = app.post("/v1/tokens", &token).await.expect(201);
    let whole = file(&app, ADMIN, "/v1/exports/visit").await.len();
    assert!(whole > 40_000_000, "{whole}");
    let request = app.request(Method::GET, "/v1/exports/visit").bearer_auth(made["token"].as_str().unwrap());
    let mut answer = request.send().await.unwrap();
    let mut taken = answer.chunk().await.unwrap().unwrap().len();
    app.call(Method::DELETE, &format!("/v1/tokens/{}", id(&made)), None).await.expect(204);
    // The token is looked at every two seconds; the client takes nothing meanwhile, so most of the file is still to come.
    tokio::time::sleep(Duration::from_millis(2_100)).await;
    let cut = loop {
        match answer.chunk().await {
            Ok(Some(piece)) => taken += piece.len(),
            Ok(None) => break false,
            Err(_) => break true,
        }
    };
    assert!(cut && taken < whole, "{taken} of {whole} were taken");
}
