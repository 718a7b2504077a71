//! Crimes in the manifest: schemas that would take hours, manifests without end, and settings that a schema would
//! be slow on.

use hospes::store::plugin_logs;
use reqwest::Method;
use serde_json::{Map, Value, json};
use support::artifacts::{artifact, with_manifest};
use support::store::Engine;

use crate::guests::{CHANNEL, Module};
use crate::house::House;

/// A settings schema with this at the place of a setting.
fn settings(setting: &Value) -> Value {
    json!({"type": "object", "additionalProperties": false, "properties": {"a": setting}})
}

/// The troublemaker under this name, with this schema of its settings.
fn with_settings(id: &str, schema: &Value) -> Vec<u8> {
    with_manifest(&artifact("tests/troublemaker"), |manifest| {
        manifest["id"] = json!(id);
        manifest["settings"] = schema.clone();
        // It asks for an address that stood in its own settings.
        let wants = manifest["wants"]["http"].as_array_mut().expect("it asks for some");
        wants.retain(|want| want.get("setting").is_none());
    })
}

/// As many definitions, each of which refers to the next twice.
fn doubling(keyword: &str, levels: usize) -> Value {
    let mut definitions = Map::new();
    for level in 0..levels {
        let next = json!({"$ref": format!("#/$defs/d{}", level + 1)});
        definitions.insert(format!("d{level}"), json!({keyword: [next, next]}));
    }
    definitions.insert(format!("d{levels}"), json!({"type": "string", "minLength": 5}));
    let mut schema = settings(&json!({"$ref": "#/$defs/d0", "default": "x"}));
    schema["$defs"] = Value::Object(definitions);
    schema
}

