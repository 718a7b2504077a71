//! What an auditor does from outside: checkpoints are kept elsewhere, and find what the chain can't tell.

use std::path::Path;
use std::process::Output;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::extract::State;
use axum::routing::post;
use hospes::boot::Settings;
use hospes::store::db::{Arg, DbError};
use reqwest::Method;
use serde_json::{Value, json};
use support::app::{TestApp, settings};
use support::clock::FakeClock;
use support::on_both_engines;
use support::store::{Engine, Place};

on_both_engines!(a_cut_end_is_found_by_a_checkpoint, what_events_say_is_erased_by_who_may);

/// Runs `hospes audit`, with the key that hosts under test have.
fn audit(app: &TestApp, arguments: &[&str]) -> Output {
    let binary = std::env::current_exe().unwrap().ancestors().nth(2).unwrap().join("hospes");
    std::process::Command::new(&binary)
        .arg("audit")
        .args(arguments)
        .args(["--database", &app.place.address()])
        .env("HOSPES_KEY", "11".repeat(32))
        .current_dir(app.place.folder())
        .output()
        .unwrap_or_else(|error| panic!("{}: {error}; build it: cargo build -p hospes", binary.display()))
}

fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// The lines of a file, once it has some.
async fn lines(file: &Path) -> Vec<Value> {
    for _ in 0..1_000 {
        let text = std::fs::read_to_string(file).unwrap_or_default();
        if text.ends_with('\n') {
            return text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("{} stays empty", file.display());
}

async fn a_cut_end_is_found_by_a_checkpoint(engine: Engine) {
    // Somebody else's server that keeps checkpoints.
    let got: Arc<Mutex<Vec<Value>>> = Arc::default();
    let keep = |State(got): State<Arc<Mutex<Vec<Value>>>>, axum::Json(checkpoint): axum::Json<Value>| async move {
        got.lock().unwrap().push(checkpoint);
    };
    let router = axum::Router::new().route("/hospes", post(keep)).with_state(got.clone());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move { axum::serve(listener, router).await });

    let place = Place::new(engine).await;
    let file = place.folder().join("checkpoints.jsonl");
    let settings = Settings {
        audit_checkpoint_file: Some(file.clone()),
        audit_checkpoint_url: Some(format!("http://{address}/hospes").parse().unwrap()),
        ..settings(&place, &[address.to_string()])
    };
    let app = TestApp::start_with(settings, place, Arc::new(FakeClock::new())).await;
    let kept = lines(&file).await;
    assert_eq!(kept[0]["hash"].as_str().unwrap().len(), 64);
    for _ in 0..1_000 {
        if !got.lock().unwrap().is_empty() {
            break;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    assert_eq!(got.lock().unwrap()[0]["key"], kept[0]["key"], "sent besides");

    for name in ["Ann", "Bob", "Cid"] {
        app.post("/v1/customers", &json!({"name": name})).await.expect(201);
    }
    let events = app.kinds().await.len();
    let path = file.to_str().unwrap();
    let made = audit(&app, &["checkpoint", "--file", path]);
    assert!(made.status.success(), "{}", text(&made));
    let printed = audit(&app, &["checkpoint"]);
    let printed: Value = serde_json::from_slice(&printed.stdout).unwrap();
    assert_eq!(printed["sequence"], events);
    let public = printed["key"].as_str().unwrap();
    for arguments in [
        vec!["verify"],
        vec!["verify", "--checkpoint", path],
        vec!["verify", "--checkpoint", path, "--checkpoint-key", public],
    ] {
        let whole = audit(&app, &arguments);
        assert!(whole.status.success(), "{arguments:?} {}", text(&whole));
    }

    // The last event goes, by somebody who can write to the database.
    let cut = app.host.app().db.write(i64::try_from(events).unwrap(), |tx, last| {
        Box::pin(async move {
            tx.execute("delete from events where seq = $1", &[Arg::from(*last)]).await?;
            Ok::<(), DbError>(())
        })
    });
    cut.await.unwrap();
    let alone = audit(&app, &["verify"]);
    assert!(alone.status.success(), "a shorter chain is whole: {}", text(&alone));
    let found = audit(&app, &["verify", "--checkpoint", path]);
    assert!(!found.status.success());
    let end = format!("the log ends at event {}, and had {events}", events - 1);
    assert!(text(&found).contains(&end), "{}", text(&found));
    let json = audit(&app, &["verify", "--json", "--checkpoint", path]);
    let json: Value = serde_json::from_slice(&json.stdout).unwrap();
    assert_eq!(json["flaw"]["kind"], "cut");

    // A checkpoint that was changed, or another key's, counts for nothing.
    let forged =
        std::fs::read_to_string(&file).unwrap().replace(&format!("\"sequence\":{events}"), "\"sequence\":1");
    let other = app.place.folder().join("forged.jsonl");
    std::fs::write(&other, forged).unwrap();
    let refused = audit(&app, &["verify", "--checkpoint", other.to_str().unwrap()]);
    assert!(
        !refused.status.success() && text(&refused).contains("changed after it was made"),
        "{}",
        text(&refused)
    );
    let stranger = "KjAlo+dR1SSWTV4gBGMgj4W6EeDCvYvJwNJEjLVc4Bw=";
    let refused = audit(&app, &["verify", "--checkpoint", path, "--checkpoint-key", stranger]);
    assert!(!refused.status.success(), "{}", text(&refused));
}

async fn what_events_say_is_erased_by_who_may(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let customer = app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201);
    let made = |log: &Value| {
        let events = log["items"].as_array().unwrap().clone();
        events.into_iter().find(|event| event["type"] == "customer.created")
    };
    let log = app.until("/v1/events", |log| made(log).is_some()).await;
    let created = made(&log).unwrap();
    let place = &created["hospesseq"];
    assert_eq!(created["data"]["name"], "王芳");
    let place: i64 = place.as_i64().or_else(|| place.as_str()?.parse().ok()).unwrap();

    let reader = app.post("/v1/tokens", &json!({"name": "r", "scopes": ["events:read"]})).await.expect(201);
    let erasure = json!({"events": [place], "reason": "她要求删除个人信息"});
    let request =
        app.request(Method::POST, "/v1/events:erase").bearer_auth(reader["token"].as_str().unwrap());
    app.send(request.json(&erasure)).await.expect(403);
    app.post("/v1/events:erase", &json!({"events": [place], "reason": " "})).await.expect(422);
    app.post("/v1/events:erase", &json!({"events": [], "reason": "x"})).await.expect(422);
    app.post("/v1/events:erase", &json!({"events": [999_999], "reason": "x"})).await.expect(404);
    let erased = app.post("/v1/events:erase", &erasure).await.expect(200);
    assert_eq!(erased, json!({"events": [place]}));

    let erasure_of = |log: &Value| {
        let events = log["items"].as_array().unwrap().clone();
        events.into_iter().find(|event| event["type"] == "log.erased")
    };
    let log = app.until("/v1/events", |log| erasure_of(log).is_some()).await;
    let erased_event = erasure_of(&log).unwrap();
    assert_eq!(erased_event["data"], json!({"events": [place], "reason": "她要求删除个人信息"}));
    let after = made(&log).unwrap();
    assert_eq!(
        (&after["data"], &after["id"], &after["time"]),
        (&Value::Null, &created["id"], &created["time"])
    );
    let path = format!("/v1/customers/{}", customer["id"].as_str().unwrap());
    assert_eq!(app.get(&path).await["name"], "王芳", "the record itself stays");
    let verified = audit(&app, &["verify"]);
    assert!(
        verified.status.success() && text(&verified).contains("(1 with their data erased"),
        "{}",
        text(&verified)
    );
    // An erasure can't be erased.
    let place = &erased_event["hospesseq"];
    let place: i64 = place.as_i64().or_else(|| place.as_str()?.parse().ok()).unwrap();
    app.post("/v1/events:erase", &json!({"events": [place], "reason": "x"})).await.expect(404);
}
