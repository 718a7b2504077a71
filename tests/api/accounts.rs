//! Signing in: who gets in, how often it may be tried, what a session may do, and when it ends.

use reqwest::Method;
use serde_json::json;
use support::app::{Answer, TestApp};
use support::console::{PASSWORD, Session};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_session_acts_as_its_person,
    strangers_learn_nothing,
    guesses_are_few,
    sessions_end,
    roles_are_given_by_who_has_them
);

async fn by_session(app: &TestApp, session: &Session, method: Method, path: &str) -> Answer {
    app.send(app.request(method, path).header("cookie", &session.cookie)).await
}

async fn a_session_acts_as_its_person(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let page = app.send(app.request(Method::GET, "/sign-in")).await;
    assert!(page.text.contains("Nobody can sign in yet") && page.text.contains("/password"), "{}", page.text);
    let id = app.person("Ann", "ann@example.com", "agent").await;
    let page = app.send(app.request(Method::GET, "/sign-in")).await;
    assert!(!page.text.contains("Nobody can sign in yet"));

    let answer = app.try_sign_in(" Ann@Example.com ", PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.header("location")), (303, "/inbox"));
    let cookie = answer.header("set-cookie").to_owned();
    for part in ["HttpOnly", "SameSite=Lax", "Path=/", "Secure"] {
        assert!(cookie.contains(part), "{part}: {cookie}");
    }
    let session = app.sign_in("ann@example.com").await;
    by_session(&app, &session, Method::GET, "/v1/tickets").await.expect(200);
    // Other sites can send the cookie along with a form, but not the header.
    let new = json!({"kind": "person", "name": "王芳"});
    let post = || app.request(Method::POST, "/v1/customers").header("cookie", &session.cookie).json(&new);
    let refused = app.send(post()).await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("X-CSRF-Token"), "{}", refused.text);
    assert_eq!(app.send(post().header("x-csrf-token", "guess")).await.status, 403);
    app.send(post().header("x-csrf-token", &session.proof)).await.expect(201);
    app.settle().await;
    let log = app.get("/v1/events?limit=500").await;
    let made = log["items"].as_array().unwrap().iter().find(|e| e["type"] == "customer.created").unwrap();
    assert_eq!(made["hospesactor"], json!(format!("user:{id}")), "{made}");
    // What the role doesn't have is refused, whatever the session proves.
    let refused = app
        .send(
            app.request(Method::POST, "/v1/users")
                .header("cookie", &session.cookie)
                .header("x-csrf-token", &session.proof)
                .json(&json!({"name": "Eve", "email": "eve@example.com", "roles": ["administrator"]})),
        )
        .await;
    assert_eq!(refused.status, 403);
    assert!(refused.text.contains("users:write"), "{}", refused.text);
    assert_eq!(by_session(&app, &session, Method::GET, "/v1/events").await.status, 403);
}

async fn strangers_learn_nothing(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.person("Ann", "ann@example.com", "agent").await;
    let gone = app.person("Gone", "gone@example.com", "agent").await;
    app.call(Method::PATCH, &format!("/v1/users/{gone}"), Some(&json!({"active": false}))).await.expect(200);
    app.post("/v1/users", &json!({"name": "New", "email": "new@example.com"})).await.expect(201);
    let mut pages = Vec::new();
    for (email, password) in [
        ("ann@example.com", "wrong horse battery"),
        ("nobody@example.com", PASSWORD),
        ("gone@example.com", PASSWORD),
        ("new@example.com", ""),
        (&"x".repeat(5_000), PASSWORD),
    ] {
        let answer = app.try_sign_in(email, password).await;
        assert_eq!(answer.status, 422, "{email}");
        assert_eq!(answer.header("set-cookie"), "");
        assert!(answer.text.contains("The address or the password is wrong."));
        pages.push(answer.text.replace(email, ""));
    }
    pages.dedup();
    assert_eq!(pages.len(), 1, "all are told the same");
    // Nor is anybody led to another site, nor taken in by one.
    let away = [("email", "ann@example.com"), ("password", PASSWORD), ("next", "//evil.example/")];
    let answer = app.send(app.request(Method::POST, "/sign-in").form(&away)).await;
    assert_eq!(answer.header("location"), "/inbox");
    let foreign = app.request(Method::POST, "/sign-in").header("sec-fetch-site", "cross-site").form(&away);
    assert_eq!(app.send(foreign).await.status, 403);
}

