//! Who acts upon whom: nobody makes, changes or takes away a principal with more rights than their own, a token changes
//! no password, and what somebody loses their tokens lose with the next request.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, Answer, TestApp};
use support::console::{PASSWORD, Session};
use support::on_both_engines;
use support::partner::Partner;
use support::people::{id, team};
use support::store::Engine;

on_both_engines!(
    a_token_changes_no_password,
    a_token_has_no_more_than_its_person_has_now,
    deactivation_and_reset_end_tokens_and_sessions,
    nobody_acts_upon_who_may_do_more,
    nobody_makes_or_takes_what_may_do_more,
    a_token_makes_none_that_outlives_it,
    the_last_administrator_stays,
);

/// Who asks.
enum Who {
    Token(String),
    Session(Session),
}

impl Who {
    async fn call(&self, app: &TestApp, method: Method, path: &str, body: Option<&Value>) -> Answer {
        let request = app.request(method, path);
        let request = match self {
            Self::Token(token) => request.bearer_auth(token),
            Self::Session(session) => {
                request.header("cookie", &session.cookie).header("x-csrf-token", &session.proof)
            }
        };
        app.send(match body {
            Some(body) => request.json(body),
            None => request,
        })
        .await
    }

    async fn post(&self, app: &TestApp, path: &str, body: &Value) -> Answer {
        self.call(app, Method::POST, path, Some(body)).await
    }

    async fn get(&self, app: &TestApp, path: &str) -> u16 {
        self.call(app, Method::GET, path, None).await.status.as_u16()
    }
}

async fn token(app: &TestApp, scopes: &Value, user: Option<&str>) -> Who {
    let new = json!({"name": "t", "scopes": scopes, "user_id": user});
    let made = app.post("/v1/tokens", &new).await.expect(201);
    Who::Token(made["token"].as_str().unwrap().to_owned())
}

async fn user(app: &TestApp, name: &str, role: &str) -> String {
    let new = json!({"name": name, "email": format!("{name}@example.com"), "roles": [role]});
    id(&app.post("/v1/users", &new).await.expect(201))
}

async fn a_token_changes_no_password(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.person("boss", "boss@example.com", "administrator").await;
    let boss = Who::Session(app.sign_in("boss@example.com").await);
    let ann = user(&app, "ann", "administrator").await;
    let path = format!("/v1/users/{ann}/password");
    let new = json!({"password": PASSWORD});

    // She has none yet: a token in her name gets her none.
    let hers = token(&app, &json!(["*"]), Some(&ann)).await;
    let refused = hers.post(&app, &path, &new).await.expect(403);
    assert!(refused["detail"].as_str().unwrap().contains("sign in"), "{refused:#}");
    assert_eq!(app.try_sign_in("ann@example.com", PASSWORD).await.status, 422);
    // Nor one that lacks rights of hers, nor one in an administrator's name.
    let few = token(&app, &json!(["users:write", "users:read"]), None).await;
    few.post(&app, &path, &new).await.expect(403);

    // The program's own token of the first start gives the first password, and changes none.
    app.post(&path, &new).await.expect(204);
    assert_eq!(app.try_sign_in("ann@example.com", PASSWORD).await.status, 303);
    let other = json!({"password": "another horse battery", "current": PASSWORD});
    for who in [&Who::Token(ADMIN.to_owned()), &token(&app, &json!(["*"]), None).await] {
        who.post(&app, &path, &other).await.expect(403);
    }
    hers.post(&app, &path, &other).await.expect(403);
    assert_eq!(app.try_sign_in("ann@example.com", PASSWORD).await.status, 303);
    // Somebody who signed in, with as many rights, does.
    boss.post(&app, &path, &json!({"password": "another horse battery"})).await.expect(204);
    assert_eq!(app.try_sign_in("ann@example.com", "another horse battery").await.status, 303);
}

