//! Kinds of records that a plugin's manifest declares: made with its installation, changed with its versions while ten
//! thousand records come along, kept as long as there are records.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp};
use support::artifacts::{artifact, with_manifest};
use support::on_both_engines;
use support::people::id;
use support::store::Engine;

on_both_engines!(
    a_plugin_keeps_records_of_a_kind_of_its_own,
    ten_thousand_records_come_along_with_a_version_and_nobody_waits,
    a_kind_of_others_is_not_taken,
);

/// The guest's second version: `purpose` is `reason`, `severity` one of three words, `note` gone, `done` new.
fn second() -> Vec<u8> {
    with_manifest(&artifact("tests/visits"), |manifest| {
        manifest["version"] = json!("0.2.0");
        manifest["settings"]["properties"]["title"]["default"] = json!("reason");
        let kind = &mut manifest["kinds"][0];
        kind["title"] = json!("reason");
        let fields = kind["fields"].as_array_mut().unwrap();
        fields.retain(|field| field["name"] != "note");
        fields[0]["name"] = json!("reason");
        fields[0]["was"] = json!("purpose");
        fields[2]["type"] = json!("word");
        fields[2]["choices"] = json!(["low", "middle", "high"]);
        fields.push(json!({"name": "done", "type": "boolean", "en": "Done", "zh": "已完成", "required": true, "default": false}));
    })
}

async fn ticket(app: &TestApp, customer: &str, subject: &str) {
    let new = json!({"customer_id": customer, "subject": subject, "class": "complaint"});
    app.post("/v1/tickets", &new).await.expect(201);
    app.settle().await;
}

async fn a_plugin_keeps_records_of_a_kind_of_its_own(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let installed = app.install("tests/visits", &json!({}), &[]).await;
    let described = app.get("/v1/kinds/visit").await;
    assert_eq!(
        (&described["declared"]["plugin"], &described["titles"]["en"]),
        (&json!("visits"), &json!("Visit"))
    );
    let customer = id(&app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201));
    ticket(&app, &customer, "空调漏水").await;
    let visits = app.get("/v1/records/visit").await;
    let visit = &visits["items"][0];
    assert_eq!(
        (&visit["purpose"], &visit["customer_id"], &visit["visit_on"], &visit["minutes"]),
        (&json!("空调漏水"), &json!(customer), &json!("2026-02-28"), &json!(45)),
        "{visits:#}"
    );
    assert_eq!(visit["source_id"], json!(installed));
    // The second ticket finds the visit of the first, and moves it.
    ticket(&app, &customer, "and the filter").await;
    let visits = app.get("/v1/records/visit").await;
    assert_eq!(visits["items"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&visits["items"][0]["visit_on"], &visits["items"][0]["version"]),
        (&json!("2026-03-01"), &json!(2))
    );
    // People don't change what the plugin declares; it goes when the plugin is gone and there is nothing of it.
    let patch = app.request(Method::PATCH, "/v1/kinds/visit").bearer_auth(ADMIN).header("if-match", "*");
    app.send(patch.json(&json!({"en": "Trip"}))).await.expect(409);
    app.call(Method::DELETE, "/v1/kinds/visit?force=true", None).await.expect(409);
    app.call(Method::DELETE, &format!("/v1/installations/{installed}"), None).await.expect(204);
    assert_eq!(app.get("/v1/records/visit").await["items"].as_array().unwrap().len(), 1, "records stay");
    app.call(Method::DELETE, "/v1/kinds/visit?force=true", None).await.expect(204);
    let again = app.install_as("visits", "visits", &json!({}), &[]).await;
    app.call(Method::DELETE, &format!("/v1/installations/{again}"), None).await.expect(204);
    app.call(Method::GET, "/v1/kinds/visit", None).await.expect(404);
}

