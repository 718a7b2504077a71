//! Transcripts: what plugins were called with and told is kept, without secrets, and can be replayed with the same result.

use hospes::plugins::cases::Rehearsal;
use hospes::plugins::recordings::transcript::Transcript;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::artifacts::artifact;
use support::company::{SECRET, company, message};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    every_kept_call_replays_with_the_same_result,
    failures_are_kept_within_bounds_and_found_by_their_outcome,
    secrets_stand_in_no_transcript_and_strangers_see_none,
);

/// A secret that no text holds by chance.
const CANARY: &str = "canary-5f1c/+\u{6c49}";

async fn troublemaker(app: &TestApp) -> String {
    app.install("tests/troublemaker", &json!({}), &[("token", CANARY)]).await
}

async fn tell(app: &TestApp, query: &str, task: Value) -> u16 {
    let request = app.request(Method::POST, &format!("/in/troublemaker/do?{query}")).json(&task);
    app.send(request).await.status.as_u16()
}

/// The installation's kept calls, once there are so many.
async fn kept(app: &TestApp, id: &str, count: usize) -> Vec<Value> {
    let path = format!("/v1/installations/{id}/calls?limit=500");
    let list = app.until(&path, |list| list["items"].as_array().unwrap().len() >= count).await;
    list["items"].as_array().unwrap().clone()
}

async fn whole(app: &TestApp, id: &str, call: &Value) -> Value {
    app.get(&format!("/v1/installations/{id}/calls/{}", call["id"].as_str().unwrap())).await
}

fn transcript(call: &Value) -> Transcript {
    serde_json::from_value(call["transcript"].clone()).unwrap_or_else(|error| panic!("{error}: {call:#}"))
}

async fn every_kept_call_replays_with_the_same_result(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    let id = troublemaker(app).await;
    app.settle().await;
    let tasks = [
        json!({"what": "count"}),
        json!({"what": "count"}),
        json!({"what": "stage"}),
        json!({"what": "tell"}),
        json!({"what": "get", "key": "count"}),
        json!({"what": "chatter", "kib": 2}),
    ];
    for (number, task) in tasks.iter().enumerate() {
        assert_eq!(tell(app, &format!("m{number}"), task.clone()).await, 200);
    }
    assert_eq!(tell(app, "refused", json!({"what": "stage-and-refuse"})).await, 400);
    assert_eq!(tell(app, "trapped", json!({"what": "stage-and-trap"})).await, 503);
    let customers = app.get("/v1/customers").await;
    let customer = customers["items"][0]["id"].as_str().unwrap().to_owned();
    let read = json!({"what": "read", "kind": "customer", "id": customer});
    assert_eq!(tell(app, "read", read).await, 200);
    company.deliver(&message(1, 42, "Bob", "en", "I want to buy two of the large ones")).await.expect(200);
    app.settle().await;

    let installations = app.get("/v1/installations").await;
    let of = |name: &str| -> String {
        let found = installations["items"].as_array().unwrap().iter().find(|i| i["name"] == name);
        found.unwrap()["id"].as_str().unwrap().to_owned()
    };
    let mut replayed = 0;
    for (plugin, id, count) in
        [("tests/troublemaker", id, 9), ("telegram", of("telegram"), 1), ("lead-score", of("lead-score"), 1)]
    {
        let rehearsal = Rehearsal::new(&artifact(plugin)).await.unwrap();
        for call in kept(app, &id, count).await {
            let call = whole(app, &id, &call).await;
            let told = transcript(&call);
            let differences = rehearsal.replay(&told).await;
            assert!(differences.is_empty(), "{plugin}: {differences:#?}\n{call:#}");
            replayed += 1;

            // Another past, another result; the replay says where.
            if call["outcome"] == "ok" && call["function"] == "channel.receive" && plugin != "telegram" {
                let mut other = told.clone();
                other.output["ok"]["answer"]["status"] = json!(418);
                let differences = rehearsal.replay(&other).await;
                assert!(differences[0].contains("output.ok.answer.status"), "{differences:#?}");
            }
        }
    }
    assert!(replayed >= 11, "{replayed}");
}

