//! The command line against a running host: what denials tell an operator to type works as they say.

use hospes::domain::ids::InstallationId;
use hospes::store::plugin_logs::{self, NewLine};
use serde_json::json;
use support::app::TestApp;
use support::artifacts::{self, artifact, with_manifest};
use support::commands::{hospes, text};
use support::store::Engine;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_is_installed_granted_and_configured_by_commands() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    let file = artifacts::folder().join("telegram.wasm");
    let installed = hospes(&app, &["plugin", "install", file.to_str().unwrap(), "--name", "bot"], "").await;
    assert!(installed.status.success(), "{}", text(&installed));
    assert!(text(&installed).contains("bot: telegram 0.1.0, disabled"), "{}", text(&installed));

    let granted = hospes(&app, &["plugin", "grant", "bot", "kv"], "").await;
    assert!(granted.status.success(), "{}", text(&granted));
    hospes(&app, &["plugin", "grant", "bot", "secrets:bot-token"], "").await;
    let arguments = ["plugin", "configure", "bot", "--set", "bot=shop", "--secret", "bot-token", "--enable"];
    let configured = hospes(&app, &arguments, "7012345678:AAE\n").await;
    assert!(configured.status.success(), "{}", text(&configured));
    assert!(!text(&configured).contains("AAE"), "a secret is never shown");
    let list = app.get("/v1/installations").await;
    let bot = &list["items"][0];
    assert_eq!(
        bot["grants"],
        json!(["kv", "secrets:bot-token:url"]),
        "the second grant came besides the first"
    );
    assert_eq!((bot["enabled"].as_bool(), bot["settings"]["bot"].as_str()), (Some(true), Some("shop")));
    assert!(bot["secrets"].as_array().unwrap().contains(&json!({"name": "bot-token", "set": true})));

    let stranger = hospes(&app, &["plugin", "grant", "bot", "http:evil.example.com"], "").await;
    assert!(!stranger.status.success());
    assert!(text(&stranger).contains("doesn't ask for \"http:evil.example.com\""), "{}", text(&stranger));
    let nobody = hospes(&app, &["plugin", "grant", "bat", "kv"], "").await;
    assert!(text(&nobody).contains("there is no installation \"bat\"") && text(&nobody).contains("bot"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_printed_as_they_happen() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    let person = json!({"kind": "person", "name": "吴桐"});
    app.post("/v1/customers", &person).await.expect(201);
    let all = hospes(&app, &["events", "tail", "--after", "0", "--count", "2"], "").await;
    assert!(all.status.success(), "{}", text(&all));
    let lines: Vec<String> = text(&all).lines().map(str::to_owned).collect();
    assert!(lines[0].starts_with("1 2026-01-05T08:00:00Z token.created token/"), "{lines:?}");
    assert!(lines[1].contains("customer.created") && lines[1].contains("吴桐"), "{lines:?}");
    let arguments = ["events", "tail", "--after", "0", "--count", "1", "--type", "customer.*", "--json"];
    let some = hospes(&app, &arguments, "").await;
    let event: serde_json::Value = serde_json::from_slice(&some.stdout).unwrap();
    assert_eq!(
        (event["specversion"].as_str(), event["type"].as_str()),
        (Some("1.0"), Some("customer.created"))
    );
    let wrong = hospes(&app, &["events", "tail", "--type", "Customer"], "").await;
    assert!(!wrong.status.success() && text(&wrong).contains("is no type of event"), "{}", text(&wrong));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_plugin_lives_by_commands() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    app.install("csat", &json!({}), &[]).await;
    let next = with_manifest(&artifact("csat"), |manifest| {
        manifest["version"] = json!("0.9.0");
        let reason = json!({"zh-CN": "测试。", "en": "To count."});
        manifest["wants"]["kv"] = json!({"bytes": 1_024, "reason": reason});
    });
    let file = app.place.folder().join("csat-0.9.0.wasm");
    std::fs::write(&file, next).unwrap();
    let run = async |arguments: &[&str]| {
        let output = hospes(&app, arguments, "").await;
        assert!(output.status.success(), "{arguments:?}: {}", text(&output));
        text(&output)
    };
    let waits = run(&["plugin", "upgrade", "csat", "--file", file.to_str().unwrap()]).await;
    assert!(waits.contains("0.9.0 waits for a grant") && waits.contains("To count."), "{waits}");
    assert!(waits.contains("hospes plugin grant csat --requested"), "{waits}");
    assert!(run(&["plugin", "list"]).await.contains("csat: csat 0.1.0, enabled, 0.9.0 waits for a grant"));
    assert!(run(&["plugin", "grant", "csat", "--requested"]).await.contains("csat: csat 0.9.0, enabled"));
    assert!(run(&["plugin", "rollback", "csat"]).await.contains("csat: csat 0.1.0, enabled"));
    assert!(run(&["plugin", "disable", "csat"]).await.contains("csat 0.1.0, disabled"));
    assert!(run(&["plugin", "enable", "csat"]).await.contains("csat 0.1.0, enabled"));
    assert_eq!(run(&["plugin", "logs", "csat"]).await, "");
    let shown: serde_json::Value =
        serde_json::from_str(&run(&["plugin", "show", "csat", "--json"]).await).unwrap();
    assert_eq!(
        (shown["installation"]["name"].as_str(), &shown["stats"]["calls"]),
        (Some("csat"), &json!([]))
    );
    for answer in ["", "yes\n", "cs\n"] {
        let kept = hospes(&app, &["plugin", "remove", "csat"], answer).await;
        assert!(!kept.status.success() && text(&kept).contains("Type csat to go on"), "{}", text(&kept));
    }
    assert!(run(&["plugin", "list"]).await.contains("csat: csat 0.1.0"));
    let removed = hospes(&app, &["plugin", "remove", "csat"], "csat\n").await;
    assert!(removed.status.success() && text(&removed).contains("csat is removed"), "{}", text(&removed));
    app.install_as("csat", "second", &json!({}), &[]).await;
    assert!(run(&["plugin", "remove", "second", "--yes"]).await.contains("second is removed"));
    assert_eq!(run(&["plugin", "list"]).await, "");
    let gone = hospes(&app, &["plugin", "show", "csat"], "").await;
    assert!(!gone.status.success() && text(&gone).contains("there is no installation \"csat\""));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tokens_and_users_are_made_listed_and_ended_by_commands() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    app.post("/v1/teams", &json!({"name": "客服", "classes": ["inquiry"]})).await.expect(201);
    let arguments =
        ["user", "create", "li@example.com", "--name", "李娜", "--language", "zh-CN", "--team", "客服"];
    let made = hospes(&app, &arguments, "").await;
    assert!(made.status.success() && text(&made).contains("李娜"), "{}", text(&made));
    assert_eq!(app.get("/v1/teams").await["items"][0]["members"][0]["languages"], json!(["zh-CN"]));
    let stranger =
        hospes(&app, &["user", "create", "x@example.com", "--name", "x", "--team", "nowhere"], "").await;
    assert!(!stranger.status.success() && text(&stranger).contains("nowhere"), "{}", text(&stranger));
    let listed = hospes(&app, &["user", "list"], "").await;
    assert!(
        text(&listed).contains("li@example.com") && text(&listed).contains("present"),
        "{}",
        text(&listed)
    );

    let arguments = ["token", "create", "script", "--scope", "tasks:read", "--user", "LI@example.com"];
    let made = hospes(&app, &arguments, "").await;
    assert!(made.status.success(), "{}", text(&made));
    let token = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    let ask_with =
        async |token: &str| app.send(app.request(reqwest::Method::GET, "/v1/tasks").bearer_auth(token)).await;
    let ask = async || ask_with(&token).await;
    ask().await.expect(200);
    let listed = hospes(&app, &["token", "list"], "").await;
    assert!(
        text(&listed).contains("script  tasks:read") && !text(&listed).contains(&token),
        "{}",
        text(&listed)
    );
    let json = hospes(&app, &["token", "list", "--json"], "").await;
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json[0]["name"], "script");

    let left = hospes(&app, &["user", "change", "li@example.com", "--active", "false"], "").await;
    assert!(text(&left).contains("left"), "{}", text(&left));
    ask().await.expect(401);
    hospes(&app, &["user", "change", "li@example.com", "--active", "true"], "").await;
    ask().await.expect(401);
    let made = hospes(&app, &arguments, "").await;
    let second = String::from_utf8(made.stdout).unwrap().trim().to_owned();
    ask_with(&second).await.expect(200);
    let revoked = hospes(&app, &["token", "revoke", "script"], "").await;
    assert!(revoked.status.success(), "{}", text(&revoked));
    ask_with(&second).await.expect(401);
    let again = hospes(&app, &["token", "revoke", "script"], "").await;
    assert!(!again.status.success() && text(&again).contains("0 valid tokens"), "{}", text(&again));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_others_wrote_does_not_steer_the_terminal() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    let id = app.install("csat", &json!({}), &[]).await.parse::<InstallationId>().unwrap();
    // A red line, a cleared screen by one character, a line of the log's own form, text that runs backwards.
    let evil = "\u{1b}[31mred\u{9b}2J\r\n2026-01-05T08:00:00Z error forged \u{202e}";
    let db = &app.host.app().db;
    let line =
        NewLine { at: db.now(), level: "info", text: evil.to_owned(), attributes: json!({"also": evil}) };
    let kept = db
        .write((id, vec![line]), |tx, (id, lines)| {
            Box::pin(plugin_logs::append(tx, *id, id.0, lines.clone()))
        })
        .await;
    kept.unwrap();
    app.post("/v1/users", &json!({"name": evil, "email": "e@example.com"})).await.expect(201);
    for arguments in [
        &["plugin", "logs", "csat"][..],
        &["plugin", "logs", "csat", "--json"],
        &["user", "list"],
        &["user", "list", "--json"],
        &["events", "tail", "--after", "0", "--count", "1", "--type", "user.created"],
    ] {
        let output = text(&hospes(&app, arguments, "").await);
        assert!(output.contains("\\u009b2J") && output.contains("\\u202e"), "{arguments:?}: {output:?}");
        let steers = |c: char| c != '\n' && c.is_control();
        assert!(!output.contains(steers), "{arguments:?}: {output:?}");
    }
    let unknown = text(&hospes(&app, &["plugin", "show", evil], "").await);
    assert!(!unknown.contains(|c: char| c != '\n' && c.is_control()), "{unknown:?}");
    let users = text(&hospes(&app, &["user", "list"], "").await);
    assert_eq!(users.lines().count(), 1, "no user can be forged: {users}");
    let logs = text(&hospes(&app, &["plugin", "logs", "csat"], "").await);
    assert_eq!(logs.lines().count(), 1, "no line can be forged: {logs}");
    let json = hospes(&app, &["plugin", "logs", "csat", "--json"], "").await;
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["text"], evil, "JSON is still what the plugin logged");
}
