//! Plugins, their installations and what those keep: artifacts, keys and logs.

use hospes::domain::ids::InstallationId;
use hospes::store::blobs;
use hospes::store::db::{Db, DbError};
use hospes::store::installations::{self, NewInstallation, Settings};
use hospes::store::kv::{self, Applied, Expected};
use hospes::store::page::PageRequest;
use hospes::store::plugin_calls::{self, NewCall};
use hospes::store::plugin_logs::{self, NewLine};
use hospes::store::plugins::{self, NewVersion};
use serde_json::json;
use support::on_both_engines;
use support::store::{Engine, TestStore};

on_both_engines!(
    a_key_is_changed_only_as_it_was_seen,
    a_key_that_came_back_is_another,
    keys_are_listed_in_byte_order,
    an_artifact_of_several_rows_comes_back_whole,
    an_installation_is_known_by_name_and_changes_with_its_secrets,
    a_log_is_read_from_its_end_and_forgotten_from_its_beginning,
    a_log_beyond_its_size_loses_its_oldest_lines,
    kept_calls_are_forgotten_by_age_and_by_number,
    a_grant_of_a_secret_becomes_one_of_each_use,
);

/// An artifact of three rows.
fn artifact() -> Vec<u8> {
    (0..(2 << 20) + 7).map(|place: u32| u8::try_from(place % 251).unwrap()).collect()
}

async fn install(db: &Db) -> InstallationId {
    let id = db.write((), |tx, ()| {
        Box::pin(async move {
            let (manifest, artifact) = (json!({"id": "echo"}), artifact());
            let new = NewVersion {
                plugin: "echo",
                version: "0.1.0",
                digest: "00",
                manifest: &manifest,
                artifact: &artifact,
            };
            let version = plugins::add(tx, new).await?;
            let (settings, grants) = (Settings::new(), ["kv".to_owned()]);
            let new = NewInstallation {
                version,
                name: "mine",
                enabled: true,
                settings: &settings,
                grants: &grants,
            };
            installations::add(tx, new).await
        })
    });
    id.await.map_err(|error: DbError| error).unwrap()
}

async fn apply(
    db: &Db,
    of: InstallationId,
    key: &'static str,
    value: Option<&'static str>,
    seen: Expected,
) -> Applied {
    let applied =
        db.write((), move |tx, ()| Box::pin(kv::apply(tx, of, key, value.map(str::as_bytes), seen)));
    applied.await.map_err(|error: DbError| error).unwrap()
}

async fn entry(db: &Db, of: InstallationId, key: &str) -> Option<(Vec<u8>, i64)> {
    let entry = kv::get(&mut db.read().await.unwrap(), of, key).await.unwrap();
    entry.map(|entry| (entry.value, entry.version))
}

async fn a_key_is_changed_only_as_it_was_seen(engine: Engine) {
    let store = TestStore::new(engine).await;
    let (db, of) = (&store.db, install(&store.db).await);
    assert_eq!(apply(db, of, "k", Some("1"), Expected::Absent).await, Applied::Yes);
    assert_eq!(apply(db, of, "k", Some("2"), Expected::Absent).await, Applied::LostRace);
    let (value, version) = entry(db, of, "k").await.unwrap();
    assert_eq!(value, b"1");
    assert_eq!(apply(db, of, "k", Some("2"), Expected::Version(version)).await, Applied::Yes);
    assert_eq!(apply(db, of, "k", Some("3"), Expected::Version(version)).await, Applied::LostRace);
    assert_eq!(apply(db, of, "k", None, Expected::Version(version)).await, Applied::LostRace);
    assert_eq!(apply(db, of, "k", Some("4"), Expected::Anything).await, Applied::Yes);
    assert_eq!(entry(db, of, "k").await.unwrap().0, b"4");
    let usage = kv::usage(&mut db.read().await.unwrap(), of).await.unwrap();
    assert_eq!((usage.bytes, usage.keys), (2, 1));
}

async fn a_key_that_came_back_is_another(engine: Engine) {
    let store = TestStore::new(engine).await;
    let (db, of) = (&store.db, install(&store.db).await);
    apply(db, of, "k", Some("1"), Expected::Anything).await;
    let (_, version) = entry(db, of, "k").await.unwrap();
    apply(db, of, "k", None, Expected::Anything).await;
    store.clock.advance_millis(1);
    apply(db, of, "k", Some("1"), Expected::Anything).await;
    assert_eq!(apply(db, of, "k", Some("2"), Expected::Version(version)).await, Applied::LostRace);
}

