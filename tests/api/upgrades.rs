//! The life of a plugin in use: further versions, back again, out of use; with no pause, no lost call and no right that
//! nobody gave.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hospes::domain::ids::HostId;
use hospes::store::db::{DbError, Tx};
use hospes::store::hosts;
use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::artifacts::{artifact, with_manifest};
use support::bot_api::{BotApi, TOKEN};
use support::company::{Company, company, company_beside, message};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    webhooks_go_on_while_versions_change,
    a_version_waits_until_every_living_host_has_it,
    a_version_that_asks_for_more_waits_for_its_grant,
    requests_that_cannot_be_met_change_nothing,
    two_of_one_plugin_keep_apart_and_one_goes,
    figures_are_kept_by_version,
);

/// The shipped Telegram plugin as another version, with its manifest changed.
fn telegram(version: &str, change: impl Fn(&mut Value)) -> Vec<u8> {
    with_manifest(&artifact("telegram"), |manifest| {
        manifest["version"] = json!(version);
        change(manifest);
    })
}

async fn installation(app: &TestApp, name: &str) -> Value {
    let list = app.get("/v1/installations").await;
    let found = list["items"].as_array().unwrap().iter().find(|item| item["name"] == name);
    found.unwrap_or_else(|| panic!("{name} isn't there: {list:#}")).clone()
}

async fn path(app: &TestApp, name: &str) -> String {
    format!("/v1/installations/{}", installation(app, name).await["id"].as_str().unwrap())
}

async fn upgrade(app: &TestApp, name: &str, body: Value) -> support::app::Answer {
    app.post(&format!("{}/upgrade", path(app, name).await), &body).await
}

fn version(installation: &Value) -> &str {
    installation["version_in_use"].as_str().unwrap()
}