async fn a_token_has_no_more_than_its_person_has_now(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.person("boss", "boss@example.com", "administrator").await;
    let ann = app.person("ann", "ann@example.com", "administrator").await;
    let all = token(&app, &json!(["*"]), Some(&ann)).await;
    let some = token(&app, &json!(["events:read", "tickets:read"]), Some(&ann)).await;
    let session = Who::Session(app.sign_in("ann@example.com").await);
    let change = async |change: Value| {
        app.call(Method::PATCH, &format!("/v1/users/{ann}"), Some(&change)).await.expect(200);
    };
    // What each may in turn: of tokens, events, tickets and customers.
    let may = async |who: &Who| {
        let mut statuses = Vec::new();
        for path in ["/v1/tokens", "/v1/events", "/v1/tickets", "/v1/customers"] {
            statuses.push(who.get(&app, path).await);
        }
        statuses
    };
    assert_eq!(may(&all).await, [200, 200, 200, 200]);
    assert_eq!(may(&some).await, [403, 200, 200, 403]);
    change(json!({"roles": ["supervisor"]})).await;
    assert_eq!(may(&all).await, [403, 200, 200, 200]);
    change(json!({"roles": ["agent"]})).await;
    assert_eq!(may(&all).await, [403, 403, 200, 200]);
    assert_eq!(may(&some).await, [403, 403, 200, 403]);
    assert_eq!(may(&session).await, [403, 403, 200, 200]);
    change(json!({"roles": ["administrator"]})).await;
    assert_eq!(may(&all).await, [200, 200, 200, 200]);
}

async fn deactivation_and_reset_end_tokens_and_sessions(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.person("boss", "boss@example.com", "administrator").await;
    let boss = Who::Session(app.sign_in("boss@example.com").await);
    let ann = app.person("ann", "ann@example.com", "agent").await;
    let path = format!("/v1/users/{ann}");

    let (hers, session) =
        (token(&app, &json!(["*"]), Some(&ann)).await, Who::Session(app.sign_in("ann@example.com").await));
    assert_eq!((hers.get(&app, "/v1/tickets").await, session.get(&app, "/v1/tickets").await), (200, 200));
    app.call(Method::PATCH, &path, Some(&json!({"active": false}))).await.expect(200);
    assert_eq!((hers.get(&app, "/v1/tickets").await, session.get(&app, "/v1/tickets").await), (401, 401));
    app.call(Method::PATCH, &path, Some(&json!({"active": true}))).await.expect(200);
    assert_eq!((hers.get(&app, "/v1/tickets").await, session.get(&app, "/v1/tickets").await), (401, 401));

    // Whoever's account was taken over gets another password, and the thief's tokens end with the sessions.
    let (hers, session) =
        (token(&app, &json!(["*"]), Some(&ann)).await, Who::Session(app.sign_in("ann@example.com").await));
    boss.post(&app, &format!("{path}/password"), &json!({"password": "another horse battery"}))
        .await
        .expect(204);
    assert_eq!((hers.get(&app, "/v1/tickets").await, session.get(&app, "/v1/tickets").await), (401, 401));

    // A partner's person is no different.
    let partner = Partner::new(&app, "South", None).await;
    partner.get(&app, "/v1/shares").await.expect(200);
    let person = format!("/v1/partner-users/{}", partner.user);
    for active in [false, true] {
        app.call(Method::PATCH, &person, Some(&json!({"active": active}))).await.expect(200);
        partner.get(&app, "/v1/shares").await.expect(401);
    }
}

