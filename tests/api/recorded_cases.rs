//! A call that was kept becomes a case of the plugin's by one command, and a case is brought up to date by another.

use std::path::Path;

use support::artifacts::folder;
use support::commands::{hospes, text};
use support::company::{company, message};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(a_recorded_call_becomes_a_case);

async fn a_recorded_call_becomes_a_case(engine: Engine) {
    let company = company(engine).await;
    let app = &company.app;
    company.deliver(&message(1, 7, "Tom", "en", "Is it in stock?")).await.expect(200);
    app.settle().await;
    let kept = |page: &serde_json::Value| page["items"].as_array().is_some_and(|items| !items.is_empty());
    let installations = app.get("/v1/installations").await;
    let telegram =
        installations["items"].as_array().unwrap().iter().find(|one| one["name"] == "telegram").unwrap();
    app.until(&format!("/v1/installations/{}/calls", telegram["id"].as_str().unwrap()), kept).await;

    let list = hospes(app, &["plugin", "calls", "telegram"], "").await;
    let list = String::from_utf8(list.stdout).unwrap();
    let line =
        list.lines().find(|line| line.contains(" channel.receive ok ")).unwrap_or_else(|| panic!("{list}"));
    let id = line.split(' ').nth(1).unwrap();
    let none = hospes(app, &["plugin", "calls", "telegram", "--outcome", "trapped"], "").await;
    assert_eq!(text(&none), "");
    let shown = hospes(app, &["plugin", "calls", "telegram", "--show", id], "").await;
    let shown: serde_json::Value = serde_json::from_slice(&shown.stdout).unwrap();
    assert_eq!(shown["transcript"]["function"], "channel.receive");

    // A folder as its author has it.
    let dir = tempfile::tempdir().unwrap();
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../plugins/telegram/plugin.toml");
    let (at, plugin) = (dir.path().to_str().unwrap(), folder().join("telegram.wasm"));
    let write = ["plugin", "calls", "telegram", "--case", id, "--dir", at];
    let nowhere = hospes(app, &write, "").await;
    assert!(!nowhere.status.success() && text(&nowhere).contains("no plugin.toml"), "{}", text(&nowhere));
    std::fs::copy(manifest, dir.path().join("plugin.toml")).unwrap();
    let written = hospes(app, &write, "").await;
    assert!(written.status.success() && text(&written).contains("is a case now"), "{}", text(&written));
    let again = hospes(app, &write, "").await;
    assert!(!again.status.success() && text(&again).contains("exists"), "{}", text(&again));

    let test = ["plugin", "test", at, "--plugin", plugin.to_str().unwrap()];
    let passed = hospes(app, &test, "").await;
    assert!(passed.status.success() && text(&passed).contains("1 case passed"), "{}", text(&passed));

    let bench =
        hospes(app, &["plugin", "bench", at, "--plugin", plugin.to_str().unwrap(), "--runs", "5"], "").await;
    let table = text(&bench);
    let measured: Vec<&str> = table.lines().nth(1).unwrap_or_default().split_whitespace().collect();
    assert!(
        bench.status.success() && measured.len() == 6 && measured[5].starts_with("channel-receive-"),
        "{table}"
    );

    // Something else is expected, in a file that somebody has written by hand.
    let file = std::fs::read_dir(dir.path().join("cases")).unwrap().next().unwrap().unwrap().path();
    let whole = std::fs::read_to_string(&file).unwrap();
    let changed = whole.replacen("\"about\": ", "\"about\" :  ", 1);
    let (input, expect) = changed.split_once("\"expect\"").unwrap();
    let expect = expect.replacen("Is it in stock?", "Is it sold?", 1);
    std::fs::write(&file, format!("{input}\"expect\"{expect}")).unwrap();
    let failed = hospes(app, &test, "").await;
    assert!(!failed.status.success() && text(&failed).contains("Is it sold?"), "{}", text(&failed));
    let updated = hospes(app, &[&test[..], &["--update"]].concat(), "").await;
    assert!(text(&updated).contains("1 case passed, 1 of them as written now"), "{}", text(&updated));
    assert_eq!(std::fs::read_to_string(&file).unwrap(), changed, "the rest stays as it was written");
}
