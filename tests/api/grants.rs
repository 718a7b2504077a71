//! What a plugin asks for is granted as its settings take effect, what isn't granted is named, and what a denial advises
//! is a command that works.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::artifacts;
use support::bot_api::{BotApi, TOKEN};
use support::commands::{hospes, text};
use support::company::{SECRET, message};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_plugin_as_shipped_is_granted_all_that_it_asks_for,
    what_waits_for_a_setting_is_named_and_not_called_granted,
    the_advice_of_each_denial_is_a_command_that_works,
    a_reply_that_was_denied_goes_out_once_its_advice_was_followed,
    a_version_whose_default_leads_elsewhere_waits_for_its_grant,
);

async fn installation(app: &TestApp, name: &str) -> Value {
    let list = app.get("/v1/installations").await;
    let found = list["items"].as_array().unwrap().iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("no {name} in {list}")).clone()
}

async fn install(app: &TestApp, plugin: &str) {
    let file = artifacts::folder().join(format!("{plugin}.wasm"));
    let installed = hospes(app, &["plugin", "install", file.to_str().unwrap()], "").await;
    assert!(installed.status.success(), "{}", text(&installed));
}

/// The commands that a text tells an operator to type.
fn commands(text: &str) -> Vec<Vec<String>> {
    let after = text.match_indices("hospes plugin ").map(|(at, _)| &text[at + "hospes ".len()..]);
    let end = |command: &str| command.find(|c: char| "\n;,".contains(c)).unwrap_or(command.len());
    after.map(|command| command[..end(command)].split_whitespace().map(str::to_owned).collect()).collect()
}

/// The newest command in a plugin's log.
async fn advised(app: &TestApp, id: &str) -> Vec<String> {
    let logs = app.get(&format!("/v1/installations/{id}/logs")).await;
    let texts = logs["items"].as_array().unwrap().iter().filter_map(|line| line["text"].as_str());
    texts.flat_map(commands).next().unwrap_or_else(|| panic!("no advice in {logs:#}"))
}

async fn run(app: &TestApp, command: &[String]) -> String {
    let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
    let done = hospes(app, &arguments, "").await;
    assert!(done.status.success(), "{command:?}: {}", text(&done));
    text(&done)
}

async fn a_plugin_as_shipped_is_granted_all_that_it_asks_for(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    install(&app, "telegram").await;
    let granted = hospes(&app, &["plugin", "grant", "telegram", "--requested"], "").await;
    assert!(granted.status.success() && !text(&granted).contains("not granted"), "{}", text(&granted));
    let telegram = installation(&app, "telegram").await;
    assert!(telegram["grants"].as_array().unwrap().contains(&json!("http:api.telegram.org")), "{telegram}");
    let requested = telegram["requested"].as_array().unwrap();
    assert!(requested.iter().all(|request| request["given"] == true), "{requested:#?}");

    // What is still missing is said when it is switched on, with the commands that mend it.
    let enabled = hospes(&app, &["plugin", "enable", "telegram"], "").await;
    let said = text(&enabled);
    assert!(said.contains("the secret `bot-token` isn't set"), "{said}");
    let id = telegram["id"].as_str().unwrap();
    let answered = app.post(&format!("/v1/installations/{id}/enable"), &json!({})).await.expect(200);
    let warnings = answered["warnings"].as_array().unwrap();
    let codes: Vec<&str> = warnings.iter().filter_map(|warning| warning["code"].as_str()).collect();
    assert_eq!(codes, ["secret-missing", "secret-missing"], "{warnings:#?}");
    for warning in warnings {
        let command = commands(warning["command"].as_str().unwrap()).remove(0);
        let arguments: Vec<&str> = command.iter().map(String::as_str).collect();
        let set = hospes(&app, &arguments, "a secret").await;
        assert!(set.status.success(), "{}", text(&set));
    }
    assert_eq!(installation(&app, "telegram").await["warnings"], json!([]));
}

async fn what_waits_for_a_setting_is_named_and_not_called_granted(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    install(&app, "dealer").await;
    let granted = hospes(&app, &["plugin", "grant", "dealer", "--requested"], "").await;
    let said = text(&granted);
    assert!(
        !granted.status.success() && said.contains("the setting base-url holds no address yet"),
        "{said}"
    );
    let dealer = installation(&app, "dealer").await;
    assert!(
        dealer["grants"].as_array().unwrap().contains(&json!("secrets:token:header")),
        "the rest was granted: {dealer}"
    );
    let path = format!("/v1/installations/{}/grants", dealer["id"].as_str().unwrap());
    let answered = app.call(Method::PUT, &path, Some(&json!({"requested": true}))).await.expect(200);
    let waits = &answered["requested"][0];
    assert_eq!(
        (&waits["given"], &waits["grant"], &waits["waits_for"]),
        (&json!(false), &Value::Null, &json!("base-url"))
    );
    assert!(
        answered["warnings"].as_array().unwrap().iter().any(|warning| warning["code"] == "setting-missing")
    );

    // What the command said to do, done.
    for mut command in commands(&said).into_iter().skip_while(|command| command[1] != "configure") {
        for word in &mut command {
            *word = word.replace("...", "https://erp.example.com/crm");
        }
        run(&app, &command).await;
    }
    let dealer = installation(&app, "dealer").await;
    assert!(dealer["grants"].as_array().unwrap().contains(&json!("http:erp.example.com")), "{dealer}");
}

