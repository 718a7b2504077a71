//! Somebody chooses how they are notified, without scripts, and stops a kind where it comes.

use serde_json::json;
use support::app::TestApp;
use support::console::PASSWORD;
use support::mail::Smtp;
use support::store::Engine;

use crate::console::sound_at;
use crate::driver::{Browser, browse};

support::on_both_engines!(a_way_is_chosen_tried_and_a_kind_is_stopped);

async fn sign_in(browser: &Browser, app: &TestApp, language: &str) {
    browser.open(&app.url("/sign-in")).await;
    browser.fill("[name=email]", "ann@example.com").await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.until("location.pathname !== '/sign-in'", true).await;
    speak(browser, language).await;
}

/// Changes the language of the pages to another.
async fn speak(browser: &Browser, language: &str) {
    browser.click(".account summary").await;
    browser.click(&format!("[name=language][value={language}]")).await;
    browser.until("document.documentElement.lang", language).await;
}

/// What the ways are called that can be chosen.
async fn legends(browser: &Browser) -> Vec<String> {
    let ways = "[...document.querySelectorAll('#settings fieldset:has([name=by]) legend')].map(one => one.textContent)";
    let ways = browser.eval(ways).await;
    ways.as_array().expect("a list").iter().map(|way| way.as_str().expect("a text").to_owned()).collect()
}

async fn a_way_is_chosen_tried_and_a_kind_is_stopped(engine: Engine) {
    let smtp = Smtp::on();
    let app = TestApp::start_with_relay(engine, smtp.settings()).await;
    let ann = app.person("Ann", "ann@example.com", "agent").await;
    let secrets = [("app-secret", "A"), ("robot-token", "B"), ("robot-secret", "C")];
    app.install("dingtalk", &json!({}), &secrets).await;
    browse(true, async |browser| {
        sign_in(browser, &app, "zh-CN").await;
        browser.open(&app.url("/account/notifications")).await;
        browser.until_in("h1", "通知设置").await;
        // A messenger is called what its plugin is called, and by its operator's name too where two are called the same.
        assert_eq!(legends(browser).await, ["邮件", "钉钉通知"]);
        app.install_as("dingtalk", "night-shift", &json!({}), &secrets).await;
        browser.open(&app.url("/account/notifications")).await;
        let both = ["邮件", "钉钉通知 · dingtalk", "钉钉通知 · night-shift"];
        assert_eq!(legends(browser).await, both);
        browser.click("[name=by][value=mail]").await;
        browser.choose("[name=wait-mail]", "立即").await;
        browser.fill("[name=time-zone]", "Asia/Nowhere").await;
        browser.click("#settings button.primary").await;
        browser.until_in("[role=alert]", "Asia/Nowhere").await;
        // What was chosen is still there.
        browser.until("document.querySelector('[name=by][value=mail]').checked", true).await;
        browser.fill("[name=time-zone]", "Asia/Shanghai").await;
        browser.click("#settings button.primary").await;
        browser.until_in("[role=status]", "已保存").await;
        browser.click("#test button").await;
        browser.until_in("[role=status]", "测试通知已发出").await;
        let mails = smtp.mails(1).await;
        assert!(mails[0].header("subject").contains("测试通知"), "{}", mails[0].header("subject"));

        let customer = app.post("/v1/customers", &json!({"name": "Ada"})).await.expect(201);
        let text = format!("请看 @[Ann](user:{ann})");
        let comment = json!({"subject_kind": "customer", "subject_id": customer["id"], "text": text});
        app.post("/v1/comments", &comment).await.expect(201);
        let mails = smtp.mails(2).await;
        let text = mails[1].says["text"].as_str().unwrap().to_owned();
        let link = text.lines().find(|line| line.contains("/notifications/")).unwrap();
        browser.open(&app.url(&link[link.find("/notifications/").unwrap()..])).await;
        browser.until_in("h1", "Ada").await;

        browser.open(&app.url("/notifications")).await;
        browser.click("a[href*='stop=mention']").await;
        browser.until_in("#stop", "提到我").await;
        browser.click("#stop button").await;
        browser.until("document.querySelector('[name=kind][value=mention]').checked", false).await;
        browser.until_in("[role=status]", "只在铃铛里显示").await;
        sound_at(browser, &app, "/account/notifications", "notify-zh-CN").await;
        speak(browser, "en").await;
        sound_at(browser, &app, "/account/notifications", "notify-en").await;
        // The time zone that there is not was refused, which a browser notes.
        let complaints = browser.complaints().await;
        let unexpected: Vec<_> = complaints.iter().filter(|line| !line.contains("422")).collect();
        assert!(unexpected.is_empty(), "{unexpected:#?}");
    })
    .await;
}
