//! Kinds of records on their page: one is declared, worked with like the host's own, changed and removed.

use serde_json::{Value, json};
use support::app::TestApp;
use support::console::PASSWORD;
use support::store::Engine;

use crate::console::sound_at;
use crate::driver::{Browser, browse};

support::on_both_engines!(a_kind_is_declared_worked_with_changed_and_removed,);

/// A host with an administrator and a customer.
async fn at_work(engine: Engine) -> (TestApp, String) {
    let app = TestApp::start(engine, &[]).await;
    app.person("Ada", "ada@example.com", "administrator").await;
    let customer = app.post("/v1/customers", &json!({"name": "星河物业"})).await.expect(201);
    (app, customer["id"].as_str().unwrap().to_owned())
}

async fn sign_in(browser: &Browser, app: &TestApp) {
    browser.open(&app.url("/sign-in")).await;
    browser.fill("[name=email]", "ada@example.com").await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.until("location.pathname !== '/sign-in'", true).await;
}

/// Opens the form of a field.
async fn unfold(browser: &Browser, place: usize) {
    browser.eval(&format!("document.querySelector('#f{place}').open = true")).await;
}

/// Fills the form of a field.
async fn fill_field(browser: &Browser, place: usize, of: [&str; 4]) {
    unfold(browser, place).await;
    for (part, text) in ["en", "zh", "name"].into_iter().zip(of) {
        browser.fill(&format!("[name=f{place}-{part}]"), text).await;
    }
    browser.choose(&format!("[name=f{place}-type]"), of[3]).await;
}

