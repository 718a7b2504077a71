//! What an operator sees of a fresh server, and what agents do when a reply didn't arrive or can't go by the same channel.

use hospes::plugins::egress::relay::RelaySettings;
use serde_json::json;
use support::app::TestApp;
use support::bot_api::Failure;
use support::company::{SECRET, company, message};
use support::console::PASSWORD;
use support::store::Engine;

use crate::driver::{Browser, browse};

support::on_both_engines!(
    a_reply_that_failed_is_sent_again_from_its_page,
    a_form_is_answered_by_mail_on_its_page,
    an_administrator_is_led_on_a_fresh_server,
);

async fn sign_in(browser: &Browser, app: &TestApp, email: &str) {
    browser.open(&app.url("/sign-in")).await;
    browser.fill("[name=email]", email).await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.until("location.pathname", "/inbox").await;
}

async fn a_reply_that_failed_is_sent_again_from_its_page(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    app.let_in(&company.li).await;
    company.deliver(&message(1, 42, "小王", "zh-hans", "净水器漏电了，我要投诉！")).await.expect(200);
    let tickets = app.until("/v1/tickets", |list| !list["items"][0]["assignee_id"].is_null()).await;
    let path = format!("/tickets/{}", tickets["items"][0]["id"].as_str().unwrap());
    company.bot.fail_next(Failure::Blocked);
    browse(true, async |browser| {
        sign_in(browser, app, "li@example.com").await;
        browser.open(&app.url(&path)).await;
        browser.fill(".reply textarea", "我们马上处理。").await;
        browser.click(".reply button").await;
        browser.until_in("#messages", "发送失败").await;
        let shown = browser.text("#messages").await;
        assert!(!shown.as_str().unwrap().contains("hospes"), "{shown}");
        browser.until_in("#messages", "重新发送").await;
        assert_eq!(browser.axe().await, [""; 0]);
        app.clock.advance_millis(2_000);
        browser.click("#messages .again button").await;
        browser.until_in("#messages", "已发送").await;
        browser.until("document.querySelector('#messages .again')", serde_json::Value::Null).await;
        assert_eq!(company.bot.wait_for(1).await[0].text, "我们马上处理。");
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}

async fn a_form_is_answered_by_mail_on_its_page(engine: Engine) {
    let mails = tempfile::TempDir::new().unwrap();
    let app = TestApp::start_with_relay(engine, RelaySettings::Folder(mails.path().to_owned())).await;
    app.install("web-form", &json!({}), &[]).await;
    let settings = json!({"address": "service@shop.example"});
    app.install("e-mail", &settings, &[("ingress-secret", SECRET)]).await;
    app.person("Ann", "ann@example.com", "agent").await;
    let form = json!({"name": "Ada", "email": "ada@example.com", "message": "How much is the kettle?"});
    app.send(app.request(reqwest::Method::POST, "/in/web-form/").json(&form)).await.expect(200);
    let tickets = app.until("/v1/tickets", |list| !list["items"][0].is_null()).await;
    let path = format!("/tickets/{}", tickets["items"][0]["id"].as_str().unwrap());
    browse(true, async |browser| {
        sign_in(browser, &app, "ann@example.com").await;
        browser.open(&app.url(&path)).await;
        browser.until_in("#reply-by", "ada@example.com").await;
        assert_eq!(browser.axe().await, [""; 0]);
        browser.fill("#reply-by textarea", "It is 89 yuan.").await;
        browser.click("#reply-by button").await;
        browser.until_in("#messages", "It is 89 yuan.").await;
        browser.until_in("#messages", "Sent").await;
        // From now on the usual form goes by mail, too.
        browser.until("document.querySelector('#reply-by')", serde_json::Value::Null).await;
        browser.fill(".reply textarea", "Shipping is free.").await;
        browser.click(".reply button").await;
        browser.until_in("#messages", "Shipping is free.").await;
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
    app.settle().await;
    let files = std::fs::read_dir(mails.path()).unwrap();
    let eml = files.filter(|file| file.as_ref().unwrap().path().extension().is_some_and(|end| end == "eml"));
    assert_eq!(eml.count(), 2);
}

async fn an_administrator_is_led_on_a_fresh_server(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let ada = app.person("Ada", "ada@example.com", "administrator").await;
    app.upload(support::artifacts::artifact("telegram")).await.expect(201);
    let new = json!({"plugin": "telegram", "name": "telegram"});
    let id = app.post("/v1/installations", &new).await.expect(201)["id"].as_str().unwrap().to_owned();
    browse(true, async |browser| {
        sign_in(browser, &app, "ada@example.com").await;
        browser.open(&app.url("/")).await;
        browser.until("location.pathname", "/setup").await;
        browser.until_in("nav", "Set up (2 left)").await;
        browser.until_in("#setup-people", "done").await;
        browser.until_in("#setup-team", "to do").await;
        assert_eq!(browser.axe().await, [""; 0]);

        browser.open(&app.url("/plugins")).await;
        let plugin = format!("#plugin-{id}");
        browser.until_in(&plugin, "Not granted").await;
        browser.click(&format!("{plugin} form[action$='/grant'] button")).await;
        browser
            .until(&format!("document.querySelector('{plugin}').innerText.includes('Not granted')"), false)
            .await;
        browser.click(&format!("{plugin} form[action$='/enable'] button")).await;
        browser
            .until_in(&format!("{plugin} .lacks"), "hospes plugin configure telegram --secret bot-token")
            .await;
        assert_eq!(browser.axe().await, [""; 0]);
        browser.open(&app.url("/plugins")).await;
        browser.until_in("nav", "Set up (1 left)").await;

        let classes = json!(["inquiry", "complaint", "purchase", "after-sales"]);
        let team = app.post("/v1/teams", &json!({"name": "Service", "classes": classes})).await.expect(201);
        let members = format!("/v1/teams/{}/members", team["id"].as_str().unwrap());
        app.post(&members, &json!({"user_id": ada})).await.expect(200);
        browser.open(&app.url("/setup")).await;
        browser.until_in("main", "All of this is done.").await;
        browser.open(&app.url("/")).await;
        browser.until("location.pathname", "/inbox").await;
        assert_eq!(browser.complaints().await, [""; 0]);
    })
    .await;
}