async fn the_advice_of_each_denial_is_a_command_that_works(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let id = app.install("tests/troublemaker", &json!({}), &[("token", "a secret of the tests")]).await;
    let path = format!("/v1/installations/{id}/grants");
    app.call(Method::PUT, &path, Some(&json!({"grants": []}))).await.expect(200);
    let mut followed = Vec::new();
    for what in ["count", "stage", "reveal"] {
        let ask = async || {
            let path = format!("/in/troublemaker/do?{what}");
            app.send(app.request(Method::POST, &path).json(&json!({"what": what}))).await
        };
        for _ in 0..3 {
            let denied = ask().await;
            if denied.status == 200 {
                break;
            }
            assert_eq!(denied.status, 401, "{what}: {}", denied.text);
            let problem = denied.json();
            let detail = problem["detail"].as_str().unwrap();
            assert!(!detail.contains("grant") && !detail.contains("token"), "{detail}");
            let command = advised(&app, &id).await;
            followed.extend(command.last().cloned());
            run(&app, &command).await;
        }
        ask().await.expect(200);
    }
    let expected =
        ["kv", "records:customer:write", "records:customer:read", "secrets:token", "secrets:token:reveal"];
    assert_eq!(followed, expected);
    let stranger = hospes(&app, &["plugin", "grant", "troublemaker", "http:evil.example.com"], "").await;
    assert!(!stranger.status.success() && text(&stranger).contains("doesn't ask for"), "{}", text(&stranger));
}

async fn a_reply_that_was_denied_goes_out_once_its_advice_was_followed(engine: Engine) {
    let bot = BotApi::start().await;
    let app = TestApp::start(engine, &[bot.endpoint()]).await;
    let secrets = [("bot-token", TOKEN), ("webhook-secret", SECRET)];
    let id = app.install("telegram", &json!({"api-url": bot.address()}), &secrets).await;
    let held = installation(&app, "telegram").await["grants"].as_array().unwrap().clone();
    let fewer: Vec<&Value> =
        held.iter().filter(|grant| !grant.as_str().unwrap().starts_with("http:")).collect();
    let path = format!("/v1/installations/{id}/grants");
    app.call(Method::PUT, &path, Some(&json!({"grants": fewer}))).await.expect(200);
    let hello = app
        .request(Method::POST, "/in/telegram/update")
        .header("x-telegram-bot-api-secret-token", SECRET)
        .json(&message(1, 42, "Bob", "en", "My lamp is broken"));
    app.send(hello).await.expect(200);
    let list = app.get("/v1/conversations").await;
    let messages = format!("/v1/conversations/{}/messages", list["items"][0]["id"].as_str().unwrap());
    app.post(&messages, &json!({"text": "We send another."})).await.expect(201);
    app.until(&messages, |list| list["items"][0]["status"] == "failed").await;
    let command = advised(&app, &id).await;
    assert!(command.last().unwrap().starts_with("http:http://127.0.0.1:"), "{command:?}");
    run(&app, &command).await;
    app.post(&messages, &json!({"text": "We send another today."})).await.expect(201);
    app.until(&messages, |list| list["items"][0]["status"] == "sent").await;
    assert_eq!(bot.sent().last().unwrap().text, "We send another today.");
}

async fn a_version_whose_default_leads_elsewhere_waits_for_its_grant(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.install("telegram", &json!({}), &[]).await;
    let next = artifacts::with_manifest(&artifacts::artifact("telegram"), |manifest| {
        manifest["version"] = json!("0.9.0");
        manifest["settings"]["properties"]["api-url"]["default"] = json!("https://bots.example.com");
    });
    let file = app.place.folder().join("telegram-0.9.0.wasm");
    std::fs::write(&file, next).unwrap();
    let waits =
        run(&app, &["plugin", "upgrade", "telegram", "--file", file.to_str().unwrap()].map(str::to_owned))
            .await;
    assert!(waits.contains("0.9.0 waits for a grant") && waits.contains("http:bots.example.com"), "{waits}");
    run(&app, &["plugin", "grant", "telegram", "http:bots.example.com"].map(str::to_owned)).await;
    assert_eq!(installation(&app, "telegram").await["version_in_use"], "0.9.0");
}
