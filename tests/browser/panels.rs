//! A plugin's panel on a customer's page: drawn beside the record, its form filled in, in both languages and without
//! scripts.

use serde_json::json;
use support::app::TestApp;
use support::console::PASSWORD;
use support::store::Engine;

use crate::console::{sound, sound_at};
use crate::driver::{Browser, browse};

support::on_both_engines!(
    a_form_on_a_panel_does_what_it_says,
    without_scripts_it_is_a_page_in_the_readers_language,
);

/// A host with the guest that draws panels, an administrator and a customer, whose page it is.
async fn at_work(engine: Engine) -> (TestApp, String) {
    let app = TestApp::start(engine, &[]).await;
    app.person("Ada", "ada@example.com", "administrator").await;
    app.install("tests/visits", &json!({}), &[]).await;
    let customer = app.post("/v1/customers", &json!({"name": "星河物业"})).await.expect(201);
    let path = format!("/records/customer/{}", customer["id"].as_str().unwrap());
    (app, path)
}

async fn sign_in(browser: &Browser, app: &TestApp) {
    browser.open(&app.url("/sign-in")).await;
    browser.fill("[name=email]", "ada@example.com").await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.until("location.pathname !== '/sign-in'", true).await;
}

async fn a_form_on_a_panel_does_what_it_says(engine: Engine) {
    let (app, path) = at_work(engine).await;
    browse(true, async |browser| {
        sign_in(browser, &app).await;
        browser.open(&app.url(&path)).await;
        browser.until_in(".plugin-panel", "Plan a visit").await;
        sound(browser, "panel").await;
        browser.fill("[name=p-purpose]", "空调漏水").await;
        browser.fill("[name=p-minutes]", "0").await;
        browser.eval("document.querySelector('[name=p-visit_on]').value = '2026-02-28'").await;
        browser.click(".plugin-panel .stack button").await;
        browser.until_in(".plugin-panel [role=alert]", "a visit takes a minute at least").await;
        assert_eq!(
            browser.eval("document.querySelector('[name=p-purpose]').value").await,
            "空调漏水",
            "it stays"
        );
        browser.fill("[name=p-minutes]", "30").await;
        browser.choose("[name=p-severity]", "High").await;
        browser.click(".plugin-panel .stack button").await;
        browser.until_in(".plugin-panel table", "2026-02-28").await;
        browser.until("document.querySelectorAll('.plugin-panel .chart rect').length", 1).await;
        let visit = app.get("/v1/records/visit").await["items"][0].clone();
        assert_eq!((&visit["minutes"], &visit["severity"]), (&json!(30), &json!("high")));
        sound(browser, "panel-used").await;
        let alone = browser.eval("document.querySelector('.plugin-panel').getAttribute('hx-get')").await;
        sound_at(browser, &app, alone.as_str().unwrap(), "panel-page").await;
        // It is seen in the record's history, and leads to what it made.
        browser.open(&app.url(&path)).await;
        browser.until_in("#history", "Plugin panel used").await;
        browser.until_in(".plugin-panel ul", "空调漏水").await;
        browser.click(".plugin-panel ul a").await;
        browser.until_in("h1", "空调漏水").await;
        // A panel that breaks down says so in its place.
        browser.open(&app.url(&path)).await;
        browser.until_in(".plugin-panel", "Stop").await;
        browser.click(".plugin-panel .acts button").await;
        browser.until_in(".plugin-panel [role=alert]", "doesn't answer now").await;
        browser.until_in("h1", "星河物业").await;
    })
    .await;
}

async fn without_scripts_it_is_a_page_in_the_readers_language(engine: Engine) {
    let (app, path) = at_work(engine).await;
    browse(false, async |browser| {
        sign_in(browser, &app).await;
        browser.open(&app.url(&path)).await;
        browser.click(".account summary").await;
        browser.click("button[name=language][value=zh-CN]").await;
        browser.until_in(".plugin-panel", "打开").await;
        browser.click(".plugin-panel a").await;
        browser.until_in(".plugin-panel h3", "上门服务").await;
        browser.fill("[name=p-purpose]", "检修").await;
        browser.eval("document.querySelector('[name=p-visit_on]').value = '2026-03-02'").await;
        browser.click(".plugin-panel .stack button").await;
        browser.until_in(".plugin-panel table", "2026-03-02").await;
        browser.click("h1 a").await;
        browser.until_in("#history", "使用了插件面板").await;
    })
    .await;
}