async fn a_kind_is_declared_worked_with_changed_and_removed(engine: Engine) {
    let (app, customer) = at_work(engine).await;
    browse(true, async |browser| {
        sign_in(browser, &app).await;
        browser.open(&app.url("/kinds")).await;
        browser.until_in("main", "None was declared yet").await;
        browser.click("main a.button").await;
        browser.until_in("h1", "New kind of records").await;
        browser.fill("[name=en]", "Visit").await;
        browser.fill("[name=zh]", "上门服务").await;
        browser.fill("[name=name]", "visit").await;
        browser.fill("[name=f0-en]", "Purpose").await;
        browser.fill("[name=f0-zh]", "事由").await;
        browser.fill("[name=f0-name]", "purpose").await;
        fill_field(browser, 1, ["Customer", "客户", "customer_id", "Another record"]).await;
        browser.choose("[name=f1-relates_to]", "Customer").await;
        fill_field(browser, 2, ["State", "状态", "state", "Choice"]).await;
        // What is missing is said where it is, and what was entered is still there.
        browser.click("#kind button.primary").await;
        browser.until_in("#f2 [role=alert]", "say which words may be chosen").await;
        assert_eq!(browser.eval("document.querySelector('[name=f1-relates_to]').value").await, "customer");
        browser.fill("[name=f2-choices]", "planned, done").await;
        browser.fill("[name=f2-default]", "planned").await;
        fill_field(browser, 3, ["Begins", "开始", "starts_at", "Time"]).await;
        browser.click("#kind button.primary").await;
        browser.until_in("h1", "Visits").await;

        // Its records have the pages that others have.
        browser.open(&app.url("/records/visit/new")).await;
        browser.fill("#field-purpose", "空调检修").await;
        browser.fill("#field-customer_id", "星河物业").await;
        browser.click("#fields button").await;
        browser.until_in("h1", "空调检修").await;
        let visit = app.get("/v1/records/visit").await["items"][0].clone();
        assert_eq!((&visit["customer_id"], &visit["state"]), (&json!(customer), &json!("planned")));
        browser.choose("#field-state", "done").await;
        browser.click("#fields button.primary").await;
        browser.until_in("#history", "planned → done").await;
        browser.open(&app.url(&format!("/records/customer/{customer}"))).await;
        browser.until_in("aside", "空调检修").await;
        app.settle().await;
        browser.open(&app.url("/find?q=%E6%A3%80%E4%BF%AE")).await;
        browser.until_in("main", "空调检修").await;
        browser.open(&app.url("/records/visit?set=1&f.state=done")).await;
        browser.until("document.querySelectorAll('.records tbody tr').length", 1).await;
        browser.open(&app.url("/records/visit?set=1&f.state=planned")).await;
        browser.until("document.querySelectorAll('.records tbody tr').length", 0).await;

        // A field gets another name and keeps its values; another one goes.
        browser.open(&app.url("/kinds/visit")).await;
        unfold(browser, 0).await;
        browser.fill("[name=f0-name]", "reason").await;
        unfold(browser, 3).await;
        browser.click("[name=f3-drop]").await;
        browser.click("#kind button.primary").await;
        browser.until("document.querySelector('[name=version]')?.value > 1", true).await;
        app.until("/v1/kinds/visit", |kind| kind["declared"]["pending"].is_null()).await;
        let visit = app.get("/v1/records/visit").await["items"][0].clone();
        assert_eq!((&visit["reason"], visit.get("starts_at")), (&json!("空调检修"), None::<&Value>));

        // A record goes, and its kind.
        let path = format!("/records/visit/{}", visit["id"].as_str().unwrap());
        browser.open(&app.url(&path)).await;
        browser.click("#remove input[type=checkbox]").await;
        browser.click("#remove button").await;
        browser.until_in("h1", "Visits").await;
        app.post("/v1/records/visit", &json!({"reason": "left"})).await.expect(201);
        browser.open(&app.url("/kinds/visit")).await;
        browser.click("#remove button").await;
        browser.until_in("[role=alert]", "there are records of it").await;
        browser.click("#remove [name=force]").await;
        browser.click("#remove button").await;
        browser.until_in("main", "None was declared yet").await;
        // A browser tells of the two answers that weren't pages as they should be.
        assert_eq!(browser.complaints().await.len(), 2);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_page_of_kinds_is_sound() {
    let (app, customer) = at_work(Engine::Sqlite).await;
    let kind = json!({
        "name": "visit", "en": "Visit", "zh": "上门服务", "title": "purpose", "fields": [
            {"name": "purpose", "type": "text", "en": "Purpose", "zh": "事由", "required": true},
            {"name": "customer_id", "type": "id", "en": "Customer", "zh": "客户", "relates_to": "customer"},
            {"name": "state", "type": "word", "en": "State", "zh": "状态", "choices": ["planned", "done"]},
            {"name": "starts_at", "type": "time", "en": "Begins", "zh": "开始"},
            {"name": "fee", "type": "money", "en": "Fee", "zh": "费用", "class": "financial"},
            {"name": "parts", "type": "texts", "en": "Parts", "zh": "配件"},
        ],
    });
    app.post("/v1/kinds", &kind).await.expect(201);
    let visit = json!({
        "purpose": "空调检修", "customer_id": customer, "state": "done", "starts_at": "2026-02-28T09:30:00Z",
        "fee": {"amount": "120.50", "currency": "CNY"}, "parts": ["compressor"],
    });
    let visit = app.post("/v1/records/visit", &visit).await.expect(201);
    let visit = format!("/records/visit/{}", visit["id"].as_str().unwrap());
    for (language, title) in [("en", "Kinds of records"), ("zh-CN", "记录类型")] {
        browse(true, async |browser| {
            sign_in(browser, &app).await;
            if language != "en" {
                browser.click(".account summary").await;
                browser.click(&format!("[name=language][value={language}]")).await;
                browser.until("document.documentElement.lang", language).await;
            }
            browser.open(&app.url("/kinds")).await;
            browser.until_in("h1", title).await;
            for (name, path) in [
                ("kinds", "/kinds"),
                ("kind", "/kinds/visit"),
                ("new-kind", "/kinds/new"),
                ("visits", "/records/visit"),
                ("visit", visit.as_str()),
                ("new-visit", "/records/visit/new"),
                ("fields-of-visit", "/fields/visit"),
            ] {
                sound_at(browser, &app, path, &format!("{name}-{language}")).await;
            }
            assert_eq!(browser.complaints().await, [""; 0]);
        })
        .await;
    }
}
