//! The shipped plugins' own cases, as `hospes plugin test` runs them.

use std::path::{Path, PathBuf};

use hospes::plugins::cases::{Case, Rehearsal};
use support::artifacts::artifact;

/// What a folder holds, in order.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_plugin_does_what_its_cases_say() {
    let mut wrong = Vec::new();
    let mut plugins = 0;
    for folder in entries(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../plugins"))) {
        if !folder.join("plugin.toml").is_file() {
            continue;
        }
        plugins += 1;
        let name = folder.file_name().unwrap().to_string_lossy().into_owned();
        let rehearsal =
            Rehearsal::new(&artifact(&name)).await.unwrap_or_else(|error| panic!("{name}: {error}"));
        let cases = entries(&folder.join("cases"));
        assert!(!cases.is_empty(), "{name} has no cases");
        for path in cases {
            let file = path.file_name().unwrap().to_string_lossy().into_owned();
            let text = std::fs::read_to_string(&path).unwrap();
            let case: Case =
                serde_json::from_str(&text).unwrap_or_else(|error| panic!("{name}/{file}: {error}"));
            for problem in rehearsal.run(&case).await {
                wrong.push(format!("{name}/{file}: {}\n  {problem}", case.about));
            }
        }
    }
    assert!(plugins >= 4, "only {plugins} plugins were found");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
