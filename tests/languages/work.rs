//! Plugins of other languages at work in a host: a webhook's message is stored, triaged and scored by them.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::store::Engine;

use crate::project::Project;

on_both_engines!(a_message_goes_through_three_languages);

/// A built plugin, with a name of its own.
async fn installed(app: &TestApp, language: &'static str, ability: &str) -> String {
    let project = Project::begin(language, &[ability]).await;
    let name = format!("{language}-{ability}");
    let manifest = project.read("plugin.toml").replace("id = \"demo\"", &format!("id = \"{name}\""));
    project.write("plugin.toml", &manifest);
    project.must("build").await;
    let artifact = std::fs::read(project.dir().join(format!("target/{name}-0.1.0.wasm"))).unwrap();
    app.upload(artifact).await.expect(201);
    app.install_as(&name, &name, &json!({}), &[]).await
}

async fn a_message_goes_through_three_languages(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    installed(&app, "typescript", "channel").await;
    installed(&app, "python", "scoring").await;
    installed(&app, "javascript", "triage").await;
    for number in 0..3 {
        let greeting = json!({
            "id": number.to_string(), "from": "li@example.com", "name": "李雷", "text": "我要退款", "at": 1_767_600_000_000_000_i64 + number,
        });
        let answer = app.send(app.request(Method::POST, "/in/typescript-channel").json(&greeting)).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (200, "Thank you"), "{}", answer.text);
    }
    app.settle().await;
    let customers = app.get("/v1/customers").await;
    assert_eq!(customers["items"].as_array().unwrap().len(), 1, "{customers:#}");
    let view =
        app.get(&format!("/v1/customers/{}/view", customers["items"][0]["id"].as_str().unwrap())).await;
    assert_eq!(view["customer"]["name"], "李雷");
    let score = &view["scores"][0];
    assert_eq!(
        (&score["name"], &score["value"], &score["grade"]),
        (&json!("activity"), &json!(3.0), &json!("hot"))
    );
    let ticket = &view["tickets"][0];
    assert_eq!((&ticket["class"], &ticket["priority"]), (&json!("complaint"), &json!("urgent")), "{view:#}");
    // What isn't JSON is refused by the guest, whatever it is, and the next one is taken.
    let broken = app.request(Method::POST, "/in/typescript-channel").body("[".repeat(100_000));
    assert_eq!(app.send(broken).await.status.as_u16(), 400);
    let whole: Value = app.get("/v1/installations").await;
    let open = whole["items"]
        .as_array()
        .unwrap()
        .iter()
        .all(|one| one["breaker"].is_null() || one["breaker"] == "closed");
    assert!(open, "{whole:#}");
}