async fn keys_are_listed_in_byte_order(engine: Engine) {
    let store = TestStore::new(engine).await;
    let (db, of) = (&store.db, install(&store.db).await);
    for key in ["p/b", "p/B", "p/é", "p/a", "p", "q/a", "p/_"] {
        apply(db, of, key, Some("x"), Expected::Anything).await;
    }
    let mut tx = db.read().await.unwrap();
    let all = kv::keys(&mut tx, of, "p/", None, 10).await.unwrap();
    assert_eq!(all, ["p/B", "p/_", "p/a", "p/b", "p/é"]);
    assert_eq!(kv::keys(&mut tx, of, "p/", Some("p/_"), 2).await.unwrap(), ["p/a", "p/b"]);
}

async fn an_artifact_of_several_rows_comes_back_whole(engine: Engine) {
    let store = TestStore::new(engine).await;
    install(&store.db).await;
    let mut tx = store.db.read().await.unwrap();
    let version = plugins::versions(&mut tx, "echo").await.unwrap().remove(0);
    assert_eq!(version.size, i64::try_from(artifact().len()).unwrap());
    assert_eq!(blobs::get(&mut tx, version.artifact_id).await.unwrap(), artifact());
}

async fn an_installation_is_known_by_name_and_changes_with_its_secrets(engine: Engine) {
    let store = TestStore::new(engine).await;
    let id = install(&store.db).await;
    let before = installations::by_name(&mut store.db.read().await.unwrap(), "mine").await.unwrap().unwrap();
    assert_eq!((before.id, before.grants.0.as_slice()), (id, ["kv".to_owned()].as_slice()));
    let set = store.db.write((), move |tx, ()| {
        Box::pin(async move {
            installations::set_secret(tx, id, "token", "key", b"sealed").await?;
            installations::set_secret(tx, id, "token", "key", b"sealed anew").await
        })
    });
    set.await.map_err(|error: DbError| error).unwrap();
    let mut tx = store.db.read().await.unwrap();
    let after = installations::get(&mut tx, id).await.unwrap().unwrap();
    assert_eq!(after.version, before.version + 2, "whoever kept it in memory has to see the new secret");
    let secrets = installations::secrets(&mut tx, id).await.unwrap();
    assert_eq!((secrets.len(), secrets[0].sealed.as_slice()), (1, b"sealed anew".as_slice()));
}

/// Writes so many lines of so many bytes and cuts the log; returns how many are left, and the last one's text.
async fn log(db: &Db, of: InstallationId, lines: usize, bytes: usize) -> (i64, String) {
    let written = db.write((), move |tx, ()| {
        Box::pin(async move {
            for start in (0..lines).step_by(1_000) {
                let line = |number: usize| NewLine {
                    at: tx.now(),
                    level: "info",
                    text: format!("{number} {}", ".".repeat(bytes)),
                    attributes: json!({"a": 1}),
                };
                let part = (start..lines.min(start + 1_000)).map(line).collect();
                let call = tx.id::<hospes::domain::ids::JobId>().0;
                plugin_logs::append(tx, of, call, part).await?;
            }
            plugin_logs::cut(tx, of).await
        })
    });
    written.await.map_err(|error: DbError| error).unwrap();
    let mut tx = db.read().await.unwrap();
    let page = PageRequest { after: None, limit: 1 };
    let last = plugin_logs::list(&mut tx, of, page).await.unwrap().items.remove(0);
    (tx.scalar("select count(*) from plugin_logs", &[]).await.unwrap(), last.text)
}

async fn a_log_beyond_its_size_loses_its_oldest_lines(engine: Engine) {
    let store = TestStore::new(engine).await;
    let of = install(&store.db).await;
    assert_eq!(log(&store.db, of, 10, 5).await, (10, "9 .....".to_owned()), "a short log stays");
    let lines = usize::try_from(plugin_logs::MOST_LINES).unwrap() + 500;
    let left = log(&store.db, of, lines, 5).await;
    assert_eq!(left, (plugin_logs::MOST_LINES, format!("{} .....", lines - 1)));
    let (left, last) = log(&store.db, of, 20, 1 << 20).await;
    assert_eq!(
        (left, last.split(' ').next()),
        (7, Some("19")),
        "eight megabytes, and each line costs a little"
    );
}

async fn a_log_is_read_from_its_end_and_forgotten_from_its_beginning(engine: Engine) {
    let store = TestStore::new(engine).await;
    let of = install(&store.db).await;
    let written = store.db.write((), move |tx, ()| {
        Box::pin(async move {
            let line = |text: &str, at| NewLine {
                at,
                level: "info",
                text: text.to_owned(),
                attributes: json!({"a": 1}),
            };
            let lines = vec![line("first", tx.now().plus_millis(-10)), line("second", tx.now())];
            let call = tx.id::<hospes::domain::ids::JobId>().0;
            plugin_logs::append(tx, of, call, lines).await?;
            plugin_logs::append(tx, of, call, Vec::new()).await
        })
    });
    written.await.map_err(|error: DbError| error).unwrap();
    let latest = plugin_logs::list(&mut store.db.read().await.unwrap(), of, PageRequest::default())
        .await
        .unwrap()
        .items;
    assert_eq!(latest.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["second", "first"]);
    assert_eq!(latest[0].attributes.0, json!({"a": 1}));
    let forgotten = store.db.write((), |tx, ()| Box::pin(plugin_logs::forget(tx, tx.now(), 10)));
    assert_eq!(forgotten.await.map_err(|error: DbError| error).unwrap(), 1);
}

