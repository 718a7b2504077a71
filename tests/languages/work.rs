//! Plugins of other languages at work in a host: a webhook's message is stored, triaged and scored by them.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp};
use support::on_both_engines;
use support::store::Engine;

use crate::project::Project;

on_both_engines!(
    a_message_goes_through_three_languages,
    a_tool_is_called,
    who_asks_again_asks_no_plugin,
    a_tool_that_breaks_its_word_does_nothing,
    what_is_due_runs_once,
    a_channel_asks_for_its_messages,
);

/// A built plugin, with a name of its own.
async fn installed(app: &TestApp, language: &'static str, ability: &str) -> String {
    let project = Project::begin(language, &[ability]).await;
    let name = format!("{language}-{ability}");
    let manifest = project.read("plugin.toml").replace("id = \"demo\"", &format!("id = \"{name}\""));
    project.write("plugin.toml", &manifest);
    app.upload(project.built().await).await.expect(201);
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

async fn a_tool_is_called(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let id = installed(&app, "javascript", "tools").await;
    let tools = format!("/v1/installations/{id}/tools");
    let offered = app.get(&tools).await;
    assert_eq!(offered["items"][0]["name"], "count-words");
    assert_eq!(offered["items"][0]["summary"]["zh-CN"], "统计单词数。");
    let tool = format!("{tools}/count-words");
    let keyed = || app.request(Method::POST, &tool).bearer_auth(ADMIN).header("idempotency-key", "t-1");
    let asked = json!({"arguments": {"text": "three small words"}});
    for _ in 0..2 {
        assert_eq!(app.send(keyed().json(&asked)).await.expect(200), json!({"result": {"words": 3}}));
    }
    app.send(keyed().json(&json!({"arguments": {"text": "others"}}))).await.expect(409);
    app.settle().await;
    let log = app.get("/v1/events?type=plugin.tool-called").await;
    assert_eq!(log["items"].as_array().unwrap().len(), 1, "once for one key: {log:#}");
    let stats = app.get(&format!("/v1/installations/{id}/stats")).await;
    assert_eq!(stats["calls"][0]["calls"], 1, "whoever asks again gets the kept answer: {stats:#}");
    for (arguments, pointer) in [
        (json!({}), "/arguments"),
        (json!({"text": 7}), "/arguments/text"),
        (json!({"text": "a", "more": 1}), "/arguments"),
    ] {
        let problem = app.post(&tool, &json!({"arguments": arguments})).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem:#}");
    }
    app.post(&format!("{tools}/count-letters"), &asked).await.expect(404);
    let reader = json!({"name": "reader", "scopes": ["plugins:read"]});
    let reader = app.post("/v1/tokens", &reader).await.expect(201);
    let request = app.request(Method::POST, &tool).bearer_auth(reader["token"].as_str().unwrap());
    let refused = app.send(request.json(&asked)).await;
    assert!(refused.text.contains("tools:call"), "{}", refused.text);
    refused.expect(403);
    app.post(&format!("/v1/installations/{id}/disable"), &json!({})).await.expect(200);
    app.post(&tool, &asked).await.expect(409);
}

async fn who_asks_again_asks_no_plugin(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let id = installed(&app, "javascript", "triage").await;
    let customer = app.post("/v1/customers", &json!({"name": "李雷"})).await.expect(201);
    let keyed =
        || app.request(Method::POST, "/v1/tickets").bearer_auth(ADMIN).header("idempotency-key", "k-1");
    let new = json!({"customer_id": customer["id"], "subject": "退款", "text": "我要退款"});
    let first = app.send(keyed().json(&new)).await.expect(201);
    let second = app.send(keyed().json(&new)).await;
    assert_eq!(second.header("location"), format!("/v1/tickets/{}", first["id"].as_str().unwrap()));
    assert_eq!(second.expect(201), first);
    let other = json!({"customer_id": customer["id"], "subject": "其他", "text": "别的"});
    app.send(keyed().json(&other)).await.expect(409);
    let stats = app.get(&format!("/v1/installations/{id}/stats")).await;
    assert_eq!((&stats["calls"][0]["interface"], &stats["calls"][0]["calls"]), (&json!("triage"), &json!(1)));
}

async fn a_tool_that_breaks_its_word_does_nothing(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let project = Project::begin("javascript", &["tools"]).await;
    let wants = "\n[wants.kv]\nbytes = 1000\nreason = { zh-CN = \"计数\", en = \"To count\" }\n";
    project.write("plugin.toml", &(project.read("plugin.toml") + wants));
    project.write(
        "plugin.js",
        "import * as hospes from 'hospes';\n\
         export const tools = {\n  call(name, input) {\n    const count = hospes.kv.increment('calls', 1);\n    \
         const { text } = hospes.json(input);\n    if (text === 'refuse') throw new hospes.HospesError('conflict', 'not today');\n    \
         return JSON.stringify({ words: text === 'lie' ? 'many' : count });\n  },\n};\n",
    );
    app.upload(project.built().await).await.expect(201);
    let id = app.install_as("demo", "demo", &json!({}), &[]).await;
    let tool = format!("/v1/installations/{id}/tools/count-words");
    let asking = |text: &str| json!({"arguments": {"text": text}});
    let lied = app.post(&tool, &asking("lie")).await;
    assert!(lied.text.contains("its own schema"), "{}", lied.text);
    lied.expect(503);
    let refused = app.post(&tool, &asking("refuse")).await;
    assert!(refused.text.contains("not today"), "{}", refused.text);
    refused.expect(409);
    // Neither counted: what a call changes is done with its answer or not at all.
    for count in 1..=2 {
        assert_eq!(app.post(&tool, &asking("count")).await.expect(200)["result"]["words"], count);
    }
}

async fn what_is_due_runs_once(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let id = installed(&app, "javascript", "schedule").await;
    let logs = format!("/v1/installations/{id}/logs");
    let said = async |wanted: &[&str]| {
        let seen = |page: &Value| -> Vec<String> {
            let lines = page["items"].as_array().unwrap().iter().filter_map(|line| line["text"].as_str());
            let mut lines: Vec<String> =
                lines.filter(|line| line.contains("was due")).map(str::to_owned).collect();
            lines.sort();
            lines
        };
        let wanted: Vec<String> =
            wanted.iter().map(|day| format!("morning was due at {day}T00:00:00.000Z")).collect();
        let page = app.until(&logs, |page| seen(page).len() >= wanted.len()).await;
        assert_eq!(seen(&page), wanted, "{page:#}");
    };
    // Eight in the morning in Shanghai is midnight in UTC.
    const HOUR: i64 = 3_600_000;
    app.clock.advance_millis(15 * HOUR);
    app.settle().await;
    said(&[]).await;
    app.clock.advance_millis(2 * HOUR);
    said(&["2026-01-06"]).await;
    app.settle().await;
    // Nobody ran for three days: what was missed is made up for once, and then the next time comes.
    app.clock.advance_millis(72 * HOUR);
    said(&["2026-01-06", "2026-01-07"]).await;
    app.settle().await;
    app.clock.advance_millis(24 * HOUR);
    said(&["2026-01-06", "2026-01-07", "2026-01-10"]).await;
    app.settle().await;
    app.post(&format!("/v1/installations/{id}/disable"), &json!({})).await.expect(200);
    app.clock.advance_millis(48 * HOUR);
    app.settle().await;
    app.post(&format!("/v1/installations/{id}/enable"), &json!({})).await.expect(200);
    app.clock.advance_millis(24 * HOUR);
    said(&["2026-01-06", "2026-01-07", "2026-01-10", "2026-01-13"]).await;
}

async fn a_channel_asks_for_its_messages(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let project = Project::begin("javascript", &["channel-poll"]).await;
    let settings = "\n[settings]\ntype = \"object\"\nadditionalProperties = false\n\n[settings.properties.upto]\ntype = \"integer\"\ntitle = \"How many\"\ndefault = 2\n";
    project.write("plugin.toml", &(project.read("plugin.toml") + settings));
    project.write(
        "plugin.js",
        r#"
import * as hospes from 'hospes';

export const channelPoll = {
  poll(cursor) {
    const [from, upto] = [Number(cursor ?? 0), hospes.config.get('upto')];
    if (upto < 0) throw new hospes.HospesError('unavailable', 'the provider is down', 1_000);
    if (from >= upto) return { cursor, more: false };
    const id = String(from + 1);
    const sender = [{ scheme: 'email', issuer: '', value: 'li@example.com', attested: false }];
    const message = { externalId: id, conversation: 'li', kind: 'message', sender, sentAt: from, text: `message ${id}` };
    const kept = id === '2' ? [{ externalId: 'k', reason: 'own', detail: 'its own' }] : [];
    return { messages: [message], kept, cursor: id, more: from + 1 < upto };
  },
};
"#,
    );
    app.upload(project.built().await).await.expect(201);
    let id = app.install_as("demo", "demo", &json!({}), &[]).await;
    let installation = format!("/v1/installations/{id}");
    let came = async |count: usize| {
        let page =
            app.until("/v1/interactions", |page| page["items"].as_array().unwrap().len() >= count).await;
        app.settle().await;
        let mut texts: Vec<String> =
            page["items"].as_array().unwrap().iter().map(|one| one["text"].to_string()).collect();
        texts.sort();
        let wanted: Vec<String> = (1..=count).map(|number| format!("\"message {number}\"")).collect();
        assert_eq!(texts, wanted);
    };
    let upto = async |number: i64| {
        let settings = json!({"upto": number});
        app.call(Method::PUT, &format!("{installation}/settings"), Some(&settings)).await.expect(200);
        app.clock.advance_millis(61_000);
        app.settle().await;
    };
    came(2).await;
    let kept = app.get(&format!("{installation}/deliveries")).await;
    assert_eq!(
        (&kept["items"][0]["reason"], kept["items"].as_array().unwrap().len()),
        (&json!("own"), 1),
        "{kept:#}"
    );
    upto(3).await;
    came(3).await;
    // A provider that is down is asked again from the same place.
    upto(-1).await;
    upto(4).await;
    came(4).await;
    app.post(&format!("{installation}/disable"), &json!({})).await.expect(200);
    upto(5).await;
    came(4).await;
    // Who is switched on again goes on where it was.
    app.post(&format!("{installation}/enable"), &json!({})).await.expect(200);
    came(5).await;
}
