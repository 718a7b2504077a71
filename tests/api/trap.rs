//! A plugin that breaks down in mid-call leaves nothing behind, and says so to its operator.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{Answer, TestApp};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_trap_leaves_nothing_behind,
    a_repeat_leaves_the_plugins_own_store_alone,
    calls_that_race_for_a_counter_are_all_counted,
);

async fn tell(app: &TestApp, query: &str, task: Value) -> Answer {
    let request = app.request(Method::POST, &format!("/in/troublemaker/do?{query}")).json(&task);
    app.send(request).await
}

async fn start(engine: Engine) -> (TestApp, String) {
    let app = TestApp::start(engine, &[]).await;
    let id = app.install("tests/troublemaker", &json!({}), &[("token", "a secret of the tests")]).await;
    app.settle().await;
    (app, id)
}

async fn a_trap_leaves_nothing_behind(engine: Engine) {
    let (app, id) = start(engine).await;
    let before = app.kinds().await;
    let answer = tell(&app, "m1", json!({"what": "stage-and-trap"})).await;
    assert_eq!(answer.status, 503, "{answer:?}");
    assert!(!answer.header("retry-after").is_empty());
    assert!(
        !answer.text.contains("breakdown on demand"),
        "what went wrong inside is the operator's: {answer:?}"
    );
    app.settle().await;

    let customers = app.get("/v1/customers").await;
    assert_eq!(customers["items"], json!([]), "what it staged is not there");
    let log = app.kinds().await;
    assert_eq!(log[before.len()..], ["plugin.failed"]);
    let kept = tell(&app, "m2", json!({"what": "get", "key": "staged"})).await;
    assert_eq!((kept.status.as_u16(), kept.text.as_str()), (200, "null"));
    let installation = app.get(&format!("/v1/installations/{id}")).await;
    let error = installation["last_error"].as_str().unwrap();
    assert!(error.contains("broke down") && error.contains("about to misbehave"), "{error}");

    // The same call without the trap leaves all of it.
    tell(&app, "m3", json!({"what": "stage"})).await.expect(200);
    let kept = tell(&app, "m4", json!({"what": "get", "key": "staged"})).await;
    assert_eq!(kept.text, "\"yes\"");
    let names: Vec<Value> = app.get("/v1/customers").await["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| c["name"].clone())
        .collect();
    assert!(names.contains(&json!("Staged")), "{names:?}");
}

async fn a_repeat_leaves_the_plugins_own_store_alone(engine: Engine) {
    let (app, _) = start(engine).await;
    for _ in 0..3 {
        tell(&app, "same", json!({"what": "count"})).await.expect(200);
    }
    let count = tell(&app, "other", json!({"what": "get", "key": "count"})).await;
    assert_eq!(count.text, "\"1\"", "the first delivery counted, its repeats did not");
}

async fn calls_that_race_for_a_counter_are_all_counted(engine: Engine) {
    let (app, _) = start(engine).await;
    let deliver = async |number: u32| {
        // As a provider does: again until it is taken.
        for _ in 0..200 {
            let answer = tell(&app, &format!("race-{number}"), json!({"what": "count"})).await;
            if answer.status == 200 {
                return;
            }
            assert_eq!(answer.status, 503, "{answer:?}");
        }
        panic!("delivery {number} was never taken");
    };
    futures::future::join_all((0..20).map(deliver)).await;
    let count = tell(&app, "after", json!({"what": "get", "key": "count"})).await;
    assert_eq!(count.text, "\"20\"");
    app.settle().await;
    let received = app.kinds().await.iter().filter(|kind| *kind == "interaction.received").count();
    assert_eq!(received, 21);
}
