//! Signing in by an identity provider: a real one, and one that lies.

use reqwest::Method;
use serde_json::{Value, json};
use std::sync::Arc;
use support::app::{Answer, TestApp, settings};
use support::clock::FakeClock;
use support::identity_provider::{CLIENT, IdentityProvider, SECRET, Visitor};
use support::on_both_engines;
use support::store::{Engine, Place};

use hospes::boot::settings::Settings;
use hospes::ops::app::provider::FirstSignIn;

on_both_engines!(
    who_is_known_by_their_address_signs_in,
    the_provider_gives_roles_and_teams,
    who_signs_out_there_is_signed_out_here,
    nobody_is_let_in_by_what_is_not_theirs,
    a_provider_that_lies_or_is_down_lets_nobody_in,
);

/// A host whose people sign in by a provider that doesn't serve it yet.
async fn host(
    engine: Engine,
    first: FirstSignIn,
    mappings: &[(&str, &str, Option<&str>)],
) -> (TestApp, IdentityProvider) {
    let provider = IdentityProvider::start();
    let place = Place::new(engine).await;
    let settings = Settings {
        provider: Some(provider.settings(first, mappings)),
        ..settings(&place, &[provider.endpoint()])
    };
    (TestApp::start_with(settings, place, Arc::new(FakeClock::new())).await, provider)
}

/// Has the provider work for a host, with these accounts.
fn serve(app: &TestApp, provider: &mut IdentityProvider, accounts: &Value) {
    provider.serve(&json!({
        "client": CLIENT, "secret": SECRET, "redirect": "https://crm.example.com/sign-in/provider/return",
        "logout": app.url("/sign-in/provider/logout"), "accounts": accounts,
    }));
}

/// Somebody on their way to the provider: its address, and the host's cookie.
async fn leave(app: &TestApp) -> (String, String) {
    let answer = app.send(app.request(Method::GET, "/sign-in/provider?next=/records/deal")).await;
    assert_eq!(answer.status, 303, "{}", answer.text);
    let cookie = answer.header("set-cookie").split(';').next().unwrap().to_owned();
    (answer.header("location").to_owned(), cookie)
}

/// Comes back with what the provider gave.
async fn come_back(app: &TestApp, address: &str, cookie: &str) -> Answer {
    let path = address.strip_prefix("https://crm.example.com").expect(address);
    app.send(app.request(Method::GET, path).header("cookie", cookie)).await
}

/// Signs in by the provider; what the host answers in the end.
async fn sign_in(app: &TestApp, visitor: &mut Visitor, account: &str) -> Answer {
    let (there, cookie) = leave(app).await;
    let back = visitor.sign_in(&there, account).await;
    come_back(app, &back, &cookie).await
}

fn session(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.text);
    assert_eq!(answer.header("location"), "/records/deal");
    let cookies = answer.headers.get_all("set-cookie").iter();
    let cookie = cookies
        .filter_map(|cookie| cookie.to_str().ok())
        .find(|cookie| cookie.starts_with("hospes_session="));
    cookie.expect("a session").split(';').next().unwrap().to_owned()
}

async fn page(app: &TestApp, session: &str, path: &str) -> u16 {
    app.send(app.request(Method::GET, path).header("cookie", session)).await.status.as_u16()
}