async fn nobody_acts_upon_who_may_do_more(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let desk = team(&app, "Desk", &["inquiry"]).await;
    app.person("boss", "boss@example.com", "administrator").await;
    app.person("lead", "lead@example.com", "supervisor").await;
    let admin = Who::Session(app.sign_in("boss@example.com").await);
    let lead = Who::Session(app.sign_in("lead@example.com").await);
    let other = user(&app, "other", "administrator").await;
    let narrow = json!(["users:read", "users:write", "tokens:write"]);
    // A token that has all that agents have, and may change users.
    let mut agents: Vec<Value> =
        ["customers", "conversations", "tickets", "tasks", "comments", "deals", "surveys", "records"]
            .iter()
            .flat_map(|of| [json!(format!("{of}:read")), json!(format!("{of}:write"))])
            .collect();
    agents.extend(["notifications:read", "users:read", "partners:read", "shares:read"].map(Value::from));
    agents.extend(["users:write", "tokens:write"].map(Value::from));
    let actors = [
        ("administrator", admin),
        ("supervisor", lead),
        ("unbound", token(&app, &narrow, None).await),
        ("bound", token(&app, &narrow, Some(&other)).await),
        ("like agents", token(&app, &Value::Array(agents), None).await),
    ];
    // Who may, of the actors in their order, by the target's role.
    let table = [
        ("administrator", [true, false, false, false, false]),
        ("supervisor", [true, false, false, false, false]),
        ("agent", [true, false, false, false, true]),
    ];
    let mut asked = 0;
    for (role, expected) in table {
        for ((name, actor), expected) in actors.iter().zip(expected) {
            let target = user(&app, &format!("{role}-{}", name.replace(' ', "-")), role).await;
            let (path, members) = (format!("/v1/users/{target}"), format!("/v1/teams/{desk}/members"));
            let to_other = if role == "agent" { json!("supervisor") } else { json!("agent") };
            let promotes = role == "agent" && *name != "administrator";
            let operations = [
                (Method::PATCH, path.clone(), json!({"name": "renamed"}), true),
                (Method::PATCH, path.clone(), json!({"roles": [to_other]}), !promotes),
                (Method::POST, members.clone(), json!({"user_id": target}), true),
                (Method::DELETE, format!("{members}/{target}"), Value::Null, true),
                (
                    Method::POST,
                    "/v1/tokens".to_owned(),
                    json!({"name": "x", "scopes": [], "user_id": target}),
                    true,
                ),
                (Method::POST, format!("{path}/password"), json!({"password": PASSWORD}), true),
                (Method::PATCH, path.clone(), json!({"active": false}), true),
            ];
            let before = app.get(&path).await;
            for (method, path, body, within) in operations {
                if !expected && method == Method::DELETE {
                    app.post(&members, &json!({"user_id": target})).await.expect(200);
                }
                let body = (!body.is_null()).then_some(&body);
                let answer = actor.call(&app, method.clone(), &path, body).await;
                let done = answer.status.is_success();
                assert_eq!(done, expected && within, "{name}: {method} {path} {body:?}: {}", answer.text);
                assert!(done || [403, 422].contains(&answer.status.as_u16()), "{}", answer.text);
                asked += 1;
            }
            if !expected {
                let after = app.get(&path).await;
                assert_eq!(after, before, "{name} has left no trace on {role}");
                assert!(!app.get("/v1/tokens").await.to_string().contains(&target));
            }
        }
    }
    assert_eq!(asked, 105);
}

async fn nobody_makes_or_takes_what_may_do_more(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let partner = Partner::new(&app, "South", None).await;
    let installation = app.install("lead-score", &json!({}), &[]).await;
    let narrow = json!(["users:write", "tokens:write", "partners:write", "plugins:write", "plugins:read"]);
    let narrow = token(&app, &narrow, None).await;
    let wide = app.post("/v1/tokens", &json!({"name": "wide", "scopes": ["*"]})).await.expect(201);
    let few = app.post("/v1/tokens", &json!({"name": "few", "scopes": ["users:write"]})).await.expect(201);
    let person = json!({"name": "x", "email": "x@example.com"});
    let (of_partner, of_user) =
        (format!("/v1/partners/{}", partner.id), format!("/v1/partner-users/{}", partner.user));
    let of_plugin = format!("/v1/installations/{installation}");
    let refused = [
        (
            Method::POST,
            "/v1/users".to_owned(),
            json!({"name": "x", "email": "x@example.com", "roles": ["agent"]}),
        ),
        (Method::POST, "/v1/tokens".to_owned(), json!({"name": "x", "scopes": ["*"]})),
        (Method::DELETE, format!("/v1/tokens/{}", id(&wide)), Value::Null),
        (Method::POST, format!("{of_partner}/users"), person),
        (Method::POST, format!("{of_user}/tokens"), json!({"name": "x"})),
        (Method::PATCH, of_user.clone(), json!({"active": false})),
        (Method::PATCH, of_partner.clone(), json!({"active": false})),
        (Method::PUT, format!("{of_plugin}/grants"), json!({"requested": true})),
        (Method::PUT, format!("{of_plugin}/grants"), json!({"grants": []})),
        (Method::PUT, format!("{of_plugin}/settings"), json!({})),
        (Method::POST, format!("{of_plugin}/disable"), json!({})),
        (Method::POST, format!("{of_plugin}/upgrade"), json!({})),
        (Method::POST, format!("{of_plugin}/rollback"), json!({})),
        (Method::DELETE, of_plugin.clone(), Value::Null),
    ];
    for (method, path, body) in &refused {
        let body = (!body.is_null()).then_some(body);
        let answer = narrow.call(&app, method.clone(), path, body).await;
        assert!([403, 422].contains(&answer.status.as_u16()), "{method} {path}: {}", answer.text);
    }
    partner.get(&app, "/v1/shares").await.expect(200);
    assert_eq!(app.get(&of_plugin).await["enabled"], true);
    let wide = Who::Token(wide["token"].as_str().unwrap().to_owned());
    assert_eq!(wide.get(&app, "/v1/customers").await, 200);
    // What may do no more than itself, it takes.
    narrow.call(&app, Method::DELETE, &format!("/v1/tokens/{}", id(&few)), None).await.expect(204);
    // A fresh installation may do nothing; what it is granted is what counts.
    let new = json!({"plugin": "lead-score", "name": "second", "settings": {}});
    let second =
        format!("/v1/installations/{}", id(&narrow.post(&app, "/v1/installations", &new).await.expect(201)));
    narrow
        .call(&app, Method::PUT, &format!("{second}/grants"), Some(&json!({"requested": true})))
        .await
        .expect(403);
    narrow.call(&app, Method::DELETE, &second, None).await.expect(204);
}

