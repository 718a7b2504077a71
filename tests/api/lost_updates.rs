//! Two people change one record: nobody's change is lost without a word.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, Answer, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_change_based_on_an_old_version_is_refused,
    people_are_guarded_too,
    of_many_who_read_the_same_one_wins,
    what_is_known_is_not_sent_again,
    a_patch_changes_what_it_names,
    a_broken_precondition_is_an_error,
);

/// Changes a record that is expected to be at a version.
async fn patch(app: &TestApp, path: &str, tag: &str, body: &Value) -> Answer {
    let request = app.request(Method::PATCH, path).bearer_auth(ADMIN).header("if-match", tag);
    app.send(request.json(body)).await
}

async fn read(app: &TestApp, path: &str) -> Answer {
    app.call(Method::GET, path, None).await
}

async fn customer(app: &TestApp) -> String {
    let new = json!({"name": "王芳", "grade": "A", "region": "华东", "attributes": {"shoe": 38, "hat": "M"}});
    app.post("/v1/customers", &new).await.header("location").to_owned()
}

/// Each kind of record that can be changed, with a change and what it must show then.
async fn changeable(app: &TestApp) -> Vec<(String, Value)> {
    let customer = customer(app).await;
    let id = app.get(&customer).await["id"].clone();
    let ticket =
        app.post("/v1/tickets", &json!({"customer_id": id, "subject": "Desk", "class": "purchase"})).await;
    let ticket = ticket.expect(201);
    vec![
        (customer, json!({"name": "李雷"})),
        (format!("/v1/tickets/{}", ticket["id"].as_str().unwrap()), json!({"subject": "Two desks"})),
    ]
}

async fn a_change_based_on_an_old_version_is_refused(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for (path, change) in changeable(&app).await {
        let (field, value) = change.as_object().unwrap().iter().next().unwrap();
        app.settle().await;
        let tag = read(&app, &path).await.header("etag").to_owned();
        assert!(tag.starts_with('"') && tag.len() > 2, "{path}: {tag:?}");

        let changed = patch(&app, &path, &tag, &change).await;
        assert_eq!(changed.status, 200, "{changed:?}");
        let new_tag = changed.header("etag").to_owned();
        assert_ne!(new_tag, tag);
        assert_eq!(&changed.json()[field], value);
        app.settle().await;
        let before = read(&app, &path).await;
        assert_eq!(before.header("etag"), new_tag, "the answer's tag is the record's");
        let log = app.kinds().await;

        let stale = patch(&app, &path, &tag, &json!({field: "lost"})).await;
        let problem = stale.expect(412);
        assert_eq!(problem["code"], "stale");
        assert!(problem["detail"].as_str().unwrap().contains("read it again"), "{problem:#}");
        let after = read(&app, &path).await;
        assert_eq!((after.json(), after.header("etag")), (before.json(), before.header("etag")));
        assert_eq!(app.kinds().await, log);

        let again = patch(&app, &path, &new_tag, &json!({field: "third"})).await;
        assert_eq!(again.expect(200)[field], "third");
        let whichever = patch(&app, &path, "*", &json!({field: "fourth"})).await;
        assert_eq!(whichever.expect(200)[field], "fourth");
    }
}

async fn people_are_guarded_too(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let new = json!({"name": "李娜", "email": "li@example.com", "language": "zh-CN", "languages": ["zh-CN"], "capacity": 5});
    let made = app.post("/v1/users", &new).await;
    assert_eq!(made.status, 201, "{made:?}");
    let path = format!("/v1/users/{}", made.json()["id"].as_str().unwrap());
    let changed = patch(&app, &path, made.header("etag"), &json!({"present": false})).await;
    assert_eq!((changed.status.as_u16(), changed.header("etag")), (200, "\"2\""), "{changed:?}");
    patch(&app, &path, made.header("etag"), &json!({"name": "lost"})).await.expect(412);
    let users = app.get("/v1/users").await;
    assert_eq!(users["items"], json!([changed.json()]));
}

async fn of_many_who_read_the_same_one_wins(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let path = customer(&app).await;
    let tag = read(&app, &path).await.header("etag").to_owned();
    let names: Vec<Value> = (0..20).map(|n| json!({"name": format!("name {n}")})).collect();
    let changes = names.iter().map(|name| patch(&app, &path, &tag, name));
    let answers = futures::future::join_all(changes).await;
    let (won, lost): (Vec<Answer>, Vec<Answer>) =
        answers.into_iter().partition(|answer| answer.status == 200);
    assert_eq!(won.len(), 1, "{won:?}");
    assert!(lost.iter().all(|answer| answer.status == 412), "{lost:?}");
    assert_eq!(read(&app, &path).await.json(), won[0].json());
    assert_eq!(app.kinds().await.iter().filter(|kind| *kind == "customer.updated").count(), 1);
}

async fn what_is_known_is_not_sent_again(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let path = customer(&app).await;
    let tag = read(&app, &path).await.header("etag").to_owned();
    let ask = async |tags: &str| {
        let request = app.request(Method::GET, &path).bearer_auth(ADMIN).header("if-none-match", tags);
        app.send(request).await
    };
    for tags in [tag.clone(), format!("\"0\", W/{tag}"), "*".to_owned()] {
        let answer = ask(&tags).await;
        assert_eq!((answer.status.as_u16(), answer.text.as_str()), (304, ""), "{tags}");
        assert_eq!(answer.header("etag"), tag);
    }
    patch(&app, &path, &tag, &json!({"name": "李雷"})).await.expect(200);
    assert_eq!(ask(&tag).await.expect(200)["name"], "李雷");
    let stranger = app.request(Method::GET, &path).header("if-none-match", "*");
    assert_eq!(app.send(stranger).await.status, 401, "what is there is told to those who may know");
}

async fn a_patch_changes_what_it_names(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let path = customer(&app).await;
    let before = app.get(&path).await;
    let change = json!({"grade": null, "attributes": {"shoe": null, "coat": {"size": 5}}});
    let request = app.request(Method::PATCH, &path).bearer_auth(ADMIN);
    let request = request.header("content-type", "application/merge-patch+json").body(change.to_string());
    let after = app.send(request).await.expect(200);
    assert_eq!(after["grade"], Value::Null);
    assert_eq!(after["attributes"], json!({"hat": "M", "coat": {"size": 5}}));
    for untouched in ["name", "region", "stage", "tags", "created_at", "kind"] {
        assert_eq!(after[untouched], before[untouched], "{untouched}");
    }
    assert_eq!(app.get(&path).await, after);
    // A name can't be cleared, and the refusal leaves the record alone.
    let refused = app.call(Method::PATCH, &path, Some(&json!({"name": null, "region": null}))).await;
    assert!(refused.expect(400)["detail"].as_str().unwrap().contains("/name"));
    assert_eq!(app.get(&path).await, after);
}

async fn a_broken_precondition_is_an_error(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let path = customer(&app).await;
    let before = app.get(&path).await;
    for broken in ["1", "\"1", "W/\"1\"", "\"1\", \"2\"", ""] {
        let answer = patch(&app, &path, broken, &json!({"name": "x"})).await;
        let problem = answer.expect(400);
        assert!(problem["detail"].as_str().unwrap().contains("If-Match"), "{broken:?}: {problem:#}");
    }
    patch(&app, &path, "\"never\"", &json!({"name": "x"})).await.expect(412);
    let nobody = "/v1/customers/01900000-0000-7000-8000-000000000000";
    patch(&app, nobody, "\"1\"", &json!({"name": "x"})).await.expect(404);
    assert_eq!(app.get(&path).await, before);
}