fn nested(keyword: &str, levels: usize) -> Value {
    (0..levels).fold(json!({"type": "string"}), |inner, _| json!({keyword: [inner, inner]}))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_schema_that_costs_too_much_is_turned_away_and_nobody_waits() {
    let house = House::new(Engine::Sqlite, &[]).await;
    let mut crimes = vec![
        ("comes back".to_owned(), settings(&json!({"$ref": "#"})), "comes back to itself"),
        (
            "is elsewhere".to_owned(),
            settings(&json!({"$ref": "http://127.0.0.1:1/s"})),
            "a place in this schema",
        ),
        ("is dynamic".to_owned(), settings(&json!({"$dynamicRef": "#a"})), "isn't supported"),
        ("anchors".to_owned(), settings(&json!({"$dynamicAnchor": "a"})), "isn't supported"),
        ("collects".to_owned(), settings(&json!({"unevaluatedProperties": false})), "isn't supported"),
        ("has a megabyte".to_owned(), settings(&json!({"enum": vec!["x".repeat(1_000); 1_000]})), "allowed"),
        (
            "has many parts".to_owned(),
            settings(&json!({"anyOf": vec![json!({"const": 1}); 2_000]})),
            "allowed",
        ),
        ("repeats".to_owned(), settings(&json!({"pattern": "((\\w{90}){90}){90}"})), "can't be used"),
        ("looks back".to_owned(), settings(&json!({"pattern": "(a+)+\\1$"})), "can't be used"),
        ("is no schema".to_owned(), settings(&json!({"type": {"a": 1}})), "isn't valid"),
    ];
    for keyword in ["anyOf", "oneOf", "allOf"] {
        crimes.push((format!("twenty {keyword}"), doubling(keyword, 20), "allowed"));
        crimes.push((format!("twelve {keyword}"), doubling(keyword, 12), "allowed"));
        crimes.push((format!("nested {keyword}"), settings(&nested(keyword, 10)), "allowed"));
    }
    for (name, schema, reason) in crimes {
        let answer = house.beside(house.upload(with_settings("schemer", &schema))).await;
        assert_eq!(answer.status, 422, "{name}: {answer:?}");
        let detail = answer.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(reason) && detail.len() < 4_000, "{name}: {detail}");
    }
    // A tool's arguments are held to the same.
    let file = with_manifest(&artifact("tests/troublemaker"), |manifest| {
        manifest["tools"][0]["arguments"] = doubling("anyOf", 20);
    });
    let answer = house.beside(house.upload(file)).await;
    assert!(answer.status == 422 && answer.text.contains("tools[0].arguments"), "{answer:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn settings_that_a_schema_would_be_slow_on_are_refused_in_few_words() {
    let house = House::new(Engine::Sqlite, &[]).await;
    let wide = json!({"type": "array", "items": {"anyOf": (0..400).map(|n| json!({"const": n})).collect::<Vec<_>>()}});
    let backtracking = json!({"type": "string", "pattern": "^(a+)+$"});
    let schema = json!({"type": "object", "additionalProperties": false, "properties": {"wide": wide, "text": backtracking}});
    house.upload(with_settings("choosy", &schema)).await.expect(201);
    let id = house.app.install_as("choosy", "choosy", &json!({"wide": [1, 2, 3], "text": "aaa"}), &[]).await;
    let path = format!("/v1/installations/{id}/settings");
    for (name, settings, reason) in [
        ("goes back", json!({"text": format!("{}!", "a".repeat(50_000))}), "does not match"),
        ("many values", json!({"wide": vec!["x"; 10_000]}), "too much for its schema"),
        ("many bytes", json!({"text": "a".repeat(100_000)}), "too much for its schema"),
        ("some wrong values", json!({"wide": vec!["x"; 200]}), "wide/0"),
    ] {
        let answer = house.beside(house.app.call(Method::PUT, &path, Some(&settings))).await;
        assert_eq!(answer.status, 422, "{name}: {answer:?}");
        assert!(answer.text.contains(reason) && answer.text.len() < 40_000, "{name}: {}", answer.text);
    }
    let kept = house.app.get(&format!("/v1/installations/{id}")).await;
    assert_eq!(kept["settings"]["text"], "aaa");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_manifest_without_end_is_turned_away() {
    let house = House::new(Engine::Sqlite, &[]).await;
    let plugin = artifact("tests/troublemaker");
    type Change = fn(&mut Value);
    let crimes: [(&str, Change, &str); 4] = [
        ("is long", |manifest| manifest["summary"]["en"] = json!("x".repeat(300_000)), "262144 are allowed"),
        ("talks", |manifest| manifest["summary"]["en"] = json!("x".repeat(30_000)), "`summary.en`"),
        (
            "offers much",
            |manifest| {
                let tool = manifest["tools"][0].clone();
                let tools = (0..150).map(|number| {
                    let mut tool = tool.clone();
                    tool["name"] = json!(format!("tool-{number}"));
                    tool
                });
                manifest["tools"] = tools.collect();
            },
            "`tools` is `150 entries`",
        ),
        (
            "wants much",
            |manifest| {
                let want = manifest["wants"]["secrets"][0].clone();
                manifest["wants"]["secrets"] = json!(vec![want; 300]);
            },
            "`wants.secrets` is `300 entries`",
        ),
    ];
    for (name, change, reason) in crimes {
        let answer = house.beside(house.upload(with_manifest(&plugin, change))).await;
        assert_eq!(answer.status, 422, "{name}: {answer:?}");
        assert!(answer.text.contains(reason) && answer.text.len() < 40_000, "{name}: {}", answer.text);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_of_a_plugin_that_never_stops_talking_stays_within_its_size() {
    let house = House::new(Engine::Sqlite, &[]).await;
    let talks = Module {
        imports: r#"(import "hospes:plugin/log@0.1.0" "write" (func $log (param i32 i32 i32 i32 i32)))"#,
        body: "(memory.fill (i32.const 65536) (i32.const 97) (i32.const 60000))
               (call $log (i32.const 1) (i32.const 65536) (i32.const 60000) (i32.const 0) (i32.const 0)) unreachable",
        ..Module::default()
    };
    house.admit(&talks.plugin("talks", &[CHANNEL]), &json!({})).await;
    for number in 0..200 {
        // Its breaker lets it in again, and no delivery fails three times.
        house.app.clock.advance_millis(3_600_000);
        let request = house.app.request(Method::POST, "/in/talks/x").body(number.to_string());
        assert!(house.app.send(request).await.status.is_server_error());
    }
    let mut tx = house.app.host.app().db.read().await.unwrap();
    let sql = "select coalesce(sum(octet_length(text)), 0) from plugin_logs";
    let bytes: i64 = tx.scalar(sql, &[]).await.unwrap();
    assert!((4 << 20..=plugin_logs::MOST_BYTES + (2 << 20)).contains(&bytes), "{bytes} bytes are kept");
    drop(tx);
    house.unharmed().await;
}
