//! Whole databases: what a backup holds, where it goes, and what it keeps its hands off.

use std::collections::HashSet;
use std::path::Path;
use std::process::Output;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use hospes::store::db::{Db, Location};
use serde_json::{Value, json};
use support::app::{ADMIN, TestApp};
use support::clock::FakeClock;
use support::commands::{hospes_with, text};
use support::company::{Company, company, message};
use support::on_both_engines;
use support::people::id;
use support::store::{Engine, Place};
use uuid::Uuid;

use crate::declared_kinds::{full, visit};

on_both_engines!(
    a_backup_is_restored_to_either_database,
    a_backup_under_load_has_all_that_was_acknowledged,
    a_database_moves_to_the_other_engine,
    nothing_is_written_over_and_nothing_left_behind,
);

/// What a company looks like from outside.
const LOOKS: &[&str] = &[
    "/v1/customers?limit=200",
    "/v1/customers?filter=custom.industry%20%3D%3D%20%22hotel%22",
    "/v1/tickets?limit=200",
    "/v1/tasks",
    "/v1/orders",
    "/v1/records/visit",
    "/v1/kinds/customer",
    "/v1/kinds/visit",
    "/v1/teams",
    "/v1/users",
    "/v1/roles",
    "/v1/surveys",
    "/v1/events?limit=500",
    "/v1/search?q=%E6%B0%B4%E5%99%A8",
    "/v1/search?q=filter",
];

async fn run(arguments: &[&str], place: &Place) -> Output {
    let database = place.address();
    let arguments = [arguments, &["--database", database.as_str()]].concat();
    hospes_with(&[("HOSPES_KEY", "11".repeat(32).as_str())], &arguments, "").await
}

async fn succeeds(arguments: &[&str], place: &Place) -> String {
    let output = run(arguments, place).await;
    assert!(output.status.success(), "{arguments:?}: {}", text(&output));
    text(&output)
}

async fn fails(arguments: &[&str], place: &Place) -> String {
    let output = run(arguments, place).await;
    assert!(!output.status.success(), "{arguments:?}: {}", text(&output));
    text(&output)
}

/// A company with something of everything: added and declared fields, secrets, files, erased events, texts of all scripts.
async fn full_company(engine: Engine) -> Company {
    let company = company(engine).await;
    let app = &company.app;
    let industry = json!({
        "name": "industry", "value_type": "word", "en": "Industry", "zh": "行业", "choices": ["hotel", "school"], "indexed": true,
    });
    app.post("/v1/kinds/customer/fields", &industry).await.expect(201);
    app.post("/v1/kinds", &visit()).await.expect(201);
    let hostile = "a\tb\\N\n'\"; drop table customers; -- \u{202e}净水器 👨‍👩‍👧 \\.";
    let new = json!({
        "name": hostile, "custom": {"industry": "hotel"}, "identities": [{"scheme": "phone", "value": "+8613800138000"}],
        "attributes": {"n": 1.5, "deep": [null, true, {"\\": "\t"}], "big": 9_007_199_254_740_993_i64},
    });
    let customer = id(&app.post("/v1/customers", &new).await.expect(201));
    app.post("/v1/records/visit", &full(&customer)).await.expect(201);
    app.post("/v1/tasks", &json!({"title": "回访", "subject_kind": "customer", "subject_id": customer}))
        .await
        .expect(201);
    for (update, text) in [(1, "你们的净水器漏电了，我要投诉！"), (2, "Where is my order?\n\\."), (3, "谢谢")]
    {
        company.deliver(&message(update, 40 + update, "小王", "zh-hans", text)).await.expect(200);
    }
    app.until("/v1/tickets", |list| list["items"].as_array().unwrap().len() >= 2).await;
    let log = app.until("/v1/events?limit=500", |log| log["items"].as_array().unwrap().len() > 20).await;
    let place = &log["items"][9]["hospesseq"];
    let place: i64 = place.as_i64().or_else(|| place.as_str()?.parse().ok()).unwrap();
    app.post("/v1/events:erase", &json!({"events": [place], "reason": "asked for"})).await.expect(200);
    app.settle().await;
    company
}

