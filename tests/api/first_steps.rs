//! A fresh server's first hour by the command line: people, a team, a channel by name, and the way back in after a loss.

use reqwest::Method;
use serde_json::json;
use support::app::TestApp;
use support::artifacts;
use support::commands::{hospes, hospes_with, text};
use support::console::PASSWORD;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    the_first_people_teams_and_channels_are_made_by_commands,
    who_lost_token_and_password_gets_back_in,
);

/// Runs a command as the administrator that has to succeed.
async fn run(app: &TestApp, arguments: &[&str], input: &str) -> String {
    let done = hospes(app, arguments, input).await;
    assert!(done.status.success(), "{arguments:?}: {}", text(&done));
    text(&done)
}

async fn the_first_people_teams_and_channels_are_made_by_commands(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let create = ["user", "create", "--email", "ada@example.com", "--name", "Ada", "--role", "administrator"];
    let weak = hospes(&app, &[&create[..], &["--password"]].concat(), "short\n").await;
    assert!(!weak.status.success(), "{}", text(&weak));
    assert_eq!(app.get("/v1/users").await["items"], json!([]), "a password that won't do is noticed first");
    let made = run(&app, &[&create[..], &["--password"]].concat(), &format!("{PASSWORD}\n")).await;
    assert!(made.contains("ada@example.com can sign in") && !made.contains(PASSWORD), "{made}");
    assert_eq!(app.try_sign_in("ada@example.com", PASSWORD).await.status, 303);
    let li = ["user", "create", "li@example.com", "--name", "李娜", "--language", "zh-CN"];
    assert!(run(&app, &li, "").await.contains("hospes user password li@example.com"));
    run(&app, &["user", "password", "li@example.com"], &format!("{PASSWORD} 2\n")).await;
    assert_eq!(app.try_sign_in("li@example.com", &format!("{PASSWORD} 2")).await.status, 303);
    let users = app.get("/v1/users").await;
    let roles: Vec<&str> =
        users["items"].as_array().unwrap().iter().map(|user| user["roles"][0].as_str().unwrap()).collect();
    assert!(roles.contains(&"administrator") && roles.contains(&"agent"), "{roles:?}");

    let page = async || app.visit(&app.sign_in("ada@example.com").await, "/").await;
    assert_eq!(page().await.header("location"), "/setup", "there is something left to do");
    let team =
        run(&app, &["team", "create", "客服", "--everything", "--member", "ada@example.com"], "").await;
    assert!(team.contains("after-sales") && team.contains("ada@example.com"), "{team}");
    assert!(run(&app, &["team", "add", "客服", "li@example.com"], "").await.contains("li@example.com"));
    assert!(!run(&app, &["team", "remove", "客服", "li@example.com"], "").await.contains("li@example.com"));
    assert!(run(&app, &["team", "list"], "").await.contains("客服"));
    let nobody = hospes(&app, &["team", "add", "客服", "eve@example.com"], "").await;
    assert!(!nobody.status.success() && text(&nobody).contains("there is no user"), "{}", text(&nobody));
    let nothing = hospes(&app, &["team", "create", "x"], "").await;
    assert!(!nothing.status.success() && text(&nothing).contains("--everything"), "{}", text(&nothing));

    let folder = artifacts::folder();
    let folder = folder.to_str().unwrap();
    let there = run(&app, &["plugin", "available", "--plugins", folder], "").await;
    assert!(
        ["telegram 0.1.0", "e-mail 0.1.0", "web-form 0.1.0"].iter().all(|name| there.contains(name)),
        "{there}"
    );
    let install =
        ["plugin", "install", "e-mail", "--plugins", folder, "--set", "address=service@example.com"];
    let installed = run(&app, &install, "").await;
    assert!(installed.contains(&format!("{folder}/e-mail.wasm")), "it says which: {installed}");
    let unknown = hospes(&app, &["plugin", "install", "fax", "--plugins", folder], "").await;
    assert!(!unknown.status.success() && text(&unknown).contains(folder), "{}", text(&unknown));
    run(&app, &["plugin", "grant", "e-mail", "--requested"], "").await;
    let enabled = run(&app, &["plugin", "enable", "e-mail"], "").await;
    assert!(enabled.contains("warning: the secret `ingress-secret` isn't set"), "{enabled}");
    assert_eq!(page().await.header("location"), "/inbox", "all is done");
}

async fn who_lost_token_and_password_gets_back_in(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let ada = app.person("Ada", "ada@example.com", "agent").await;
    let session = app.sign_in("ada@example.com").await;
    let database = app.place.address();
    let reset = async |arguments: &[&str], input: &str| {
        let all = [&["user", "reset", "--database", database.as_str()], arguments].concat();
        hospes_with(&[], &all, input).await
    };
    if engine == Engine::Sqlite {
        let locked = reset(&[], "").await;
        let said = text(&locked);
        assert!(
            !locked.status.success() && said.contains("in use by another hospes") && said.contains("stop it"),
            "{said}"
        );
        let nowhere = hospes_with(&[], &["user", "reset", "--database", "sqlite:nowhere.db"], "").await;
        assert!(
            !nowhere.status.success() && text(&nowhere).contains("there is no database"),
            "{}",
            text(&nowhere)
        );
    }
    let TestApp { host, place, clock, .. } = app;
    host.stop().await;
    let new_password = "a horse of another colour";
    let stranger = reset(&["eve@example.com"], &format!("{new_password}\n")).await;
    assert!(
        !stranger.status.success() && text(&stranger).contains("administrators are: "),
        "{}",
        text(&stranger)
    );
    let made = reset(&[], "").await;
    assert!(made.status.success(), "{}", text(&made));
    let token = text(&made).lines().last().unwrap().to_owned();
    let done = reset(&["Ada@example.com", "--administrator"], &format!("{new_password}\n")).await;
    assert!(done.status.success() && text(&done).contains("Ada has a new password"), "{}", text(&done));

    let app = TestApp::start_in(place, clock, &[]).await;
    let me = app.request(Method::GET, "/v1/users").bearer_auth(&token);
    app.send(me).await.expect(200);
    assert_eq!(app.visit(&session, "/inbox").await.status, 303, "signed out everywhere");
    assert_eq!(app.try_sign_in("ada@example.com", PASSWORD).await.status, 422);
    assert_eq!(app.try_sign_in("ada@example.com", new_password).await.status, 303);
    assert_eq!(app.get(&format!("/v1/users/{ada}")).await["roles"], json!(["agent", "administrator"]));
    let kinds = app.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "access.reset").count(), 2, "the log says so: {kinds:?}");
}
