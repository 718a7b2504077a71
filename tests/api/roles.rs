//! Roles: made, changed, given and removed, and what of them counts when somebody has several.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::people::id;
use support::store::Engine;

on_both_engines!(
    roles_are_made_changed_and_removed,
    several_roles_count_together,
    nobody_gives_more_than_they_have,
    what_makes_no_sense_is_refused,
    the_administrators_role_stays,
);

async fn role(app: &TestApp, name: &str) -> Value {
    let all = app.get("/v1/roles").await;
    let found = all["items"].as_array().unwrap().iter().find(|role| role["name"] == name).cloned();
    found.unwrap_or_else(|| panic!("no role {name} in {all}"))
}

/// Somebody with these roles; their id and the token that may do what they may.
async fn somebody(app: &TestApp, name: &str, roles: &[&str]) -> (String, String) {
    let new = json!({"name": name, "email": format!("{name}@example.com"), "roles": roles});
    let user = id(&app.post("/v1/users", &new).await.expect(201));
    let token = json!({"name": name, "scopes": ["*"], "user_id": user});
    let token = app.post("/v1/tokens", &token).await.expect(201)["token"].as_str().unwrap().to_owned();
    (user, token)
}

async fn status(app: &TestApp, token: &str, method: Method, path: &str, body: Option<Value>) -> u16 {
    let request = app.request(method, path).bearer_auth(token);
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    app.send(request).await.status.as_u16()
}

