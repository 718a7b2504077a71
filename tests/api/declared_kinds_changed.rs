//! A change of a declared kind brings its records along without a pause, or changes nothing.

use serde_json::{Value, json};
use support::on_both_engines;
use support::people::id;
use support::store::Engine;

use crate::declared_kinds::{change, full, started, visit};

on_both_engines!(
    records_come_along_when_their_kind_changes,
    a_change_that_records_do_not_fit_changes_nothing,
);

/// The kind with `purpose` called `reason`, `note` dropped, and fields that records didn't have.
fn changed() -> Value {
    let mut kind = visit();
    let fields = kind["fields"].as_array_mut().unwrap();
    fields[0]["name"] = json!("reason");
    fields[0]["was"] = json!("purpose");
    fields.retain(|field| field["name"] != "note");
    fields.push(json!({
        "name": "channel", "type": "word", "en": "Channel", "zh": "渠道", "choices": ["phone", "web"], "default": "phone",
        "required": true,
    }));
    json!({"title": "reason", "fields": fields})
}

async fn records_come_along_when_their_kind_changes(engine: Engine) {
    let (app, _) = started(engine).await;
    const RECORDS: usize = 2_600;
    let mut made = 0;
    while made < RECORDS {
        let new = |number: usize| json!({"purpose": format!("visit {number}"), "minutes": number, "note": "gone soon"});
        let items: Vec<Value> = (made..(made + 1_000).min(RECORDS)).map(new).collect();
        made += items.len();
        app.post("/v1/records/visit/batch", &json!({"items": items})).await.expect(200);
    }
    app.settle().await;
    let kind = change(&app, "/v1/kinds/visit", &changed()).await.expect(200);
    assert_eq!(kind["pending"]["renamed"], json!({"reason": "purpose"}), "{kind}");
    // From now on records are as the kind says, wherever the migration is.
    let mut looks = 0;
    loop {
        let visit = &app.get("/v1/records/visit?limit=1&sort=created_at").await["items"][0];
        assert_eq!(
            (&visit["reason"], &visit["channel"], visit.get("purpose"), visit.get("note")),
            (&json!("visit 0"), &json!("phone"), None, None)
        );
        let filter = "reason%20%3D%3D%20%22visit%202599%22%20%26%26%20channel%20%3D%3D%20%22phone%22";
        let last = app.get(&format!("/v1/records/visit?filter={filter}")).await;
        assert_eq!(
            last["items"].as_array().unwrap().len(),
            1,
            "by its new name, in whichever form it is kept"
        );
        let path = format!("/v1/records/visit/{}", id(&last["items"][0]));
        let written =
            change(&app, &path, &json!({"channel": if looks % 2 == 0 { "web" } else { "phone" }})).await;
        assert_eq!(written.expect(200)["reason"], "visit 2599");
        change(&app, &path, &json!({"channel": "phone"})).await.expect(200);
        looks += 1;
        if app.get("/v1/kinds/visit").await["declared"]["pending"].is_null() {
            break;
        }
    }
    app.settle().await;
    let total = app.get("/v1/records/visit?filter=channel%20%3D%3D%20%22phone%22&limit=500").await;
    assert_eq!(total["items"].as_array().unwrap().len(), 500);
    let ended = "/v1/events?type=declared-kind.migrated&after=2600&limit=500";
    app.until(ended, |log| log["items"].as_array().unwrap().len() == 1).await;
    // A name that is free now may be another field's.
    let mut again = changed();
    again["fields"]
        .as_array_mut()
        .unwrap()
        .push(json!({"name": "note", "type": "text", "en": "Note", "zh": "备注"}));
    change(&app, "/v1/kinds/visit", &again).await.expect(200);
    let visit = &app.get("/v1/records/visit?limit=1").await["items"][0];
    assert!(visit["note"].is_null(), "{visit}");
}

async fn a_change_that_records_do_not_fit_changes_nothing(engine: Engine) {
    let (app, customer) = started(engine).await;
    let made = app.post("/v1/records/visit", &full(&customer)).await.expect(201);
    let before = app.get("/v1/kinds/visit").await;
    let with = |place: usize, name: &str, value: Value| {
        let mut kind = visit();
        kind["fields"][place][name] = value;
        json!({"fields": kind["fields"]})
    };
    // What has no place for the value that is there.
    for (place, name, value) in [
        (4, "choices", json!(["planned", "cancelled"])),
        (10, "type", json!("text")),
        (1, "required", json!(true)),
    ] {
        if name == "type" {
            let long = json!({"note": "字".repeat(300)});
            change(&app, &format!("/v1/records/visit/{}", id(&made)), &long).await.expect(200);
        }
        if name == "required" {
            app.post("/v1/records/visit", &json!({"purpose": "of nobody"})).await.expect(201);
        }
        let problem = change(&app, "/v1/kinds/visit", &with(place, name, value)).await.expect(409);
        let named = problem["detail"].as_str().unwrap();
        assert!(named.contains("the visit 019"), "it says which: {named}");
    }
    // What is another field.
    for (place, name, value, pointer) in [
        (5, "type", json!("text"), "/fields/5/type"),
        (1, "relates_to", json!("user"), "/fields/1/relates_to"),
    ] {
        let problem = change(&app, "/v1/kinds/visit", &with(place, name, value)).await.expect(422);
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
    }
    let mut renamed = with(10, "name", json!("remark"));
    renamed["fields"][10]["was"] = json!("nothing");
    let problem = change(&app, "/v1/kinds/visit", &renamed).await.expect(422);
    assert_eq!(problem["errors"][0]["pointer"], "/fields/10/was", "{problem}");
    // What somebody's view names.
    let view = json!({"kind": "visit", "name": "long", "filter": "minutes > 30", "columns": ["purpose", "minutes"], "shared": true});
    app.post("/v1/saved-views", &view).await.expect(201);
    let mut without = visit();
    without["fields"].as_array_mut().unwrap().retain(|field| field["name"] != "minutes");
    let without = json!({"fields": without["fields"]});
    let problem = change(&app, "/v1/kinds/visit", &without).await.expect(409);
    assert!(problem["detail"].as_str().unwrap().contains("\"long\" names minutes"), "{problem}");
    assert_eq!(app.get("/v1/kinds/visit").await, before);
    change(&app, "/v1/kinds/visit?force=true", &without).await.expect(200);
    // What only adds or widens needs nothing.
    let wider = with(5, "type", json!("number"));
    app.until("/v1/kinds/visit", |kind| kind["declared"]["pending"].is_null()).await;
    change(&app, "/v1/kinds/visit", &wider).await.expect(200);
}