async fn looks(app: &TestApp) -> Vec<(&'static str, Value)> {
    let mut seen = Vec::new();
    for path in LOOKS {
        seen.push((*path, app.get(path).await));
    }
    seen
}

/// Starts a host on what was copied, and finds everything as it was: what is seen, what words find, the secrets, the chain.
async fn is_the_same(place: Place, before: &[(&'static str, Value)], clock: &Arc<FakeClock>, last: i64) {
    let app = TestApp::start_in(place, clock.clone(), &[]).await;
    app.settle().await;
    for ((path, before), (_, after)) in before.iter().zip(looks(&app).await) {
        assert_eq!(*before, after, "{path}");
    }
    // The webhook's secret opens with the key, and numbers go on where they were.
    let request = app.request(reqwest::Method::POST, "/in/telegram/update");
    let secret = request.header("x-telegram-bot-api-secret-token", support::company::SECRET);
    let update = message(last, 77, "新客", "zh-hans", "热水器坏了");
    app.send(secret.json(&update)).await.expect(200);
    let known = before.iter().find(|(path, _)| path.starts_with("/v1/tickets")).unwrap().1["items"].clone();
    let known: Vec<i64> =
        known.as_array().unwrap().iter().filter_map(|ticket| ticket["number"].as_i64()).collect();
    let fresh = app.until("/v1/tickets", |list| list["items"].as_array().unwrap().len() > known.len()).await;
    let numbers = fresh["items"].as_array().unwrap().iter().filter_map(|ticket| ticket["number"].as_i64());
    let newest = numbers.max().unwrap();
    assert!(known.iter().all(|number| *number < newest), "{newest} after {known:?}");
    let verified = succeeds(&["audit", "verify"], &app.place).await;
    assert!(verified.contains("1 with their data erased"), "{verified}");
}

async fn a_backup_is_restored_to_either_database(engine: Engine) {
    let company = full_company(engine).await;
    let (app, clock) = (&company.app, company.app.clock.clone());
    let before = looks(app).await;
    let file = app.place.folder().join("backup.db");
    let path = file.to_str().unwrap();
    let said = succeeds(&["backup", path], &app.place).await;
    assert!(said.contains("events are in order") && said.contains("sealed with the key"), "{said}");
    use std::os::unix::fs::PermissionsExt as _;
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    for (last, other) in [(501, Engine::Sqlite), (502, Engine::Postgres)] {
        let place = Place::new(other).await;
        succeeds(&["restore", path], &place).await;
        let refused = fails(&["restore", path], &place).await;
        assert!(refused.contains("already"), "{refused}");
        is_the_same(place, &before, &clock, last).await;
    }
}

async fn a_backup_under_load_has_all_that_was_acknowledged(engine: Engine) {
    let app = Arc::new(TestApp::start(engine, &[]).await);
    let ends = Arc::new(AtomicBool::new(false));
    let acknowledged: Arc<std::sync::Mutex<Vec<String>>> = Arc::default();
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (app, ends, acknowledged) = (app.clone(), ends.clone(), acknowledged.clone());
            tokio::spawn(async move {
                for number in 0.. {
                    if ends.load(Ordering::Relaxed) {
                        return;
                    }
                    let new = json!({"name": format!("{writer} {number}")});
                    let customer = id(&app.post("/v1/customers", &new).await.expect(201));
                    acknowledged.lock().unwrap().push(customer);
                }
            })
        })
        .collect();
    for round in 0..5 {
        let before: Vec<String> = acknowledged.lock().unwrap().clone();
        let file = app.place.folder().join(format!("{round}.db"));
        succeeds(&["backup", file.to_str().unwrap()], &app.place).await;
        let kept = Db::open_reading(&Location::Sqlite(file), app.clock.clone()).await.unwrap();
        let ids: Vec<Uuid> =
            kept.read().await.unwrap().scalars("select id from customers", &[]).await.unwrap();
        kept.close().await;
        let ids: HashSet<String> = ids.iter().map(Uuid::to_string).collect();
        let missing = before.iter().filter(|id| !ids.contains(*id));
        assert_eq!(missing.count(), 0, "of {} acknowledged before", before.len());
    }
    ends.store(true, Ordering::Relaxed);
    for writer in writers {
        writer.await.unwrap();
    }
    assert!(acknowledged.lock().unwrap().len() > 20, "there was a load");
}