async fn roles_are_made_changed_and_removed(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let shipped = app.get("/v1/roles").await;
    let names: Vec<&str> =
        shipped["items"].as_array().unwrap().iter().map(|role| role["name"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        ["administrator", "after-sales", "agent", "auditor", "finance", "marketing", "sales", "supervisor"]
    );
    let new = json!({
        "name": "key-accounts", "title_zh": "大客户经理", "permissions": ["customers:read", "deals:read"],
        "reach": {"deal": {"read": "team", "change": "own"}}, "classes": {"financial": "masked"},
    });
    let made = app.post("/v1/roles", &new).await.expect(201);
    for (field, value) in new.as_object().unwrap() {
        assert_eq!(&made[field], value);
    }
    let path = format!("/v1/roles/{}", id(&made));
    assert_eq!(app.get(&path).await, made);
    app.post("/v1/roles", &new).await.expect(409);
    let (user, token) = somebody(&app, "ann", &["key-accounts"]).await;
    assert_eq!(status(&app, &token, Method::GET, "/v1/deals", None).await, 200);
    assert_eq!(status(&app, &token, Method::GET, "/v1/tickets", None).await, 403);
    let more = json!({"permissions": ["customers:read", "deals:read", "tickets:read"]});
    app.call(Method::PATCH, &path, Some(&more)).await.expect(200);
    assert_eq!(status(&app, &token, Method::GET, "/v1/tickets", None).await, 200, "by the next request");
    let held = app.call(Method::DELETE, &path, None).await.expect(409);
    assert!(held["detail"].as_str().unwrap().contains("ann"), "{held}");
    app.call(Method::PATCH, &format!("/v1/users/{user}"), Some(&json!({"roles": []}))).await.expect(200);
    assert_eq!(status(&app, &token, Method::GET, "/v1/deals", None).await, 403, "without a role, nothing");
    app.call(Method::DELETE, &path, None).await.expect(204);
    app.call(Method::GET, &path, None).await.expect(404);
    let agent = format!("/v1/roles/{}", id(&role(&app, "agent").await));
    app.call(Method::DELETE, &agent, None).await.expect(409);
    let kinds = app.kinds().await;
    for kind in ["role.created", "role.updated", "role.deleted"] {
        assert!(kinds.iter().any(|known| known == kind), "{kind}");
    }
}

async fn several_roles_count_together(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for (name, permission) in [("readers", "deals:read"), ("callers", "tickets:read")] {
        app.post("/v1/roles", &json!({"name": name, "permissions": [permission]})).await.expect(201);
    }
    let (_, token) = somebody(&app, "ann", &["readers", "callers"]).await;
    for (path, expected) in [("/v1/deals", 200), ("/v1/tickets", 200), ("/v1/tasks", 403)] {
        assert_eq!(status(&app, &token, Method::GET, path, None).await, expected, "{path}");
    }
    // A token of hers is cut down by its scopes.
    let new = json!({"name": "deals", "scopes": ["deals:read", "tasks:read"], "user_id": null});
    let own = app.request(Method::POST, "/v1/tokens").bearer_auth(&token).json(&new);
    assert_eq!(app.send(own).await.status, 403, "she makes no tokens");
}

async fn nobody_gives_more_than_they_have(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let hr = ["users:read", "users:write", "roles:write", "tokens:write", "customers:read", "tickets:read"];
    app.post("/v1/roles", &json!({"name": "hr", "permissions": hr})).await.expect(201);
    let narrow = json!({
        "name": "branch-hr", "permissions": hr, "reach": {"customer": {"read": "team", "change": "team"}},
    });
    app.post("/v1/roles", &narrow).await.expect(201);
    let (ann, token) = somebody(&app, "ann", &["hr"]).await;
    let (bob, limited) = somebody(&app, "bob", &["branch-hr"]).await;
    let role = json!({"name": "x", "permissions": ["customers:read"]});
    assert_eq!(status(&app, &token, Method::POST, "/v1/roles", Some(role.clone())).await, 201);
    let agent = format!("/v1/roles/{}", id(&self::role(&app, "agent").await));
    let x = format!("/v1/roles/{}", id(&self::role(&app, "x").await));
    let user = json!({"name": "eve", "email": "eve@example.com", "roles": ["x"]});
    for (who, method, path, body, expected) in [
        (&token, Method::POST, "/v1/roles", json!({"name": "y", "permissions": ["*"]}), 403),
        (&token, Method::PATCH, x.as_str(), json!({"permissions": ["deals:write"]}), 403),
        (&token, Method::PATCH, agent.as_str(), json!({"title_en": "x"}), 403),
        (
            &token,
            Method::POST,
            "/v1/users",
            json!({"name": "e", "email": "e@example.com", "roles": ["agent"]}),
            422,
        ),
        (&token, Method::POST, "/v1/users", user.clone(), 201),
        // Who sees a part of the records makes nobody who would see others.
        (&limited, Method::POST, "/v1/roles", json!({"name": "z", "permissions": ["customers:read"]}), 403),
        (
            &limited,
            Method::POST,
            "/v1/users",
            json!({"name": "f", "email": "f@example.com", "roles": ["x"]}),
            422,
        ),
        (&limited, Method::POST, "/v1/tokens", json!({"name": "t", "scopes": ["customers:read"]}), 422),
        (&limited, Method::PATCH, "/v1/users/ME", json!({"roles": ["hr"]}), 403),
    ] {
        let path = path.replace("ME", &bob);
        assert_eq!(
            status(&app, who, method.clone(), &path, Some(body.clone())).await,
            expected,
            "{method} {path} {body}"
        );
    }
    let raises = json!({"roles": ["hr", "supervisor"]});
    assert_eq!(status(&app, &token, Method::PATCH, &format!("/v1/users/{ann}"), Some(raises)).await, 422);
}

async fn what_makes_no_sense_is_refused(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for (wrong, pointer) in [
        (json!({"name": "Key Accounts"}), "/name"),
        (json!({"name": "1st"}), "/name"),
        (json!({"name": "a", "permissions": ["deals:fly"]}), "/permissions/0"),
        (json!({"name": "a", "reach": {"deal": {"read": "own", "change": "team"}}}), "/reach/deal/change"),
        (json!({"name": "a", "title_en": "x".repeat(101)}), "/title_en"),
    ] {
        let refused = app.post("/v1/roles", &wrong).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    for wrong in [
        json!({"name": "a", "reach": {"token": {"read": "own", "change": "own"}}}),
        json!({"name": "a", "reach": {"deal": {"read": "mine", "change": "own"}}}),
        json!({"name": "a", "classes": {"contact": "blurred"}}),
        json!({"permissions": []}),
    ] {
        let refused = app.post("/v1/roles", &wrong).await;
        assert!([400, 422].contains(&refused.status.as_u16()), "{wrong}: {}", refused.text);
    }
    let (user, _) = somebody(&app, "ann", &["agent"]).await;
    for (roles, pointer) in [(json!(["nobody"]), "/roles/0"), (json!(["agent", "agent"]), "/roles/1")] {
        let wrong = json!({"roles": roles});
        let refused = app.call(Method::PATCH, &format!("/v1/users/{user}"), Some(&wrong)).await.expect(422);
        assert_eq!(refused["errors"][0]["pointer"], pointer, "{refused}");
    }
    let policy = json!({"second_factor_roles": ["nobody"]});
    app.call(Method::PUT, "/v1/sign-in-policy", Some(&policy)).await.expect(422);
}

async fn the_administrators_role_stays(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let path = format!("/v1/roles/{}", id(&role(&app, "administrator").await));
    app.call(Method::PATCH, &path, Some(&json!({"permissions": []}))).await.expect(409);
    app.call(Method::DELETE, &path, None).await.expect(409);
    let boss = app.person("Ada", "ada@example.com", "administrator").await;
    let session = app.sign_in("ada@example.com").await;
    let gives_up = json!({"roles": ["agent"]});
    let last = app.call(Method::PATCH, &format!("/v1/users/{boss}"), Some(&gives_up)).await.expect(409);
    assert!(last["detail"].as_str().unwrap().contains("last active administrator"), "{last}");
    assert_eq!(app.visit(&session, "/inbox").await.status, 200);
}