async fn who_is_known_by_their_address_signs_in(engine: Engine) {
    let (app, mut provider) = host(engine, FirstSignIn::Link, &[]).await;
    let form = app.send(app.request(Method::GET, "/sign-in")).await.text;
    assert!(form.contains("Example ID"), "{form}");
    let ann = json!({"name": "Ann", "email": "ann@example.com", "roles": ["supervisor"]});
    let ann = app.post("/v1/users", &ann).await.expect(201)["id"].as_str().unwrap().to_owned();
    serve(
        &app,
        &mut provider,
        &json!({
            "1": {"email": "Ann@Example.com", "email_verified": true, "name": "Ann"},
            "2": {"email": "ann@example.com", "email_verified": false},
            "3": {"email": "eve@example.com", "email_verified": true},
        }),
    );
    let session = session(&sign_in(&app, &mut Visitor::default(), "1").await);
    assert_eq!(page(&app, &session, "/records/deal").await, 200);
    assert_eq!(page(&app, &session, "/inbox").await, 200, "with the roles that she has here");
    let policy = json!({"second_factor_roles": ["supervisor"]});
    app.call(Method::PUT, "/v1/sign-in-policy", Some(&policy)).await.expect(200);
    assert_eq!(page(&app, &session, "/inbox").await, 200, "a second factor is the provider's to ask for");
    for (account, why) in [("2", "no verified e-mail address"), ("3", "has no account here")] {
        let refused = sign_in(&app, &mut Visitor::default(), account).await;
        assert_eq!(refused.status, 403);
        assert!(refused.text.contains(why), "{why}: {}", refused.text);
    }
    // The account is hers from now on, whatever address it has.
    let gone = json!({"active": false});
    app.call(Method::PATCH, &format!("/v1/users/{ann}"), Some(&gone)).await.expect(200);
    assert_ne!(page(&app, &session, "/records/deal").await, 200);
    assert_eq!(sign_in(&app, &mut Visitor::default(), "1").await.status, 403, "who is deactivated stays out");
    let kinds = app.kinds().await;
    assert_eq!(kinds.iter().filter(|kind| *kind == "user.linked").count(), 1, "{kinds:?}");
}

async fn the_provider_gives_roles_and_teams(engine: Engine) {
    let mappings = [("crm-sales", "sales", Some("North")), ("crm-admins", "administrator", None)];
    let (app, mut provider) = host(engine, FirstSignIn::Create, &mappings).await;
    app.person("Ada", "ada@example.com", "administrator").await;
    for name in ["North", "South"] {
        app.post("/v1/teams", &json!({"name": name})).await.expect(201);
    }
    serve(
        &app,
        &mut provider,
        &json!({
            "li": {
                "email": "li@example.com", "email_verified": true, "name": "李雷", "locale": "zh-CN",
                "groups": ["crm-sales", "others"],
            },
            "boss": {"email": "boss@example.com", "email_verified": true, "groups": "crm-admins"},
            "eve": {"email": "eve@example.com", "email_verified": true, "groups": ["others"]},
        }),
    );
    let li = session(&sign_in(&app, &mut Visitor::default(), "li").await);
    let users = app.get("/v1/users").await;
    let of = |email: &str| {
        let mut all = users["items"].as_array().unwrap().iter();
        all.find(|user| user["email"] == email).cloned().unwrap_or_default()
    };
    let made = of("li@example.com");
    assert_eq!(
        (&made["name"], &made["language"], &made["roles"]),
        (&json!("李雷"), &json!("zh-CN"), &json!(["sales"]))
    );
    let north = app.get("/v1/teams").await;
    let north =
        north["items"].as_array().unwrap().iter().find(|team| team["name"] == "North").unwrap().clone();
    let members = app.get(&format!("/v1/teams/{}", north["id"].as_str().unwrap())).await;
    assert!(members.to_string().contains(made["id"].as_str().unwrap()), "{members}");
    // What was changed here is as the provider says again with the next sign-in.
    let path = format!("/v1/users/{}", made["id"].as_str().unwrap());
    app.call(Method::PATCH, &path, Some(&json!({"roles": ["sales", "supervisor"]}))).await.expect(200);
    session(&sign_in(&app, &mut Visitor::default(), "li").await);
    assert_eq!(app.get(&path).await["roles"], json!(["sales"]));
    session(&sign_in(&app, &mut Visitor::default(), "boss").await);
    assert_eq!(sign_in(&app, &mut Visitor::default(), "eve").await.status, 403, "nothing gives her a role");
    let users = app.get("/v1/users").await;
    assert!(!users.to_string().contains("eve@example.com"), "{users}");
    assert_eq!(page(&app, &li, "/records/deal").await, 200);
}

