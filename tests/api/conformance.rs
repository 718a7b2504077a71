//! Schemathesis, which knows of the host what its description says and nothing else, finds nothing wrong with it.
//!
//! `HOSPES_CONFORMANCE=full` tries each operation a hundred times and every value at its bounds; without it a few
//! requests are made, so that the tests stay short. What is special about this API stands in `conformance/`.

use std::path::{Path, PathBuf};

use support::artifacts;
use support::on_both_engines;
use support::process::{ADMIN, Start};
use support::python;
use support::store::{Engine, Place};

on_both_engines!(nothing_is_found_with_an_administrators_token, nothing_is_found_without_a_token);

async fn nothing_is_found_with_an_administrators_token(engine: Engine) {
    try_all(engine, Some(ADMIN)).await;
}

async fn nothing_is_found_without_a_token(engine: Engine) {
    try_all(engine, None).await;
}

/// Runs it against a host of its own with the sample company, with this token or with none.
async fn try_all(engine: Engine, token: Option<&str>) {
    let place = Place::new(engine).await;
    let host = start(&place).run().unwrap_or_else(|error| panic!("{error}"));
    let (phases, examples) = match std::env::var("HOSPES_CONFORMANCE").is_ok_and(|value| value == "full") {
        true => ("examples,coverage,fuzzing,stateful", "100"),
        false => ("examples,fuzzing,stateful", "2"),
    };
    let own = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/api/conformance"));
    let mut command = std::process::Command::new(python::interpreter());
    // What it keeps for itself goes where the database is.
    command.current_dir(place.folder()).args(["-I", "-B"]).arg(python::script("schemathesis"));
    command.arg("--config-file").arg(own.join("schemathesis.toml"));
    command.env("SCHEMATHESIS_HOOKS", own.join("hooks.py"));
    command.args(["--no-color", "run", &format!("http://{}/openapi.json", host.address), "--checks", "all"]);
    command.args(["--phases", phases, "--max-examples", examples, "--seed", "1"]);
    command.env("HOSPES_URL", format!("http://{}", host.address)).env_remove("HOSPES_TOKEN");
    if let Some(token) = token {
        command.env("HOSPES_TOKEN", token);
        command.args(["--header", &format!("Authorization: Bearer {token}")]);
    }
    let ran = tokio::task::spawn_blocking(move || command.output()).await.unwrap().unwrap();
    let text = String::from_utf8_lossy(&ran.stdout);
    println!("{text}");
    assert!(ran.status.success(), "{text}\n{}\n{}", String::from_utf8_lossy(&ran.stderr), host.log_end());
}

fn start(place: &Place) -> Start {
    let test = std::env::current_exe().unwrap();
    let program: PathBuf = test.parent().and_then(Path::parent).unwrap().join("hospes");
    assert!(program.is_file(), "{} isn't there; build it: cargo build -p hospes", program.display());
    Start {
        program,
        database: place.address(),
        cache: artifacts::compiled(),
        egress_allow: String::new(),
        demo: Some(artifacts::folder()),
        log: place.folder().join("host.log"),
        level: "warn",
    }
}