async fn a_database_moves_to_the_other_engine(engine: Engine) {
    let Company { app, .. } = full_company(engine).await;
    let before = looks(&app).await;
    let clock = app.clock.clone();
    let other = Place::new(if engine == Engine::Sqlite { Engine::Postgres } else { Engine::Sqlite }).await;
    let refused = fails(&["migrate-database", &other.address()], &app.place).await;
    assert!(refused.contains("in use by another") || refused.contains("a server is running"), "{refused}");
    let TestApp { host, place, .. } = app;
    host.stop().await;
    let refused = fails(&["migrate-database", &place.address()], &place).await;
    assert!(refused.contains("of the same kind"), "{refused}");
    succeeds(&["migrate-database", &other.address()], &place).await;
    is_the_same(other, &before, &clock, 503).await;
}

fn files(folder: &Path) -> Vec<String> {
    let names = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name());
    names.map(|name| name.into_string().unwrap()).collect()
}

async fn nothing_is_written_over_and_nothing_left_behind(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    // An interrupted one has left something; a file that is there stays as it is.
    std::fs::write(path("a.db.part"), "half").unwrap();
    std::fs::write(path("there.db"), "mine").unwrap();
    succeeds(&["backup", &path("a.db")], &app.place).await;
    let refused = fails(&["backup", &path("there.db")], &app.place).await;
    assert!(refused.contains("there.db is there already"), "{refused}");
    assert_eq!(std::fs::read_to_string(path("there.db")).unwrap(), "mine");
    let refused = fails(&["backup", &path("no/such/folder.db")], &app.place).await;
    assert!(refused.contains("no/such"), "{refused}");

    // What is no backup, is damaged, or comes from a newer version goes nowhere.
    let empty = Place::new(engine).await;
    let refused = fails(&["restore", &path("there.db")], &empty).await;
    assert!(refused.contains("file is not a database"), "{refused}");
    let refused = fails(&["restore", &path("not.db")], &empty).await;
    assert!(refused.contains("there is no file") && refused.contains("not.db"), "{refused}");
    std::fs::copy(path("a.db"), path("newer.db")).unwrap();
    let newer = Db::open(&Location::Sqlite(path("newer.db").into()), app.clock.clone()).await.unwrap();
    let later = "insert into migrations (name, digest, applied_at) values ('9999_later', '', 0)";
    let noted = newer.write((), move |tx, ()| Box::pin(tx.execute(later, &[]))).await;
    assert_eq!(noted.unwrap(), 1);
    newer.close().await;
    drop(newer);
    let refused = fails(&["restore", &path("newer.db")], &empty).await;
    assert!(refused.contains("newer version") && refused.contains("9999_later"), "{refused}");
    let half = std::fs::read(path("a.db")).unwrap();
    std::fs::write(path("half.db"), &half[..half.len() / 2]).unwrap();
    let refused = fails(&["restore", &path("half.db")], &empty).await;
    assert!(refused.contains("malformed"), "{refused}");

    // A place that has a company keeps it; the empty one is as empty as before.
    let refused = fails(&["restore", &path("a.db")], &app.place).await;
    assert!(refused.contains("already"), "{refused}");
    assert_eq!(app.get("/v1/customers").await["items"].as_array().unwrap().len(), 1);
    let mut left = files(folder.path());
    left.sort();
    assert_eq!(left, ["a.db", "half.db", "newer.db", "there.db"]);
    succeeds(&["restore", &path("a.db")], &empty).await;
    let again = TestApp::start_in(empty, app.clock.clone(), &[]).await;
    let request = again.request(reqwest::Method::GET, "/v1/customers").bearer_auth(ADMIN);
    assert_eq!(again.send(request).await.expect(200)["items"][0]["name"], "王芳");
}
