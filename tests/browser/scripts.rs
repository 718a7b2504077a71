//! A plugin that is written on its page: from an empty editor to a message in the inbox.

use serde_json::json;
use support::app::TestApp;
use support::console::PASSWORD;
use support::store::Engine;

use crate::console::sound_at;
use crate::driver::{Browser, browse};

support::on_both_engines!(from_an_empty_editor_to_a_message_in_the_inbox,);

/// Changes a text in an editor as somebody does who selects all and pastes.
async fn write(browser: &Browser, id: &str, from: &str, to: &str) {
    let editor = format!(
        "document.getElementById('{id}').nextElementSibling?.shadowRoot?.querySelector('.cm-content')"
    );
    browser.until(&format!("{editor} != null"), true).await;
    let there =
        browser.eval(&format!("document.getElementById('{id}').value.includes({})", json!(from))).await;
    assert_eq!(there, json!(true), "{from}");
    let change = format!(
        "(() => {{ const editor = {editor}; const clipboardData = new DataTransfer(); \
         clipboardData.setData('text/plain', document.getElementById('{id}').value.replace({}, {})); \
         editor.focus(); \
         editor.dispatchEvent(new KeyboardEvent('keydown', {{ key: 'a', keyCode: 65, ctrlKey: true, bubbles: true }})); \
         editor.dispatchEvent(new ClipboardEvent('paste', {{ clipboardData, bubbles: true, cancelable: true }})); }})()",
        json!(from),
        json!(to)
    );
    browser.eval(&change).await;
    let now = browser.eval(&format!("document.getElementById('{id}').value.includes({})", json!(to))).await;
    assert_eq!(now, json!(true), "{to}");
}

async fn from_an_empty_editor_to_a_message_in_the_inbox(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.person("Ada", "ada@example.com", "administrator").await;
    browse(true, async |browser| {
        browser.open(&app.url("/sign-in")).await;
        browser.fill("[name=email]", "ada@example.com").await;
        browser.fill("[name=password]", PASSWORD).await;
        browser.click("button.primary").await;
        browser.until("location.pathname !== '/sign-in'", true).await;
        browser.open(&app.url("/plugins")).await;
        sound_at(browser, &app, "/scripts/new", "script-new").await;
        browser.open(&app.url("/plugins")).await;
        browser.click("main a.button").await;
        browser.until_in("h1", "Write a plugin").await;
        browser.fill("[name=id]", "my-shop").await;
        browser.fill("[name=en]", "My shop").await;
        browser.fill("[name=zh]", "我的店").await;
        browser.fill("[name=hosts]", "api.example.com").await;
        browser.click("main form button.primary").await;
        browser.until_in("h1", "my-shop").await;
        assert_eq!(browser.eval("document.getElementById('manifest').value.includes('api.example.com')").await, json!(true));
        sound_at(browser, &app, "/scripts/my-shop", "script").await;

        // A mistake is said with its place, and what was written is still there.
        let reads = "const greeting = hospes.json(request.body);";
        write(browser, "file-plugin-js", reads, "const greeting = ;").await;
        browser.click("[data-save]").await;
        browser.until_in(".faults li", "unexpected token").await;
        assert_eq!(browser.eval("document.querySelector('.faults li').dataset.line > 1").await, json!(true));
        write(browser, "file-plugin-js", "const greeting = ;", reads).await;
        write(browser, "file-plugin-js", "return {", "console.log('somebody greets');\n    return {").await;
        browser.click("[data-try]").await;
        browser.until_in("#main", "Passes").await;
        browser.click("[data-save]").await;
        browser.until_in("#versions ~ ul", "0.1.1").await;

        // It takes messages once it is on.
        browser.click(".standing form button").await;
        browser.until_in("h1", "Plugins").await;
        let greeting = json!({"id": "1", "from": "li@example.com", "name": "Li", "text": "我想退货", "at": 1_767_600_000_000_000_i64});
        assert_eq!(app.post("/in/my-shop", &greeting).await.text, "Thank you");
        app.settle().await;
        browser.open(&app.url("/inbox")).await;
        browser.until_in("main", "我想退货").await;

        // What is changed is tried on what has happened.
        browser.open(&app.url("/scripts/my-shop")).await;
        write(browser, "file-plugin-js", "greeting.text", "greeting.text.toUpperCase() + '!'").await;
        browser.click("[data-try]").await;
        browser.until_in("#main", "Differs").await;
        browser.until_in("#main", "我想退货!").await;
        // The page that said what was wrong came as 422.
        let complaints = browser.complaints().await;
        let unexpected: Vec<_> = complaints.iter().filter(|line| !line.contains("422")).collect();
        assert!(unexpected.is_empty(), "{unexpected:#?}");
    })
    .await;
}
