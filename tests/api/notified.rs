//! Notifications reach people besides the console, as they choose.

use reqwest::Method;
use serde_json::json;
use support::app::TestApp;
use support::mail::Smtp;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_mention_goes_out_by_mail_unless_it_is_muted,
    it_waits_until_somebody_may_have_read_it_and_through_their_night,
    a_messenger_gets_what_it_can_deliver_and_says_what_it_cannot,
    settings_that_make_no_sense_are_refused_with_their_place,
);

/// Where settings are.
const PATH: &str = "/v1/notification-settings";

/// A colleague with a token that acts for them.
async fn colleague(app: &TestApp) -> (String, String) {
    let new = json!({"name": "李雷", "email": "lilei@shop.example", "language": "zh-CN"});
    let user = app.post("/v1/users", &new).await.expect(201)["id"].as_str().unwrap().to_owned();
    let new = json!({"name": "李雷", "scopes": ["*"], "user_id": user});
    let token = app.post("/v1/tokens", &new).await.expect(201)["token"].as_str().unwrap().to_owned();
    (user, token)
}

async fn put(app: &TestApp, token: &str, settings: &serde_json::Value) -> support::app::Answer {
    app.send(app.request(Method::PUT, PATH).bearer_auth(token).json(settings)).await
}

async fn mention(app: &TestApp, user: &str, text: &str) {
    let customer = app.post("/v1/customers", &json!({"name": "Ada"})).await.expect(201);
    let comment = json!({
        "subject_kind": "customer", "subject_id": customer["id"], "text": format!("@[李雷](user:{user}) {text}"),
    });
    app.post("/v1/comments", &comment).await.expect(201);
}

async fn a_mention_goes_out_by_mail_unless_it_is_muted(engine: Engine) {
    let smtp = Smtp::on();
    let app = TestApp::start_with_relay(engine, smtp.settings()).await;
    let (user, token) = colleague(&app).await;
    mention(&app, &user, "before anything was chosen").await;
    app.settle().await;
    let by_mail = json!({"ways": [{"by": "mail"}], "time_zone": "Asia/Shanghai"});
    put(&app, &token, &by_mail).await.expect(200);
    mention(&app, &user, "请看一下").await;
    let mails = smtp.mails(1).await;
    assert_eq!(mails[0].header("to"), "lilei@shop.example");
    assert!(mails[0].header("subject").contains("请看一下"), "{}", mails[0].header("subject"));
    let text = mails[0].says["text"].as_str().unwrap();
    assert!(text.contains("/notifications/") && text.contains("有人提到了您。"), "{text}");

    let muted = json!({"ways": [{"by": "mail"}], "muted_kinds": ["mention"]});
    put(&app, &token, &muted).await.expect(200);
    mention(&app, &user, "muted").await;
    // What comes after it has come shows that the muted one has not.
    app.send(app.request(Method::POST, &format!("{PATH}/test")).bearer_auth(&token)).await.expect(204);
    let mails = smtp.mails(2).await;
    assert!(mails[1].header("subject").contains("测试通知"), "{}", mails[1].header("subject"));
    let unread =
        app.send(app.request(Method::GET, "/v1/inbox?unread=true").bearer_auth(&token)).await.expect(200);
    assert_eq!(unread["items"].as_array().unwrap().len(), 4, "all of it stands in the console: {unread}");
}

/// Nothing that is read in time goes out, and nothing goes out at night.
async fn it_waits_until_somebody_may_have_read_it_and_through_their_night(engine: Engine) {
    let smtp = Smtp::on();
    let app = TestApp::start_with_relay(engine, smtp.settings()).await;
    let (user, token) = colleague(&app).await;
    // The tests' clock stands at eight in the morning in UTC, four in the afternoon there.
    let settings = json!({
        "ways": [{"by": "mail", "wait_minutes": 15}],
        "quiet_hours": {"from": "16:10", "until": "07:00"}, "time_zone": "Asia/Shanghai",
    });
    put(&app, &token, &settings).await.expect(200);
    mention(&app, &user, "read in time").await;
    app.settle().await;
    app.send(app.request(Method::POST, "/v1/notifications:read-all").bearer_auth(&token)).await.expect(200);
    mention(&app, &user, "not read").await;
    app.settle().await;
    app.clock.advance_millis(14 * 3_600_000);
    app.settle().await;
    assert_eq!(smtp.count(), 0, "it is six in the morning");
    app.clock.advance_millis(61 * 60_000);
    let mails = smtp.mails(1).await;
    assert!(mails[0].header("subject").contains("not read"), "{}", mails[0].header("subject"));
    app.settle().await;
    assert_eq!(smtp.count(), 1);
}