async fn kept_calls_are_forgotten_by_age_and_by_number(engine: Engine) {
    let TestStore { db, clock, place: _place } = TestStore::new(engine).await;
    let id = install(&db).await;
    let keep = async |number: usize| {
        let at = db.now();
        let calls: Vec<NewCall> = (0..number)
            .map(|number| NewCall {
                installation: id,
                call: db.id(),
                version: "0.1.0".to_owned(),
                function: "tools.call".to_owned(),
                outcome: "refused",
                message: Some(format!("number {number}\0")),
                at,
                wall_us: 1,
                cpu_us: 1,
                memory: 1,
                host_calls: 1,
                http_requests: 0,
                transcript: "{}".to_owned(),
            })
            .collect();
        let kept = db.write(calls, |tx, calls| Box::pin(plugin_calls::append(tx, calls)));
        kept.await.map_err(|error: DbError| error).unwrap();
    };
    let left = async || {
        let mut tx = db.read().await.unwrap();
        let page = PageRequest { limit: 100, after: None };
        plugin_calls::list(&mut tx, id, None, page).await.unwrap().items.len()
    };
    keep(3).await;
    clock.advance_millis(60_000);
    let before = db.now();
    keep(2).await;
    let forgotten = db.write(before, |tx, before| Box::pin(plugin_calls::forget(tx, *before, 2))).await;
    assert_eq!(forgotten.map_err(|error: DbError| error).unwrap(), 2, "no more at once than it may");
    assert_eq!(left().await, 3);
    clock.advance_millis(60_000);
    keep(4).await;
    let within = db.write((), |tx, ()| Box::pin(plugin_calls::forget_beyond(tx, 10, 100))).await;
    assert_eq!(within.map_err(|error: DbError| error).unwrap(), 0);
    let beyond = db.write((), |tx, ()| Box::pin(plugin_calls::forget_beyond(tx, 4, 100))).await;
    assert_eq!(beyond.map_err(|error: DbError| error).unwrap(), 3);
    assert_eq!(left().await, 4);
}

async fn a_grant_of_a_secret_becomes_one_of_each_use(engine: Engine) {
    let store = TestStore::new(engine).await;
    let id = install(&store.db).await;
    let script = match engine {
        Engine::Sqlite => include_str!("../../host/migrations/sqlite/0018_secret_uses.sql"),
        Engine::Postgres => include_str!("../../host/migrations/postgres/0018_secret_uses.sql"),
    };
    let uses = ["hmac-sha1", "hmac-sha256", "hmac-sha512", "dingtalk-sha256", "wechat-sha1", "feishu-sha256"];
    let uses: Vec<&str> = uses.into_iter().chain(["aes-cbc", "equals", "header", "url", "body"]).collect();
    let migrated = store.db.write((), move |tx, ()| {
        Box::pin(async move {
            // As they were before.
            let grants = ["http:example.com", "secrets:token", "secrets:token:reveal", "kv"];
            let grants: Vec<String> = grants.into_iter().map(str::to_owned).collect();
            installations::set_grants(tx, id, &grants).await?;
            let manifest = json!({"id": "echo", "wants": {"secrets": [
                {"name": "token", "reveal": true, "reason": {"en": "why"}},
                {"name": "key", "reveal": false, "reason": {"en": "why"}},
            ]}});
            let new = NewVersion {
                plugin: "echo",
                version: "0.2.0",
                digest: "01",
                manifest: &manifest,
                artifact: &[1],
            };
            let version = plugins::add(tx, new).await?;
            tx.script(script).await?;
            let row = installations::get(tx, id).await?.expect("the installation");
            let version = plugins::version(tx, version).await?.expect("the version");
            Ok::<_, DbError>((row.grants.0, version.manifest.0))
        })
    });
    let (grants, manifest) = migrated.await.unwrap();
    let each: Vec<String> = uses.iter().map(|usage| format!("secrets:token:{usage}")).collect();
    let expected: Vec<String> = [vec!["http:example.com".to_owned()], each]
        .concat()
        .into_iter()
        .chain(["secrets:token:reveal", "kv"].map(str::to_owned))
        .collect();
    assert_eq!(grants, expected);
    let secrets = &manifest["wants"]["secrets"];
    let and_seen: Vec<&str> = uses.iter().copied().chain(["reveal"]).collect();
    assert_eq!(secrets[0], json!({"name": "token", "reason": {"en": "why"}, "uses": and_seen}));
    assert_eq!(secrets[1], json!({"name": "key", "reason": {"en": "why"}, "uses": uses}));
}
