//! What a call leaves behind when it succeeds, and that it leaves nothing when it doesn't.

use hospes::plugins::{CallError, LogLevel, Seen, Write};
use serde_json::json;

use crate::host::{ALL, Host};

#[tokio::test]
async fn a_call_stages_what_it_wants_and_sees_its_own_writes() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    let outcome = host.call(&guest, json!({ "what": "stage" })).await.unwrap();
    let answer: serde_json::Value = serde_json::from_str(&outcome.value).unwrap();
    assert_eq!(answer["name"], "Staged", "get sees the record that the same call created");
    let effects = outcome.effects;
    let [Write::Create { id, kind, attributes }] = effects.writes.as_slice() else {
        panic!("{:?}", effects.writes)
    };
    assert_eq!((id.to_string(), kind.as_str()), (answer["id"].as_str().unwrap().to_owned(), "customer"));
    assert_eq!((attributes[0].name.as_str(), attributes[0].value.as_text()), ("name", Some("Staged")));
    assert_eq!((effects.kv[0].key.as_str(), effects.kv[0].seen), ("staged", Seen::Anything));
    assert_eq!((effects.log[0].level, effects.log[0].text.as_str()), (LogLevel::Warn, "about to misbehave"));
    assert!(outcome.usage.cpu_us > 0 && outcome.usage.memory > 0);
    assert_eq!(outcome.usage.host_calls, 4);
}

#[tokio::test]
async fn a_breakdown_or_refusal_leaves_nothing_but_the_log() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    match host.call(&guest, json!({ "what": "stage-and-trap" })).await {
        Err(CallError::Trapped { tail, .. }) => assert_eq!(tail[0].text, "about to misbehave"),
        other => panic!("{other:?}"),
    }
    match host.call(&guest, json!({ "what": "stage-and-refuse" })).await {
        Err(CallError::Refused(error)) => {
            assert_eq!((error.code.as_str(), error.message.as_str()), ("invalid", "refused on demand"));
            assert_eq!(error.log.len(), 1);
        }
        other => panic!("{other:?}"),
    }
    assert_eq!(host.answer(&guest, json!({ "what": "get", "key": "staged" })).await, json!(null));
}

#[tokio::test]
async fn nothing_survives_from_one_call_to_the_next() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    for _ in 0..20 {
        let told = host.answer(&guest, json!({ "what": "tell" })).await;
        assert_eq!(told["calls"], 1, "a guest met its own past");
    }
}

#[tokio::test]
async fn time_stands_still_while_the_guest_computes_and_chance_differs_from_call_to_call() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    let first = host.answer(&guest, json!({ "what": "tell" })).await;
    let second = host.answer(&guest, json!({ "what": "tell" })).await;
    // The tests' clock moves by a millisecond whenever somebody reads it: between the guest's two readings only the host
    // did, when the first returned; the million additions in between don't show.
    assert_eq!(first["computing"], 1_000);
    assert_ne!(first["random"], second["random"]);
    assert_eq!(first["answer"], 42, "a default of the settings' schema");
}

#[tokio::test]
async fn the_same_call_draws_the_same_chance_when_it_runs_again() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    let id = host.db.id();
    let mut ids = Vec::new();
    for _ in 0..2 {
        let task = json!({ "what": "stage" }).to_string();
        let outcome = host.plugins.call_tool(&guest, id.into(), "do".to_owned(), task).await.unwrap();
        ids.push(outcome.value);
    }
    assert_eq!(ids[0], ids[1], "a second run knows the records of the first by the same ids");
}

#[tokio::test]
async fn a_counter_remembers_what_it_saw() {
    let host = Host::new(&[]).await;
    let guest = host.install(ALL, json!({})).await;
    let outcome = host.call(&guest, json!({ "what": "count" })).await.unwrap();
    assert_eq!(outcome.value, "1");
    let change = &outcome.effects.kv[0];
    assert_eq!((change.value.as_deref(), change.seen), (Some(b"1".as_slice()), Seen::Absent));
}