async fn webhooks_go_on_while_versions_change(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    for other in ["csat", "lead-score"] {
        let path = path(app, other).await;
        app.call(Method::POST, &format!("{path}/disable"), None).await.expect(200);
    }
    app.upload(telegram("0.2.0", |_| {})).await.expect(201);
    let done = AtomicBool::new(false);
    let deliver = |lane: i64| {
        let (company, done) = (&company, &done);
        async move {
            let mut delivered = 0;
            while !done.load(Ordering::Relaxed) {
                delivered += 1;
                let update = message(lane * 100_000 + delivered, lane, "Tom", "en", "Is it in stock?");
                let answer = company.deliver(&update).await;
                assert_eq!(answer.status, 200, "{answer:?}");
                // As fast as customers write, not as fast as a loop runs.
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
            delivered
        }
    };
    let change = async {
        let rollback = format!("{}/rollback", path(app, "telegram").await);
        for _ in 0..3 {
            let changed = upgrade(app, "telegram", json!({"version": "0.2.0"})).await.expect(200);
            assert_eq!((version(&changed), changed["previous_version"].as_str()), ("0.2.0", Some("0.1.0")));
            let back = app.call(Method::POST, &rollback, None).await.expect(200);
            assert_eq!((version(&back), back["previous_version"].as_str()), ("0.1.0", None));
        }
        upgrade(app, "telegram", json!({})).await.expect(200);
        done.store(true, Ordering::Relaxed);
    };
    let (one, two, three, ()) = tokio::join!(deliver(1), deliver(2), deliver(3), change);
    app.settle().await;
    let total = usize::try_from(one + two + three).unwrap();
    let mut stored = 0;
    let mut place = 0;
    loop {
        let page = app.get(&format!("/v1/events?after={place}&limit=500")).await;
        let items = page["items"].as_array().unwrap();
        stored += items.iter().filter(|event| event["type"] == "interaction.received").count();
        match page["next"].as_str() {
            Some(next) => place = next.parse::<i64>().unwrap(),
            None => break,
        }
    }
    assert_eq!(stored, total, "each was answered 200 and is stored once");
    assert_eq!(version(&installation(app, "telegram").await), "0.2.0");
}

async fn a_version_waits_until_every_living_host_has_it(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    app.upload(telegram("0.2.0", |_| {})).await.expect(201);
    // Another host that lives and compiles nothing, and then says that it can't.
    let db = app.host.app().db.clone();
    let other = db.write((), |tx, ()| Box::pin(enter(tx))).await.unwrap();
    let early = upgrade(app, "telegram", json!({"version": "0.2.0"})).await;
    assert_eq!(early.status, 503, "{early:?}");
    assert_eq!(early.header("retry-after"), "2");
    assert!(early.json()["detail"].as_str().unwrap().contains("192.0.2.7:8080"), "{early:?}");
    assert_eq!(version(&installation(app, "telegram").await), "0.1.0");
    db.write(other, |tx, other| Box::pin(give_up(tx, *other))).await.unwrap();
    let never = upgrade(app, "telegram", json!({"version": "0.2.0"})).await;
    assert_eq!(never.status, 409, "{never:?}");
    assert!(never.json()["detail"].as_str().unwrap().contains("not on this processor"), "{never:?}");
    assert_eq!(version(&installation(app, "telegram").await), "0.1.0");
    // A host that is gone is waited for no longer.
    db.write(other, |tx, other| Box::pin(hosts::leave(tx, *other))).await.unwrap();
    upgrade(app, "telegram", json!({"version": "0.2.0"})).await.expect(200);
}

async fn enter(tx: &mut Tx) -> Result<HostId, DbError> {
    let id = tx.id();
    hosts::beat(tx, id, "192.0.2.7:8080", "0.1.0").await?;
    Ok(id)
}

async fn give_up(tx: &mut Tx, host: HostId) -> Result<(), DbError> {
    for version in hosts::wanted(tx, host).await? {
        hosts::note(tx, host, version, Some("not on this processor")).await?;
    }
    Ok(())
}

fn asking_for_more(manifest: &mut Value) {
    manifest["wants"]["http"].as_array_mut().unwrap()[0]["paths"] = json!(["/*"]);
    let reason = json!({"zh-CN": "测试。", "en": "To greet by name."});
    manifest["wants"]["records"] =
        json!([{"kind": "customer", "read": ["name"], "write": [], "scope": "all", "reason": reason}]);
}

async fn a_version_that_asks_for_more_waits_for_its_grant(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    app.upload(telegram("0.2.0", asking_for_more)).await.expect(201);
    let waiting = upgrade(app, "telegram", json!({"version": "0.2.0"})).await.expect(200);
    assert_eq!((version(&waiting), waiting["pending"]["version"].as_str()), ("0.1.0", Some("0.2.0")));
    let more = waiting["pending"]["more"].as_array().unwrap();
    assert_eq!(more.len(), 2, "{more:#?}");
    assert!(more[0]["words"].as_str().unwrap().contains("/*"), "{more:#?}");
    assert!(more[0]["before"].as_str().unwrap().contains("/bot"), "{more:#?}");
    assert_eq!(
        (more[1]["grant"].as_str(), &more[1]["before"]),
        (Some("records:customer:read"), &Value::Null)
    );
    company.deliver(&message(1, 1, "Tom", "en", "Is it in stock?")).await.expect(200);

    // Dropped, and asked for again.
    let path = path(app, "telegram").await;
    let rollback = format!("{path}/rollback");
    assert_eq!(app.call(Method::POST, &rollback, None).await.expect(200)["pending"], Value::Null);
    assert_eq!(app.call(Method::POST, &rollback, None).await.status, 409, "there is nothing before it");
    upgrade(app, "telegram", json!({"version": "0.2.0"})).await.expect(200);

    // A grant that leaves the new request out keeps it waiting; one that has it switches.
    let held = waiting["grants"].as_array().unwrap().clone();
    let grants = format!("{path}/grants");
    let same = app.call(Method::PUT, &grants, Some(&json!({"grants": held}))).await.expect(200);
    assert_eq!(version(&same), "0.1.0");
    let all = [held, vec![json!("records:customer:read")]].concat();
    let granted = app.call(Method::PUT, &grants, Some(&json!({"grants": all}))).await.expect(200);
    assert_eq!((version(&granted), &granted["pending"]), ("0.2.0", &Value::Null), "{granted:#}");
    company.deliver(&message(2, 1, "Tom", "en", "Is it in stock?")).await.expect(200);

    // Back to the one that asks for less; what was granted to the other does nothing, and is there when it comes back.
    app.call(Method::POST, &rollback, None).await.expect(200);
    let again = upgrade(app, "telegram", json!({"version": "0.2.0", "grants": all})).await.expect(200);
    assert_eq!(version(&again), "0.2.0", "who says what it gets has decided");
    let kinds = app.kinds().await;
    let count = |kind: &str| kinds.iter().filter(|known| *known == kind).count();
    let changes = ["plugin.upgrade-waits", "plugin.upgrade-dropped", "plugin.upgraded", "plugin.rolled-back"]
        .map(count);
    assert_eq!(changes, [2, 1, 2, 1], "{kinds:?}");
}

async fn requests_that_cannot_be_met_change_nothing(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    let refused = async |body: Value, status: u16, words: &[&str]| {
        let answer = upgrade(app, "telegram", body).await;
        assert_eq!(answer.status.as_u16(), status, "{}", answer.text);
        for word in words {
            assert!(answer.text.contains(word), "{word} isn't said: {}", answer.text);
        }
    };
    refused(json!({"version": "9.9.9"}), 422, &["9.9.9", "0.1.0"]).await;
    refused(json!({"version": "0.1.0"}), 409, &["in use already"]).await;
    refused(json!({"versoin": "0.1.0"}), 400, &["versoin"]).await;
    let stricter = telegram("0.3.0", |manifest| {
        manifest["settings"]["properties"]["shop"] = json!({"type": "string", "title": "Shop"});
        manifest["settings"]["required"] = json!(["shop"]);
    });
    app.upload(stricter).await.expect(201);
    refused(json!({"version": "0.3.0"}), 422, &["/settings", "shop"]).await;
    refused(json!({"version": "0.3.0", "grants": ["http:evil.example.com"]}), 422, &["shop"]).await;
    let before = installation(app, "telegram").await;
    assert_eq!((version(&before), &before["pending"]), ("0.1.0", &Value::Null));
    let mut settings = before["settings"].clone();
    settings["shop"] = json!("Kettles");
    let changed =
        upgrade(app, "telegram", json!({"version": "0.3.0", "settings": settings})).await.expect(200);
    assert_eq!((version(&changed), &changed["settings"]), ("0.3.0", &settings));
    let nobody = app.host.app().db.id();
    let answer = app.post(&format!("/v1/installations/{nobody}/upgrade"), &json!({})).await;
    assert_eq!(answer.status, 404, "{answer:?}");
}

async fn two_of_one_plugin_keep_apart_and_one_goes(engine: Engine) {
    let second = BotApi::start().await;
    let company: Company = company_beside(engine, &[&second]).await;
    let app = &company.app;
    let settings = json!({"api-url": second.address(), "bot": "second"});
    let secrets = [("bot-token", TOKEN), ("webhook-secret", "another-secret-of-the-tests")];
    app.install_as("telegram", "second", &settings, &secrets).await;
    let update = message(1, 5, "Eve", "en", "Is it in stock?");
    assert_eq!(
        company.deliver_to("second", &update).await.status,
        401,
        "the first one's secret isn't its own"
    );
    let deliver = async || {
        let request = app
            .request(Method::POST, "/in/second/update")
            .header("x-telegram-bot-api-secret-token", "another-secret-of-the-tests");
        app.send(request.json(&update)).await
    };
    deliver().await.expect(200);
    company.deliver(&update).await.expect(200);
    app.settle().await;
    let list = app.get("/v1/conversations").await;
    let conversations = list["items"].as_array().unwrap();
    assert_eq!(conversations.len(), 2, "the same update of two bots is two");
    for conversation in conversations {
        let path = format!("/v1/conversations/{}/messages", conversation["id"].as_str().unwrap());
        app.post(&path, &json!({"text": "Yes, it is."})).await.expect(201);
    }
    assert_eq!((company.bot.wait_for(1).await.len(), second.wait_for(1).await.len()), (1, 1));

    // One goes: what was its own is gone, what came through it and the other one stay.
    let gone = path(app, "second").await;
    let shown = installation(app, "second").await;
    assert!(!shown.to_string().contains("another-secret"), "{shown:#}");
    let conversation = format!("/v1/conversations/{}/messages", conversations[0]["id"].as_str().unwrap());
    let other = format!("/v1/conversations/{}/messages", conversations[1]["id"].as_str().unwrap());
    app.settle().await;
    app.call(Method::DELETE, &gone, None).await.expect(204);
    app.call(Method::DELETE, &gone, None).await.expect(404);
    app.call(Method::GET, &gone, None).await.expect(404);
    assert_eq!(deliver().await.status, 404);
    let mut tx = app.host.app().db.read().await.unwrap();
    for sql in [
        "select count(*) from installation_secrets s join installations i on i.id = s.installation_id \
         where i.removed_at is not null",
        "select count(*) from kv k join installations i on i.id = k.installation_id \
         where i.removed_at is not null",
    ] {
        assert_eq!(tx.scalar::<i64>(sql, &[]).await.unwrap(), 0, "{sql}");
    }
    drop(tx);
    app.clock.advance_millis(5_000);
    for path in [&conversation, &other] {
        app.post(path, &json!({"text": "Are you still there?"})).await.expect(201);
    }
    let mut ends = Vec::new();
    for path in [&conversation, &other] {
        let list = app.until(path, |list| list["items"][0]["status"] != "queued").await;
        ends.push((list["items"][0]["status"].clone(), list["items"][0]["failure"].clone()));
    }
    let removed = (json!("failed"), json!("the message's channel was removed; ask an administrator"));
    assert!(ends.contains(&removed) && ends.contains(&(json!("sent"), Value::Null)), "{ends:?}");
    // The name is free again, and nothing of the one before is there.
    let new = json!({"plugin": "telegram", "name": "second", "settings": {}});
    let fresh = app.post("/v1/installations", &new).await.expect(201);
    assert_eq!((&fresh["grants"], &fresh["secrets"][0]["set"]), (&json!([]), &json!(false)));
}

async fn figures_are_kept_by_version(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    let path = path(app, "telegram").await;
    company.deliver(&message(1, 1, "Tom", "en", "Is it in stock?")).await.expect(200);
    app.send(app.request(Method::POST, "/in/telegram/update").json(&json!({}))).await.expect(401);
    app.upload(telegram("0.2.0", |_| {})).await.expect(201);
    upgrade(app, "telegram", json!({})).await.expect(200);
    company.deliver(&message(2, 1, "Tom", "en", "Is it in stock?")).await.expect(200);
    let stats = app.get(&format!("{path}/stats")).await;
    assert_eq!(stats["since"], "2026-01-04T09:00:00Z");
    let calls = |version: &str| {
        let rows = stats["calls"].as_array().unwrap();
        let found = rows.iter().find(|row| row["version"] == version && row["interface"] == "channel");
        found.unwrap_or_else(|| panic!("{version}: {stats:#}")).clone()
    };
    let (old, new) = (calls("0.1.0"), calls("0.2.0"));
    let counts = |row: &Value| ["calls", "refused", "failed"].map(|name| row[name].as_i64().unwrap());
    assert_eq!((counts(&old), counts(&new)), ([2, 1, 0], [1, 0, 0]));
    assert!(new["memory"].as_i64().unwrap() > 0 && new["longest_us"].as_i64().unwrap() > 0);
    assert_eq!(new["within_1s"], 1);
    assert_eq!(app.get(&format!("{path}/stats?hours=1")).await["since"], "2026-01-05T08:00:00Z");
    app.call(Method::GET, &format!("{path}/stats?hours=0"), None).await.expect(400);
    let logs = app.get(&format!("{path}/logs")).await;
    let texts: Vec<&str> =
        logs["items"].as_array().unwrap().iter().map(|line| line["text"].as_str().unwrap()).collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(texts[0].contains("refused with 401"), "{texts:?}");
}
