//! A password by mail: for who was invited and for who has forgotten it; to its owner alone, for half an hour, once.

use hospes::plugins::egress::relay::RelaySettings;
use reqwest::Method;
use serde_json::json;
use support::app::{Answer, TestApp};
use support::console::PASSWORD;
use support::on_both_engines;
use support::store::Engine;
use tempfile::TempDir;

on_both_engines!(
    who_was_invited_sets_a_first_password,
    who_has_forgotten_theirs_gets_a_link_that_counts_once,
    nobody_learns_who_works_here,
    links_are_few_and_need_a_relay,
);

async fn started(engine: Engine) -> (TestApp, TempDir) {
    let mails = TempDir::new().unwrap();
    let app = TestApp::start_with_relay(engine, RelaySettings::Folder(mails.path().to_owned())).await;
    (app, mails)
}

/// The mails that went out, as they were put down, without what their encoding breaks.
fn mails(folder: &TempDir) -> Vec<String> {
    let files = std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().path());
    let files = files.filter(|path| path.extension().is_some_and(|end| end == "eml"));
    files
        .map(|path| std::fs::read_to_string(path).unwrap().replace("=\r\n", "").replace("=3D", "="))
        .collect()
}

/// The link in a mail.
fn link(mail: &str) -> String {
    let rest = mail.split("/password/new?link=").nth(1).unwrap_or_else(|| panic!("no link in {mail}"));
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c)).collect()
}

async fn set(app: &TestApp, link: &str, password: &str) -> Answer {
    let form = [("link", link), ("password", password), ("again", password)];
    app.send(app.request(Method::POST, "/password/new").form(&form)).await
}

async fn forgotten(app: &TestApp, email: &str) -> Answer {
    app.send(app.request(Method::POST, "/password/forgotten").form(&[("email", email)])).await
}

async fn who_was_invited_sets_a_first_password(engine: Engine) {
    let (app, folder) = started(engine).await;
    let new = json!({"name": "Li", "email": "li@example.com", "language": "en"});
    let user = app.post("/v1/users", &new).await.expect(201)["id"].as_str().unwrap().to_owned();
    let path = format!("/v1/users/{user}/invitation");
    app.post(&path, &json!({})).await.expect(204);
    app.settle().await;
    let mail = mails(&folder).pop().expect("a mail");
    assert!(mail.contains("To: li@example.com") && mail.contains("From: hospes@crm.example.com"), "{mail}");
    let link = link(&mail);
    let page = app.send(app.request(Method::GET, &format!("/password/new?link={link}"))).await;
    assert_eq!(page.status, 200, "{}", page.text);
    assert_eq!(set(&app, &link, "short").await.status, 422);
    let done = set(&app, &link, PASSWORD).await;
    assert_eq!((done.status.as_u16(), done.header("location")), (303, "/sign-in?changed"));
    app.sign_in("li@example.com").await;
    app.post(&path, &json!({})).await.expect(409);
    // Who may not change users invites nobody; nobody invites who may do more than they.
    app.person("Bob", "bob@example.com", "agent").await;
    let bob = app.sign_in("bob@example.com").await;
    let request = app.request(Method::POST, &path).header("cookie", &bob.cookie);
    app.send(request.header("x-csrf-token", &bob.proof).json(&json!({}))).await.expect(403);
}

async fn who_has_forgotten_theirs_gets_a_link_that_counts_once(engine: Engine) {
    let (app, folder) = started(engine).await;
    app.person("Ann", "ann@example.com", "agent").await;
    let session = app.sign_in("ann@example.com").await;
    assert_eq!(forgotten(&app, " Ann@Example.com ").await.status, 200);
    app.settle().await;
    let first = link(&mails(&folder)[0]);
    let other = "another battery staple";
    assert_eq!(set(&app, &first, other).await.status, 303);
    assert_eq!(app.visit(&session, "/inbox").await.status, 303, "sessions end");
    assert_eq!(app.try_sign_in("ann@example.com", PASSWORD).await.status, 422);
    assert_eq!(app.try_sign_in("ann@example.com", other).await.status, 303);
    assert_eq!(set(&app, &first, PASSWORD).await.status, 410, "it counts once");
    // One that is old is worth nothing, nor is one that is made up.
    forgotten(&app, "ann@example.com").await;
    app.settle().await;
    let late =
        mails(&folder).iter().map(|mail| link(mail)).find(|link| *link != first).expect("another link");
    app.clock.advance_millis(30 * 60_000 + 1);
    for link in [late.as_str(), "made-up", ""] {
        assert_eq!(set(&app, link, PASSWORD).await.status, 410, "{link}");
        let page = app.send(app.request(Method::GET, &format!("/password/new?link={link}"))).await;
        assert_eq!(page.status, 410);
    }
    assert_eq!(app.try_sign_in("ann@example.com", other).await.status, 303);
}

async fn nobody_learns_who_works_here(engine: Engine) {
    let (app, folder) = started(engine).await;
    app.person("Ann", "ann@example.com", "agent").await;
    let known = forgotten(&app, "ann@example.com").await;
    let unknown = forgotten(&app, "nobody@example.com").await;
    assert_eq!((known.status, &known.text), (unknown.status, &unknown.text));
    app.settle().await;
    assert_eq!(mails(&folder).len(), 1);
}

async fn links_are_few_and_need_a_relay(engine: Engine) {
    let (app, folder) = started(engine).await;
    app.person("Ann", "ann@example.com", "agent").await;
    for _ in 0..6 {
        assert_eq!(forgotten(&app, "ann@example.com").await.status, 200);
    }
    app.settle().await;
    assert_eq!(mails(&folder).len(), 3, "nobody's mailbox is filled");
    let silent = TestApp::start(engine, &[]).await;
    let new = json!({"name": "Li", "email": "li@example.com"});
    let user = silent.post("/v1/users", &new).await.expect(201)["id"].as_str().unwrap().to_owned();
    let refused = silent.post(&format!("/v1/users/{user}/invitation"), &json!({})).await.expect(409);
    assert!(refused["detail"].as_str().unwrap().contains("smtp_relay"), "{refused}");
    assert!(forgotten(&silent, "li@example.com").await.text.contains("sends no mail"));
}