async fn who_signs_out_there_is_signed_out_here(engine: Engine) {
    let (app, mut provider) = host(engine, FirstSignIn::Link, &[]).await;
    app.person("Ann", "ann@example.com", "agent").await;
    app.person("Bob", "bob@example.com", "agent").await;
    let verified = |email: &str| json!({"email": email, "email_verified": true});
    serve(
        &app,
        &mut provider,
        &json!({"ann": verified("ann@example.com"), "bob": verified("bob@example.com")}),
    );
    let (mut ann, mut bob) = (Visitor::default(), Visitor::default());
    let anns = session(&sign_in(&app, &mut ann, "ann").await);
    let bobs = session(&sign_in(&app, &mut bob, "bob").await);
    let by_password = app.sign_in("ann@example.com").await;
    assert_eq!(page(&app, &anns, "/inbox").await, 200);
    ann.sign_out(&format!("http://{}", provider.endpoint())).await;
    assert_eq!(page(&app, &anns, "/inbox").await, 303, "her session has ended");
    assert_eq!(page(&app, &bobs, "/inbox").await, 200, "his goes on");
    assert_eq!(
        page(&app, &by_password.cookie, "/inbox").await,
        200,
        "as does the one that she began otherwise"
    );
    // What isn't the provider's word ends nothing.
    for token in ["", "x", "a.b.c", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJib2IifQ."] {
        let request = app.request(Method::POST, "/sign-in/provider/logout").form(&[("logout_token", token)]);
        assert_eq!(app.send(request).await.status, 400, "{token}");
    }
    assert_eq!(page(&app, &bobs, "/inbox").await, 200);
}

async fn nobody_is_let_in_by_what_is_not_theirs(engine: Engine) {
    let (app, mut provider) = host(engine, FirstSignIn::Link, &[]).await;
    app.person("Ann", "ann@example.com", "agent").await;
    serve(&app, &mut provider, &json!({"ann": {"email": "ann@example.com", "email_verified": true}}));
    let (there, cookie) = leave(&app).await;
    let back = Visitor::default().sign_in(&there, "ann").await;
    // Another browser: somebody is to be signed in as somebody else by a link.
    let (_, others) = leave(&app).await;
    for cookie in ["", "hospes_sign_in=", others.as_str()] {
        assert_eq!(come_back(&app, &back, cookie).await.status, 403, "{cookie}");
    }
    let without = back.split("code=").next().unwrap().to_owned()
        + "error=access_denied&"
        + back.split('&').next_back().unwrap();
    assert_eq!(come_back(&app, &without, &cookie).await.status, 403);
    session(&come_back(&app, &back, &cookie).await);
    assert_eq!(come_back(&app, &back, &cookie).await.status, 403, "once");
    // Somebody who takes too long begins again; and nobody is led to another site.
    let (there, cookie) = leave(&app).await;
    let back = Visitor::default().sign_in(&there, "ann").await;
    app.clock.advance_millis(11 * 60_000);
    assert_eq!(come_back(&app, &back, &cookie).await.status, 403);
    let elsewhere =
        app.send(app.request(Method::GET, "/sign-in/provider?next=https://evil.example.com")).await;
    assert_eq!(elsewhere.status, 303);
}

async fn a_provider_that_lies_or_is_down_lets_nobody_in(engine: Engine) {
    for (lies, right) in [
        (json!({"claims": {}}), true),
        (json!({"claims": {"aud": "somebody-else"}}), false),
        (json!({"claims": {"iss": "https://other.example.com"}}), false),
        (json!({"claims": {"nonce": "another"}}), false),
        (json!({"claims": {"exp": 1}}), false),
        (json!({"key": true}), false),
        (json!({"alg": "none"}), false),
        (json!({"issuer": "https://other.example.com"}), false),
    ] {
        let (app, mut provider) = host(engine, FirstSignIn::Link, &[]).await;
        app.person("Ann", "ann@example.com", "agent").await;
        provider.serve(&json!({"client": CLIENT, "lies": lies}));
        let begun = app.send(app.request(Method::GET, "/sign-in/provider?next=/records/deal")).await;
        if begun.status == 503 {
            assert!(lies.get("issuer").is_some(), "{lies}: {}", begun.text);
            continue;
        }
        let cookie = begun.header("set-cookie").split(';').next().unwrap().to_owned();
        let (back, _) = Visitor::default().open(begun.header("location")).await;
        let answer = come_back(&app, &back, &cookie).await;
        if right {
            session(&answer);
        } else {
            assert_eq!(answer.status, 403, "{lies}: {}", answer.text);
            assert!(answer.headers.get("set-cookie").is_none(), "{lies}");
        }
    }
    let (app, provider) = host(engine, FirstSignIn::Link, &[]).await;
    app.person("Ann", "ann@example.com", "agent").await;
    drop(provider);
    let down = app.send(app.request(Method::GET, "/sign-in/provider")).await;
    assert_eq!(down.status, 503);
    assert!(down.text.contains("Example ID"), "{}", down.text);
    app.sign_in("ann@example.com").await;
}
