//! What a channel took in that became no message: found under its plugin, seen as it came, and made a message.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::console::PASSWORD;
use support::store::Engine;

use crate::driver::{Browser, browse};

support::on_both_engines!(
    a_delivery_is_made_a_message_in_chinese,
    a_delivery_is_made_a_message_in_english_without_scripts,
);

/// What a stranger sent, who would like to have more than text shown.
const HOSTILE: &str =
    "<img src=x onerror=\"document.title='taken'\"><script>document.title='taken'</script> \u{202e}evil";

struct Words {
    language: &'static str,
    one: &'static str,
    reason: &'static str,
    accepted: &'static str,
    none: &'static str,
}

const CHINESE: Words = Words {
    language: "zh-CN",
    one: "1 条未入会话的来件",
    reason: "自动回复",
    accepted: "已转为消息",
    none: "没有保留的来件",
};

const ENGLISH: Words = Words {
    language: "en",
    one: "1 kept delivery",
    reason: "Automatic reply",
    accepted: "It was made a message",
    none: "Nothing is kept",
};

async fn a_delivery_is_made_a_message_in_chinese(engine: Engine) {
    accept_one(engine, &CHINESE, true).await;
}

async fn a_delivery_is_made_a_message_in_english_without_scripts(engine: Engine) {
    accept_one(engine, &ENGLISH, false).await;
}

async fn sign_in(browser: &Browser, app: &TestApp) {
    browser.open(&app.url("/")).await;
    browser.fill("[name=email]", "lead@example.com").await;
    browser.fill("[name=password]", PASSWORD).await;
    browser.click("button.primary").await;
    browser.until("location.pathname", "/inbox").await;
}

async fn accept_one(engine: Engine, words: &Words, scripts: bool) {
    let app = TestApp::start(engine, &[]).await;
    app.post("/v1/teams", &json!({"name": "Service", "classes": ["inquiry"], "watches": []}))
        .await
        .expect(201);
    let id = app.install("tests/troublemaker", &json!({}), &[("token", "a secret of the tests")]).await;
    let lead = app.person("Lead", "lead@example.com", "supervisor").await;
    app.call(Method::PATCH, &format!("/v1/users/{lead}"), Some(&json!({"language": words.language})))
        .await
        .expect(200);
    let script = json!({"kept": [{"id": "auto", "reason": "automatic", "detail": HOSTILE, "message": {
        "id": "auto", "text": HOSTILE, "sender": [],
    }}]});
    app.send(app.request(Method::POST, "/in/troublemaker/inbound").json(&script)).await.expect(200);

    browse(scripts, async |browser| {
        sign_in(browser, &app).await;
        browser.open(&app.url("/plugins")).await;
        browser.until_in("main", words.one).await;
        browser.click(&format!("a[href='/plugins/{id}/deliveries']")).await;
        browser.until_in(".deliveries .mark", words.reason).await;
        assert_eq!(browser.text(".deliveries a").await, HOSTILE, "shown as text");
        assert_eq!(
            browser.eval("getComputedStyle(document.querySelector('.deliveries bdi')).unicodeBidi").await,
            "isolate"
        );
        browser.click(".deliveries a").await;
        browser.until_text("h1", words.reason).await;
        let shown = browser.eval("document.querySelectorAll('.raw')[1].textContent").await;
        assert_eq!(shown.as_str().unwrap(), script.to_string());
        assert_eq!(browser.eval("document.querySelectorAll('main img, main script').length").await, 0);
        // It runs in the page, where scripts are off in the other walk.
        if scripts {
            assert_eq!(browser.axe().await, [""; 0]);
        }

        browser.fill("#contact", "nobody@").await;
        browser.click(".accept button").await;
        browser.until("document.querySelector('.fault') !== null", true).await;
        browser.until("document.querySelector('#contact').value", "nobody@").await;
        browser.fill("#contact", "nora@example.com").await;
        browser.click(".accept button").await;
        browser.until_in("[role=status]", words.accepted).await;
        let tickets = app.until("/v1/tickets", |list| !list["items"][0].is_null()).await;
        let ticket = tickets["items"][0]["id"].as_str().unwrap().to_owned();
        app.settle().await;
        browser.open(&app.url(&format!("/plugins/{id}/deliveries?all=true"))).await;
        browser.click(".deliveries a").await;
        browser.click(&format!("a[href='/tickets/{ticket}']")).await;
        browser.until("location.pathname", format!("/tickets/{ticket}")).await;
        browser.open(&app.url(&format!("/plugins/{id}/deliveries"))).await;
        browser.until_in(".empty", words.none).await;
        assert_ne!(browser.eval("document.title").await, "taken");
    })
    .await;
    let customers = app.get("/v1/customers").await;
    let customer = customers["items"][0]["id"].as_str().unwrap();
    let identities = app.get(&format!("/v1/customers/{customer}/identities")).await;
    assert_eq!(identities["items"][0]["value"], Value::from("nora@example.com"));
}
