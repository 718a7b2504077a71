//! The example that shows every interface of the contract, in each language: built as its reader builds it, and held to the
//! cases that all languages share.

use crate::project::{ABILITIES, Project};

/// The interfaces of the host, as `plugin build` names what is used.
const IMPORTS: &str = "log, clock, random, config, secrets, kv, http, mail, records, attachments";

async fn every_interface_works(language: &'static str) {
    let project = Project::tour(language).await;
    let built = project.must("build").await;
    for ability in ABILITIES {
        assert!(built.contains(&format!("({ability})")), "{ability}: {built}");
    }
    assert!(built.contains(&format!("It uses {IMPORTS}")), "{built}");
    let cases = std::fs::read_dir(project.dir().join("cases")).expect("its cases").count();
    let tested = project.must("test").await;
    assert!(tested.contains(&format!("{cases} cases passed")), "{tested}");
    let checked = project.must("check").await;
    assert!(checked.contains("fits the contract 0.1 and starts"), "{checked}");
}

#[tokio::test]
async fn rust_shows_every_interface() {
    every_interface_works("rust").await;
}

#[tokio::test]
async fn typescript_shows_every_interface() {
    every_interface_works("typescript").await;
}

#[tokio::test]
async fn python_shows_every_interface() {
    every_interface_works("python").await;
}

#[tokio::test]
async fn c_shows_every_interface() {
    every_interface_works("c").await;
}

/// Of each interface a reader sees what it does, and what it refuses.
#[tokio::test]
async fn each_interface_has_cases_that_go_well_and_that_are_refused() {
    let project = Project::tour("typescript").await;
    let mut calls = std::collections::BTreeMap::<String, [bool; 2]>::new();
    for entry in std::fs::read_dir(project.dir().join("cases")).expect("its cases") {
        let text = std::fs::read_to_string(entry.expect("an entry").path()).expect("a case");
        let case: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        let interface = case["call"].as_str().and_then(|call| call.split('.').next()).expect("a call");
        let seen = calls.entry(interface.to_owned()).or_default();
        seen[usize::from(case["expect"].get("err").is_some())] = true;
    }
    for ability in ABILITIES {
        // These judge whatever comes.
        let refuses = !["triage", "assignment", "scoring"].contains(&ability);
        assert_eq!(calls.get(ability), Some(&[true, refuses]), "{ability}");
    }
}