async fn a_token_makes_none_that_outlives_it(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let ann = app.person("ann", "ann@example.com", "administrator").await;
    let hers = token(&app, &json!(["*"]), Some(&ann)).await;
    // In nobody's name it would stay when she goes.
    let free = hers.post(&app, "/v1/tokens", &json!({"name": "x", "scopes": ["*"]})).await.expect(422);
    assert_eq!(free["errors"][0]["pointer"], "/user_id", "{free:#}");
    hers.post(&app, "/v1/tokens", &json!({"name": "x", "scopes": ["*"], "user_id": ann})).await.expect(201);

    let end = "2026-01-05T09:00:00Z";
    let short = json!({"name": "short", "scopes": ["*"], "expires_at": end});
    let short =
        Who::Token(app.post("/v1/tokens", &short).await.expect(201)["token"].as_str().unwrap().to_owned());
    for later in [Value::Null, json!("2026-01-05T09:00:01Z")] {
        let asked = json!({"name": "x", "scopes": ["*"], "expires_at": later});
        let refused = short.post(&app, "/v1/tokens", &asked).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], "/expires_at", "{refused:#}");
    }
    let same = json!({"name": "x", "scopes": ["*"], "expires_at": end});
    short.post(&app, "/v1/tokens", &same).await.expect(201);
    let partner = Partner::new(&app, "South", None).await;
    let path = format!("/v1/partner-users/{}/tokens", partner.user);
    let made = short.post(&app, &path, &json!({"name": "x"})).await.expect(201);
    assert_eq!(made["expires_at"], end, "{made:#}");
}

async fn the_last_administrator_stays(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let boss = app.person("boss", "boss@example.com", "administrator").await;
    let change = async |id: &str, change: &Value| {
        app.call(Method::PATCH, &format!("/v1/users/{id}"), Some(change)).await.status.as_u16()
    };
    // Another who can't sign in yet doesn't replace who can.
    let second = user(&app, "second", "administrator").await;
    for leaves in
        [json!({"active": false}), json!({"roles": ["agent"]}), json!({"roles": ["agent"], "active": false})]
    {
        assert_eq!(change(&boss, &leaves).await, 409, "{leaves}");
    }
    app.let_in(&second).await;
    // Of two who leave at once, one stays.
    let leaves = json!({"roles": ["agent"]});
    let mut answers: [u16; 2] =
        futures::future::join(change(&boss, &leaves), change(&second, &leaves)).await.into();
    answers.sort_unstable();
    assert_eq!(answers, [200, 409]);
}
