//! Crimes against data: floods of writes, keys and looks, other people's records. On both databases.

use hospes::plugins::CallError;
use hospes::plugins::engine::limits::Limit;
use reqwest::Method;
use serde_json::{Value, json};
use support::artifacts::artifact;
use support::on_both_engines;
use support::store::Engine;

use crate::guests::as_another;
use crate::house::{End, House, assert_end};

on_both_engines!(
    a_flood_of_data_is_stopped_and_leaves_nothing,
    foreign_records_are_not_there_and_stay_as_they_are,
    calls_side_by_side_do_not_keep_more_than_one_may,
);

async fn a_flood_of_data_is_stopped_and_leaves_nothing(engine: Engine) {
    let house = House::new(engine, &[]).await;
    let guest = house.troublemaker(&json!({})).await;
    let before = house.app.get("/v1/customers").await;
    for (name, task, end) in [
        (
            "writes without end",
            json!({"what": "changes", "count": 100_000}),
            End::Told("limit-exceeded", "1000 changes"),
        ),
        (
            "keeps too many bytes",
            json!({"what": "keep-many", "count": 100, "bytes": 1_000}),
            End::Told("limit-exceeded", "65536 are allowed"),
        ),
        (
            "keeps too much at once",
            json!({"what": "keep", "key": "big", "bytes": 2 << 20}),
            End::Limit(Limit::Transfer),
        ),
        (
            "holds handles without end",
            json!({"what": "hold", "count": 1_000_000}),
            End::Told("limit-exceeded", "1000 secrets at once"),
        ),
        ("refuses at length", json!({"what": "refuse", "bytes": 900_000}), End::Told("invalid", "xxxx")),
    ] {
        let ended = house.beside(house.call(&guest, &task)).await;
        assert_end(name, &ended, &end);
        if let Err(CallError::Refused(error)) = &ended {
            assert!(error.message.len() <= 4 << 10, "{name}: what is kept of an error is bounded");
        }
    }
    // How far it gets before it is stopped depends on the machine; that it is stopped doesn't.
    let looks = json!({"what": "look", "count": 1_000_000});
    let ended = house.beside(house.call(&guest, &looks)).await;
    let stopped = ended.as_ref().is_err_and(|error| {
        matches!(error, CallError::LimitExceeded { which: Limit::Transfers | Limit::Cpu | Limit::Memory, .. })
            || matches!(error, CallError::TimedOut { .. })
    });
    assert!(stopped, "{ended:?}");
    assert_eq!(house.app.get("/v1/customers").await, before, "nothing of it was applied");
}

async fn foreign_records_are_not_there_and_stay_as_they_are(engine: Engine) {
    let house = House::new(engine, &[]).await;
    let bytes = as_another(&artifact("tests/troublemaker"), |manifest| {
        manifest["id"] = json!("stranger");
        manifest["wants"]["records"][0]["scope"] = json!("own");
    });
    let guest = house.admit(&bytes, &json!({})).await;
    let witness = house.witness();
    let read = house.call(&guest, &json!({"what": "read", "kind": "customer", "id": witness})).await;
    assert_end("reads another's record", &read, &End::Told("not-found", witness_text(witness)));
    let kind = house.call(&guest, &json!({"what": "read", "kind": "ticket", "id": witness})).await;
    assert_end("reads another kind", &kind, &End::Told("denied", "ticket"));
    let garbage = house.call(&guest, &json!({"what": "read", "kind": "customer", "id": "' or 1=1 --"})).await;
    assert_end("reads what is no id", &garbage, &End::Told("invalid", "no id of a record"));
    // A write is judged where it is applied: nothing of the delivery that brought it is done, and it is asked for again.
    for (query, task) in [
        ("m1", json!({"what": "rename", "kind": "customer", "id": witness, "version": 1})),
        ("m2", json!({"what": "comment", "kind": "customer", "id": witness})),
        (
            "m3",
            json!({"what": "rename", "kind": "customer", "id": house.app.host.app().db.id(), "version": 1}),
        ),
    ] {
        let request = house.app.request(Method::POST, &format!("/in/stranger/do?{query}")).json(&task);
        let answer = house.app.send(request).await;
        assert_eq!(answer.status, 503, "{task}: {answer:?}");
        house.unharmed().await;
    }
    let comments = house.app.kinds().await;
    assert!(
        !comments.iter().any(|kind| kind == "comment.added" || kind == "interaction.received"),
        "{comments:?}"
    );
}

/// The end of a message is the id that was asked for; the compiler wants a text that lives long enough.
fn witness_text(id: &str) -> &'static str {
    Box::leak(id.to_owned().into_boxed_str())
}

async fn calls_side_by_side_do_not_keep_more_than_one_may(engine: Engine) {
    let house = House::new(engine, &[]).await;
    house.troublemaker(&json!({})).await;
    // Each fits into the store of 65,536 bytes for itself, two of them don't.
    let deliver = async |number: u32| {
        let task = json!({"what": "keep", "key": format!("half-{number}"), "bytes": 40_000});
        let request = house.app.request(Method::POST, &format!("/in/troublemaker/do?q{number}")).json(&task);
        house.app.send(request).await.status.as_u16()
    };
    let answers = futures::future::join_all((0..4).map(deliver)).await;
    assert_eq!(answers.iter().filter(|status| **status == 200).count(), 1, "{answers:?}");
    let guest = house.load("troublemaker").await;
    let mut kept = 0;
    for number in 0..4 {
        let task = json!({"what": "get", "key": format!("half-{number}")});
        let value: Value = serde_json::from_str(&house.call(&guest, &task).await.unwrap().value).unwrap();
        kept += value.as_str().map_or(0, str::len);
    }
    assert_eq!(kept, 40_000, "{answers:?}");
    house.unharmed().await;
}