/// A messenger that makes a task of what it delivers, knows one person, and is busy the first time.
const MANIFEST: &str = r#"
id = "pager"
version = "1.0.0"
contract = "0.1"
license = "MIT"
name = { zh-CN = "寻呼", en = "Pager" }
summary = { zh-CN = "寻呼", en = "Pages people" }
abilities = ["messenger"]

[[wants.records]]
kind = "task"
write = ["title"]
scope = "all"
reason = { zh-CN = "记下送达。", en = "Notes what was delivered." }

[wants.kv]
bytes = 1000
reason = { zh-CN = "记住。", en = "Remembers." }
"#;

const PAGER: &str = r"
import * as hospes from 'hospes';
const failure = ({ id, address, text, url, attributes }) => {
  if (address !== 'lilei') return { code: 'not-found', message: `nobody is called ${address}` };
  const { email, kind, reason } = hospes.object(attributes);
  if (!hospes.kv.get(id)) {
    hospes.kv.set(id, hospes.bytes('seen'));
    return { code: 'unavailable', message: 'busy', retryAfterMs: 60000 };
  }
  hospes.records.create('task', hospes.attributes({ title: [email, kind, text, reason, url].join('|') }));
};
export const messenger = {
  deliver: (all) => all.map((one) => ({ notification: one.id, reference: '', failure: failure(one) })),
};
";

async fn a_messenger_gets_what_it_can_deliver_and_says_what_it_cannot(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (user, token) = colleague(&app).await;
    app.post("/v1/plugins", &json!({"manifest": MANIFEST, "files": {"plugin.js": PAGER}})).await.expect(201);
    let used = app.post("/v1/installations", &json!({"plugin": "pager", "name": "pager"})).await.expect(201);
    let path = format!("/v1/installations/{}", used["id"].as_str().unwrap());
    let grants: Vec<_> =
        used["requested"].as_array().unwrap().iter().map(|one| one["grant"].clone()).collect();
    app.call(Method::PUT, &format!("{path}/grants"), Some(&json!({"grants": grants}))).await.expect(200);
    app.post(&format!("{path}/enable"), &json!({})).await.expect(200);
    let by = |address: &str| json!({"ways": [{"by": used["id"], "address": address}]});

    put(&app, &token, &by("lilei")).await.expect(200);
    mention(&app, &user, "请看一下").await;
    app.settle().await;
    assert_eq!(app.get("/v1/tasks").await["items"], json!([]), "it was busy");
    app.clock.advance_millis(120_000);
    let tasks = app.until("/v1/tasks", |list| !list["items"][0].is_null()).await;
    let title = tasks["items"][0]["title"].as_str().unwrap();
    let parts: Vec<&str> = title.split('|').collect();
    assert_eq!((parts[0], parts[1], parts[3]), ("lilei@shop.example", "mention", "有人提到了您。"));
    assert!(parts[2].contains("请看一下") && parts[4].contains("/notifications/"), "{title}");

    put(&app, &token, &by("han")).await.expect(200);
    mention(&app, &user, "for nobody").await;
    app.settle().await;
    let failures = format!("{PATH}/failures");
    let failed = app.send(app.request(Method::GET, &failures).bearer_auth(&token)).await.expect(200);
    let failed = &failed["items"][0];
    assert_eq!((&failed["by"], &failed["failure"]), (&used["id"], &json!("nobody is called han")));
    assert_eq!(app.get("/v1/tasks").await["items"].as_array().unwrap().len(), 1);
    // Who mends it has seen it.
    put(&app, &token, &by("lilei")).await.expect(200);
    let failed = app.send(app.request(Method::GET, &failures).bearer_auth(&token)).await.expect(200);
    assert_eq!(failed["items"], json!([]));
}

async fn settings_that_make_no_sense_are_refused_with_their_place(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (_, token) = colleague(&app).await;
    let unknown = "01900000-0000-7000-8000-000000000001";
    for (settings, place) in [
        (json!({"ways": [{"by": "mail"}]}), "/ways/0/by"),
        (json!({"ways": [{"by": unknown}]}), "/ways/0/by"),
        (json!({"ways": [], "time_zone": "Asia/Nowhere"}), "/time_zone"),
        (json!({"ways": [], "quiet_hours": {"from": "07:00", "until": "07:00"}}), "/quiet_hours"),
    ] {
        let refused = put(&app, &token, &settings).await.expect(422);
        assert!(refused.to_string().contains(place), "{settings}: {refused}");
    }
    let kept = app.send(app.request(Method::GET, PATH).bearer_auth(&token)).await.expect(200);
    assert_eq!(kept["ways"], json!([]));
    // A program of its own is nobody who could be notified.
    app.call(Method::PUT, PATH, Some(&json!({"ways": []}))).await.expect(403);
}