async fn ten_thousand_records_come_along_with_a_version_and_nobody_waits(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let installed = app.install("tests/visits", &json!({}), &[]).await;
    let customer = id(&app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201));
    for batch in 0..10 {
        let new = |number: usize| {
            let severity = if number.is_multiple_of(2) { "low" } else { "high" };
            json!({"purpose": format!("visit {number}"), "customer_id": customer, "severity": severity, "minutes": number, "note": "gone soon"})
        };
        let items: Vec<Value> = (batch * 1_000..(batch + 1) * 1_000).map(new).collect();
        app.post("/v1/records/visit/batch", &json!({"items": items})).await.expect(200);
    }
    let odd =
        app.post("/v1/records/visit", &json!({"purpose": "odd", "severity": "unclear"})).await.expect(201);
    app.settle().await;
    app.upload(second()).await.expect(201);
    let upgrade = format!("/v1/installations/{installed}/upgrade");
    // One of ten thousand and one has a value that the new version has no place for.
    let problem = app.post(&upgrade, &json!({})).await.expect(409);
    assert!(problem["detail"].as_str().unwrap().contains(&id(&odd)), "{problem}");
    assert_eq!(app.get("/v1/kinds/visit").await["declared"]["version"], 1);
    app.call(Method::DELETE, &format!("/v1/records/visit/{}", id(&odd)), None).await.expect(204);

    // Meanwhile somebody reads and writes all the time; each request is right in whichever form records are.
    let done = AtomicBool::new(false);
    let work = async {
        let (mut longest, mut requests) = (Duration::ZERO, 0);
        while !done.load(Ordering::Relaxed) {
            let began = Instant::now();
            let made = app.post("/v1/customers", &json!({"name": format!("customer {requests}")})).await;
            assert_eq!(made.status, 201);
            let page = app.get("/v1/records/visit?limit=2&sort=created_at").await;
            let first = &page["items"][0];
            let title = if first.get("reason").is_some() { &first["reason"] } else { &first["purpose"] };
            assert_eq!(title, "visit 0", "{first}");
            longest = longest.max(began.elapsed());
            requests += 1;
        }
        (longest, requests)
    };
    let change = async {
        let upgraded = app.post(&upgrade, &json!({})).await.expect(200);
        assert_eq!(upgraded["version_in_use"], "0.2.0");
        app.until("/v1/kinds/visit", |kind| kind["declared"]["pending"].is_null()).await;
        done.store(true, Ordering::Relaxed);
    };
    let ((longest, requests), ()) = tokio::join!(work, change);
    println!("{requests} pairs of requests while 10,000 records were migrated, the longest took {longest:?}");
    let count = async |filter: &str| {
        let mut found = 0;
        let mut cursor = String::new();
        loop {
            let page = app.get(&format!("/v1/records/visit?limit=500&filter={filter}{cursor}")).await;
            found += page["items"].as_array().unwrap().len();
            match page["next"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return found,
            }
        }
    };
    assert_eq!(count("severity%20%3D%3D%20%22low%22%20%26%26%20!done").await, 5_000);
    assert_eq!(count("reason.startsWith(%22visit%20%22)").await, 10_000);
    // The guest writes by the new names.
    let other = id(&app.post("/v1/customers", &json!({"name": "Tom"})).await.expect(201));
    ticket(&app, &other, "a new one").await;
    assert_eq!(count("reason%20%3D%3D%20%22a%20new%20one%22").await, 1);
    // Back to the version before: names as they were; what is gone is gone.
    let rollback = format!("/v1/installations/{installed}/rollback");
    let back = app.call(Method::POST, &rollback, None).await.expect(200);
    assert_eq!(back["version_in_use"], "0.1.0");
    let visit = &app.get("/v1/records/visit?limit=1&sort=created_at").await["items"][0];
    assert_eq!(
        (&visit["purpose"], &visit["minutes"], &visit["note"]),
        (&json!("visit 0"), &json!(0), &Value::Null)
    );
    app.until("/v1/kinds/visit", |kind| kind["declared"]["pending"].is_null()).await;
    assert_eq!(count("purpose.startsWith(%22visit%20%22)").await, 10_000);
}

async fn a_kind_of_others_is_not_taken(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.post("/v1/kinds", &crate::declared_kinds::visit()).await.expect(201);
    app.upload(artifact("tests/visits")).await.expect(201);
    let new = json!({"plugin": "visits", "name": "visits", "settings": {}});
    let problem = app.post("/v1/installations", &new).await.expect(409);
    assert!(problem["detail"].as_str().unwrap().contains("people here have declared it"), "{problem}");
    assert!(app.get("/v1/installations").await["items"].as_array().unwrap().is_empty());
    // Who may install plugins and not declare kinds doesn't do it by way of a plugin.
    app.call(Method::DELETE, "/v1/kinds/visit", None).await.expect(204);
    let token = json!({"name": "operator", "scopes": ["plugins:read", "plugins:write"]});
    let token = app.post("/v1/tokens", &token).await.expect(201)["token"].as_str().unwrap().to_owned();
    let request = app.request(Method::POST, "/v1/installations").bearer_auth(token).json(&new);
    app.send(request).await.expect(403);
    let unfit = with_manifest(&artifact("tests/visits"), |manifest| {
        manifest["version"] = json!("0.3.0");
        manifest["kinds"][0]["fields"][1]["relates_to"] = json!("nowhere");
    });
    app.upload(unfit).await.expect(201);
    let problem = app.post("/v1/installations", &new).await.expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/fields/1/relates_to", "{problem}");
}