async fn failures_are_kept_within_bounds_and_found_by_their_outcome(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let id = troublemaker(&app).await;
    // All within one minute, as a forger would.
    for number in 0..70 {
        assert_eq!(tell(&app, &format!("m{number}"), json!({"what": "stage-and-refuse"})).await, 400);
    }
    kept(&app, &id, 60).await;
    assert_eq!(tell(&app, "good", json!({"what": "count"})).await, 200);
    let calls = kept(&app, &id, 61).await;
    assert_eq!(calls.len(), 61, "sixty failures a minute, and what went well");
    app.clock.advance_millis(60_000);
    assert_eq!(tell(&app, "trap", json!({"what": "stage-and-trap"})).await, 503);
    let calls = kept(&app, &id, 62).await;
    assert_eq!(calls[0]["outcome"], "trapped", "the newest first");
    assert!(calls[0]["message"].as_str().unwrap().contains("broke down"));
    assert!(calls[0]["memory"].as_i64() > Some(0) && calls[0]["wall_us"].as_i64() > Some(0), "{}", calls[0]);

    let path = format!("/v1/installations/{id}/calls");
    let trapped = app.get(&format!("{path}?outcome=trapped")).await;
    assert_eq!(trapped["items"].as_array().unwrap().len(), 1);
    let (mut seen, mut cursor) = (0, String::new());
    loop {
        let page = app.get(&format!("{path}?outcome=refused&limit=25{cursor}")).await;
        seen += page["items"].as_array().unwrap().len();
        let Some(next) = page["next"].as_str() else { break };
        cursor = format!("&cursor={next}");
    }
    assert_eq!(seen, 60);
    let wrong = app.call(Method::GET, &format!("{path}?outcome=splendid"), None).await.expect(422);
    assert!(wrong["errors"][0]["detail"].as_str().unwrap().contains("limit-exceeded"), "{wrong}");
    let call = whole(&app, &id, &trapped["items"][0]).await;
    let told = transcript(&call);
    assert_eq!(told.output["failed"]["what"], "trapped");
    assert_eq!(told.log[0]["text"], "about to misbehave");
}

async fn secrets_stand_in_no_transcript_and_strangers_see_none(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    let id = troublemaker(app).await;
    assert_eq!(tell(app, "m1", json!({"what": "reveal"})).await, 200);
    company.deliver(&message(1, 42, "Bob", "en", "hello")).await.expect(200);
    app.settle().await;
    let installations = app.get("/v1/installations").await;
    let telegram = installations["items"].as_array().unwrap().iter().find(|i| i["name"] == "telegram");
    let telegram = telegram.unwrap()["id"].as_str().unwrap();
    let revealed = whole(app, &id, &kept(app, &id, 1).await[0]).await;
    let delivered = whole(app, telegram, &kept(app, telegram, 1).await[0]).await;
    assert!(revealed.to_string().contains("[secret token]"), "{revealed:#}");
    assert!(delivered.to_string().contains("[secret webhook-secret]"), "{delivered:#}");
    let mut tx = app.host.app().db.read().await.unwrap();
    let all: Vec<String> = tx.scalars("select transcript from plugin_calls", &[]).await.unwrap();
    drop(tx);
    assert!(all.len() >= 3);
    for text in &all {
        let text: Value = serde_json::from_str(text).unwrap();
        let text = text.to_string();
        for secret in [CANARY, SECRET, support::bot_api::TOKEN] {
            assert!(!text.contains(secret), "{secret} stands in {text}");
        }
    }

    // What customers wrote stands in transcripts: seeing plugins isn't enough.
    let new = json!({"name": "reader", "scopes": ["plugins:read"]});
    let token = app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned();
    let call = revealed["id"].as_str().unwrap();
    for path in [format!("/v1/installations/{id}/calls"), format!("/v1/installations/{id}/calls/{call}")] {
        let request = app.request(Method::GET, &path).bearer_auth(&token);
        let refused = app.send(request).await.expect(403);
        assert!(refused["detail"].as_str().unwrap().contains("calls:read"), "{refused}");
    }
    let foreign = format!("/v1/installations/{telegram}/calls/{call}");
    app.call(Method::GET, &foreign, None).await.expect(404);
    let nowhere = format!("/v1/installations/{call}/calls");
    app.call(Method::GET, &nowhere, None).await.expect(404);
}