async fn guesses_are_few(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.person("Ann", "ann@example.com", "agent").await;
    let guess = async |number: usize| {
        let form = [("email", "ann@example.com".to_owned()), ("password", format!("guess number {number}"))];
        let from = format!("203.0.113.{number}");
        let request = app.request(Method::POST, "/sign-in").header("x-forwarded-for", from).form(&form);
        app.send(request).await.status.as_u16()
    };
    // At once, and each from another address.
    let answers = futures::future::join_all((1..=30).map(guess)).await;
    let tried = |answers: &[u16]| answers.iter().filter(|status| **status == 422).count();
    assert_eq!(tried(&answers), 10, "{answers:?}");
    assert!(answers.iter().all(|status| [422, 429].contains(status)), "{answers:?}");
    let answer = app.try_sign_in("ann@example.com", PASSWORD).await;
    assert_eq!(answer.status, 429, "the right one isn't told from the others");
    assert!(answer.text.contains("minute"), "{}", answer.text);
    // Over the hour, some come free; never more than twenty in all.
    let mut in_hour = tried(&answers);
    for number in 1..=59 {
        app.clock.advance_millis(60_000);
        in_hour += tried(&[guess(number).await]);
    }
    assert!((15..=20).contains(&in_hour), "{in_hour}");
    app.clock.advance_millis(3_600_000);
    assert_eq!(app.try_sign_in("ann@example.com", PASSWORD).await.status, 303);
    // Many accounts from one address are limited too.
    let stranger = async |number: usize| {
        let form = [("email", format!("user{number}@example.com")), ("password", "a guess".to_owned())];
        let request = app.request(Method::POST, "/sign-in").header("x-forwarded-for", "198.51.100.1");
        app.send(request.form(&form)).await.status.as_u16()
    };
    let mut answers = Vec::new();
    for number in 0..125 {
        answers.push(stranger(number).await);
    }
    assert_eq!(tried(&answers), 120, "{answers:?}");
}

async fn sessions_end(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let id = app.person("Ann", "ann@example.com", "agent").await;
    let status =
        async |session: &Session| by_session(&app, session, Method::GET, "/v1/tickets").await.status.as_u16();
    let path = format!("/v1/users/{id}");

    let (here, there) = (app.sign_in("ann@example.com").await, app.sign_in("ann@example.com").await);
    let out = app.submit(&here, "/sign-out", &[]).await;
    assert_eq!((out.status.as_u16(), out.header("location")), (303, "/sign-in"));
    assert!(out.header("set-cookie").contains("Max-Age=0"));
    assert_eq!(
        (status(&here).await, status(&there).await),
        (401, 200),
        "one session ends, the other doesn't"
    );

    // One's own password needs the current one.
    let own = |body: serde_json::Value| {
        let request = app.request(Method::POST, &format!("{path}/password")).header("cookie", &there.cookie);
        request.header("x-csrf-token", &there.proof).json(&body)
    };
    let new = "another horse battery";
    for (body, pointer) in [
        (json!({"password": new}), "/current"),
        (json!({"password": new, "current": "a guess"}), "/current"),
        (json!({"password": "short", "current": PASSWORD}), "/password"),
    ] {
        let refused = app.send(own(body)).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    app.send(own(json!({"password": new, "current": PASSWORD}))).await.expect(204);
    assert_eq!(status(&there).await, 401, "a new password ends every session");
    assert_eq!(app.try_sign_in("ann@example.com", PASSWORD).await.status, 422);
    app.reset(&id).await;

    let session = app.sign_in("ann@example.com").await;
    app.call(Method::PATCH, &path, Some(&json!({"active": false}))).await.expect(200);
    assert_eq!(status(&session).await, 401);
    app.call(Method::PATCH, &path, Some(&json!({"active": true}))).await.expect(200);
    assert_eq!(status(&session).await, 401, "who comes back signs in again");

    // Unused, a session ends after twelve hours; used, it goes on, but not for ever.
    app.clock.advance_millis(3_600_000);
    let session = app.sign_in("ann@example.com").await;
    app.clock.advance_millis(12 * 3_600_000 + 1);
    assert_eq!(status(&session).await, 401);
    let session = app.sign_in("ann@example.com").await;
    for _ in 0..29 {
        app.clock.advance_millis(11 * 3_600_000);
        assert_eq!(app.visit(&session, "/password").await.status, 200);
    }
    app.clock.advance_millis(11 * 3_600_000);
    app.visit(&session, "/password").await;
    app.clock.advance_millis(11 * 3_600_000);
    assert_eq!(app.visit(&session, "/password").await.header("location"), "/sign-in?next=%2Fpassword");
}

async fn roles_are_given_by_who_has_them(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let boss = app.person("Boss", "boss@example.com", "administrator").await;
    let scopes = json!(["users:read", "users:write", "customers:read"]);
    let token = app.post("/v1/tokens", &json!({"name": "hr", "scopes": scopes})).await.expect(201);
    let token = token["token"].as_str().unwrap();
    let hr = async |method: Method, path: &str, body: serde_json::Value| {
        app.send(app.request(method, path).bearer_auth(token).json(&body)).await
    };
    let eve = json!({"name": "Eve", "email": "eve@example.com", "roles": ["administrator"]});
    let refused = hr(Method::POST, "/v1/users", eve).await.expect(422);
    assert_eq!(refused["errors"][0]["pointer"], "/roles");
    let password =
        hr(Method::POST, &format!("/v1/users/{boss}/password"), json!({"password": PASSWORD})).await;
    assert_eq!(password.status, 403, "a password is as much as a role");
    let demoted = hr(Method::PATCH, &format!("/v1/users/{boss}"), json!({"roles": ["agent"]})).await;
    assert_eq!(demoted.status, 403);
    app.person("Second", "second@example.com", "administrator").await;
    let path = format!("/v1/users/{boss}");
    let changed = app.call(Method::PATCH, &path, Some(&json!({"roles": ["supervisor"]}))).await.expect(200);
    assert_eq!(changed["roles"], json!(["supervisor"]));
    let session = app.sign_in("boss@example.com").await;
    assert_eq!(by_session(&app, &session, Method::GET, "/v1/events").await.status, 200);
    assert_eq!(by_session(&app, &session, Method::GET, "/v1/tokens").await.status, 403);
}
