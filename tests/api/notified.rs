//! Notifications reach people besides the console, as they choose.

use reqwest::Method;
use serde_json::json;
use support::app::TestApp;
use support::mail::Smtp;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_mention_goes_out_by_mail_unless_it_is_muted,
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
