//! The second factor: asked for after the password, taken once, required of a role, given up and lost.

use hospes::domain::clock::Clock as _;
use reqwest::Method;
use serde_json::json;
use support::app::{Answer, TestApp};
use support::console::{PASSWORD, Session};
use support::on_both_engines;
use support::python;
use support::store::Engine;

on_both_engines!(
    a_code_is_asked_for_after_the_password,
    a_code_counts_once_and_guesses_are_few,
    a_lost_device_is_replaced_by_a_code_or_an_administrator,
    a_role_that_must_have_one_does_nothing_before,
    sessions_are_listed_and_ended,
);

/// The code that an authenticator of another maker shows now.
fn code(app: &TestApp, secret: &str) -> String {
    let seconds = app.clock.now().as_micros() / 1_000_000;
    let mut program = std::process::Command::new(python::interpreter());
    let script = format!("import pyotp; print(pyotp.TOTP('{secret}').at({seconds}))");
    let output = program.args(["-c", &script]).output().expect("Python runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn between(page: &str, before: &str, after: &str) -> String {
    let rest = page.split(before).nth(1).unwrap_or_else(|| panic!("{before} in {page}"));
    rest.split(after).next().unwrap().to_owned()
}

/// Sets a second factor up; its secret and the codes for when it is lost.
async fn enrol(app: &TestApp, session: &Session) -> (String, Vec<String>) {
    let begun = app.submit(session, "/account/second-factor", &[]).await;
    assert_eq!(begun.status, 303, "{}", begun.text);
    let page = app.visit(session, "/account").await.text;
    assert!(page.contains("<svg"), "a picture to scan: {page}");
    let secret = between(&page, "id=\"secret\">", "<");
    let wrong = app.submit(session, "/account/second-factor/confirm", &[("code", "000000")]).await;
    assert_eq!(wrong.status, 422);
    let page = app.submit(session, "/account/second-factor/confirm", &[("code", &code(app, &secret))]).await;
    assert_eq!(page.status, 200, "{}", page.text);
    let codes: Vec<String> =
        page.text.split("<li><code>").skip(1).map(|rest| rest[..19].to_owned()).collect();
    assert_eq!(codes.len(), 10);
    (secret, codes)
}

/// What the form for the code answers, after the right password.
async fn with_code(app: &TestApp, email: &str, code: &str) -> Answer {
    let page = app.try_sign_in(email, PASSWORD).await;
    if page.status == 429 {
        return page;
    }
    assert_eq!(page.status, 200, "{}", page.text);
    assert!(page.headers.get("set-cookie").is_none(), "the password alone lets nobody in");
    let challenge = between(&page.text, "name=\"challenge\" value=\"", "\"");
    let form = [("challenge", challenge.as_str()), ("code", code), ("next", "/inbox")];
    app.send(app.request(Method::POST, "/sign-in/code").form(&form)).await
}

async fn started(engine: Engine, role: &str) -> (TestApp, Session, String) {
    let app = TestApp::start(engine, &[]).await;
    let id = app.person("Ada", "ada@example.com", role).await;
    let session = app.sign_in("ada@example.com").await;
    (app, session, id)
}

async fn a_code_is_asked_for_after_the_password(engine: Engine) {
    let (app, session, _) = started(engine, "agent").await;
    let (secret, _) = enrol(&app, &session).await;
    assert!(app.visit(&session, "/account").await.text.contains("10 codes are left"));
    app.clock.advance_millis(60_000);
    let answer = with_code(&app, "ada@example.com", &code(&app, &secret)).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/inbox"));
    assert!(answer.header("set-cookie").contains("hospes_session="));
    // A challenge that is made up, too old or answered lets nobody in.
    let form = [("challenge", "made-up"), ("code", "000000"), ("next", "/inbox")];
    assert_eq!(app.send(app.request(Method::POST, "/sign-in/code").form(&form)).await.status, 422);
    let page = app.try_sign_in("ada@example.com", PASSWORD).await.text;
    let challenge = between(&page, "name=\"challenge\" value=\"", "\"");
    app.clock.advance_millis(11 * 60_000);
    let late = code(&app, &secret);
    let form = [("challenge", challenge.as_str()), ("code", late.as_str()), ("next", "/inbox")];
    assert_eq!(app.send(app.request(Method::POST, "/sign-in/code").form(&form)).await.status, 422);
    // Without it the password is enough again.
    app.clock.advance_millis(60_000);
    let off = app.submit(&session, "/account/second-factor/remove", &[("code", &code(&app, &secret))]).await;
    assert_eq!(off.status, 303, "{}", off.text);
    app.sign_in("ada@example.com").await;
}

async fn a_code_counts_once_and_guesses_are_few(engine: Engine) {
    let (app, session, _) = started(engine, "agent").await;
    let (secret, _) = enrol(&app, &session).await;
    let used = code(&app, &secret);
    assert_eq!(with_code(&app, "ada@example.com", &used).await.status, 422, "it was used to set it up");
    app.clock.advance_millis(60_000);
    let fresh = code(&app, &secret);
    assert_eq!(with_code(&app, "ada@example.com", &fresh).await.status, 303);
    assert_eq!(
        with_code(&app, "ada@example.com", &fresh).await.status,
        422,
        "somebody looked over a shoulder"
    );
    let mut last = 0_u16;
    for _ in 0..12 {
        last = with_code(&app, "ada@example.com", "123456").await.status.as_u16();
        if last == 429 {
            break;
        }
    }
    assert_eq!(last, 429, "guesses are few");
}

async fn a_lost_device_is_replaced_by_a_code_or_an_administrator(engine: Engine) {
    let (app, session, id) = started(engine, "agent").await;
    let (_, codes) = enrol(&app, &session).await;
    let written = codes[0].to_uppercase().replace('-', " ");
    assert_eq!(with_code(&app, "ada@example.com", &written).await.status, 303);
    assert_eq!(with_code(&app, "ada@example.com", &codes[0]).await.status, 422, "each counts once");
    assert!(app.visit(&session, "/account").await.text.contains("9 codes are left"));
    // A token resets nobody; an administrator who signed in does, and all sessions end.
    let path = format!("/v1/users/{id}/second-factor");
    app.call(Method::DELETE, &path, None).await.expect(403);
    app.person("Root", "root@example.com", "administrator").await;
    let root = app.sign_in("root@example.com").await;
    let by_root = async || {
        let request = app.request(Method::DELETE, &path);
        app.send(request.header("cookie", &root.cookie).header("x-csrf-token", &root.proof)).await
    };
    by_root().await.expect(204);
    by_root().await.expect(404);
    assert_eq!(app.visit(&session, "/account").await.status, 303);
    app.sign_in("ada@example.com").await;
}

async fn a_role_that_must_have_one_does_nothing_before(engine: Engine) {
    let (app, session, _) = started(engine, "agent").await;
    let policy = json!({"second_factor_roles": ["agent", "agent"]});
    let set = app.call(Method::PUT, "/v1/sign-in-policy", Some(&policy)).await.expect(200);
    assert_eq!(set, json!({"second_factor_roles": ["agent"]}));
    for path in ["/inbox", "/records/customer", "/find", "/plugins"] {
        let page = app.visit(&session, path).await;
        assert_eq!((page.status.as_u16(), page.header("location")), (303, "/account"), "{path}");
    }
    let api = app.request(Method::GET, "/v1/customers").header("cookie", &session.cookie);
    app.send(api).await.expect(403);
    assert_eq!(app.visit(&session, "/account").await.status, 200);
    let (secret, _) = enrol(&app, &session).await;
    assert_eq!(app.visit(&session, "/inbox").await.status, 200);
    app.clock.advance_millis(60_000);
    let kept = app.submit(&session, "/account/second-factor/remove", &[("code", &code(&app, &secret))]).await;
    assert_eq!(kept.status, 403, "the role must have one");
    // Only who may do everything says how others sign in.
    let request = app.request(Method::PUT, "/v1/sign-in-policy").header("cookie", &session.cookie);
    app.send(request.header("x-csrf-token", &session.proof).json(&policy)).await.expect(403);
}

async fn sessions_are_listed_and_ended(engine: Engine) {
    let (app, first, _) = started(engine, "agent").await;
    let second = app.sign_in("ada@example.com").await;
    let third = app.sign_in("ada@example.com").await;
    let page = app.visit(&third, "/account").await.text;
    let ids: Vec<&str> = page
        .split("/account/sessions/")
        .skip(1)
        .filter_map(|rest| rest.split_once("/end"))
        .map(|(id, _)| id)
        .collect();
    assert_eq!(ids.len(), 2, "two others: {page}");
    let ended = app.submit(&third, &format!("/account/sessions/{}/end", ids[0]), &[]).await;
    assert_eq!(ended.status, 303);
    assert_eq!(app.visit(&second, "/inbox").await.header("location"), "/sign-in?next=%2Finbox");
    assert_eq!(app.visit(&first, "/inbox").await.status, 200);
    assert_eq!(app.submit(&third, "/account/sessions/end", &[]).await.status, 303);
    assert_eq!(app.visit(&first, "/inbox").await.status, 303);
    assert_eq!(app.visit(&third, "/inbox").await.status, 200);
    // Nobody ends another's.
    app.person("Bob", "bob@example.com", "agent").await;
    let bob = app.sign_in("bob@example.com").await;
    let page = app.visit(&third, "/account").await.text;
    let id = between(&page, "id=\"session-", "\"");
    app.submit(&bob, &format!("/account/sessions/{id}/end"), &[]).await;
    assert_eq!(app.visit(&third, "/inbox").await.status, 200);
}
