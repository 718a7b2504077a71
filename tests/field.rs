//! A field of a record is added by one declaration and one migration. This test does so on a copy of the host, builds
//! it, and finds the field wherever records are: in the catalogue, in requests and their checks, in the API's
//! description, in filters and sorts, and in the events.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};
use support::process::{ADMIN, Process, Start};
use support::store::{Engine, Place};

/// The declaration, which goes to the end of the struct, as the column goes to the end of the table.
const DECLARATION: &str = r#"    /// The number under which it pays taxes.
    #[field(zh = "税号", zh_help = "发票上的税号。", new, change, length(0, 20), class = "financial", example = "91310000MA1FL0XQ1X")]
    pub tax_number: Option<String>,
}

impl Customer {"#;
const MIGRATION: &str = "alter table customers add column tax_number text;\n";
/// The file that has it.
const ADDED: &str = "9999_tax_number.sql";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize().unwrap()
}

/// Copies what cargo needs of a folder; a file that is there already with the same text stays as it is, so that what was
/// built of it stays, too. What is no longer in the folder goes, but for the migration that the test adds.
fn copy(from: &Path, to: &Path, changed: &dyn Fn(&Path, String) -> String) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(to).unwrap().map(Result::unwrap) {
        if from.join(entry.file_name()).exists() || entry.file_name() == ADDED {
            continue;
        }
        match entry.file_type().unwrap().is_dir() {
            true => std::fs::remove_dir_all(entry.path()).unwrap(),
            false => std::fs::remove_file(entry.path()).unwrap(),
        }
    }
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        if ["target", "node_modules", "__pycache__"].iter().any(|made| entry.file_name() == *made) {
            continue;
        }
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type().unwrap().is_dir() {
            copy(&source, &target, changed);
            continue;
        }
        let bytes = std::fs::read(&source).unwrap();
        let bytes = match String::from_utf8(bytes) {
            Ok(text) => changed(&source, text).into_bytes(),
            Err(binary) => binary.into_bytes(),
        };
        if std::fs::read(&target).ok().as_ref() != Some(&bytes) {
            std::fs::write(target, bytes).unwrap();
        }
    }
}

/// The one place of a text, with another in its stead.
fn instead(text: &str, place: &str, other: &str) -> String {
    assert_eq!(text.matches(place).count(), 1, "{place:?} stands once");
    text.replace(place, other)
}

/// The two edits, and other names for what is built, which must not take the place of the real host.
fn changed(path: &Path, text: String) -> String {
    let name = path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/");
    let of_host = |path: &str| {
        let named = format!("hospes = {{ path = \"{path}\", package = \"with-a-field\" }}");
        instead(&text, &format!("hospes = {{ path = \"{path}\" }}"), &named)
    };
    match name.as_str() {
        "host/src/domain/customer.rs" => instead(&text, "}\n\nimpl Customer {", DECLARATION),
        "host/src/store/migrate.rs" => {
            instead(&text, "\n];\n", "\n    portable!(\"9999_tax_number\"),\n];\n")
        }
        "host/Cargo.toml" => {
            let named = "name = \"with-a-field\"\ndefault-run = \"with-a-field\"";
            let targets =
                "[lib]\nname = \"hospes\"\n\n[[bin]]\nname = \"with-a-field\"\npath = \"src/main.rs\"\n\n";
            let text = instead(&text, "name = \"hospes\"", named);
            let macros = "hospes-macros = { path = \"macros\", package = \"with-a-field-macros\" }";
            let text = instead(&text, "hospes-macros = { path = \"macros\" }", macros);
            instead(&text, "[dependencies]\n", &format!("{targets}[dependencies]\n"))
        }
        "host/macros/Cargo.toml" => {
            instead(&text, "name = \"hospes-macros\"", "name = \"with-a-field-macros\"")
        }
        "tests/Cargo.toml" => of_host("../host"),
        "tests/load/calls/Cargo.toml" => of_host("../../../host"),
        "Cargo.toml" => {
            // Nobody debugs it.
            let text = instead(&text, "debug = \"line-tables-only\"", "debug = false");
            instead(
                &text,
                "hospes = { opt-level = \"s\", strip = true }",
                "with-a-field = { opt-level = \"s\" }",
            )
        }
        _ => text,
    }
}

/// The host with the field. It is built as part of the whole workspace, so that its dependencies have the features with
/// which they have been built already.
fn program() -> PathBuf {
    let root = root();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let place = target.join("with-a-field");
    for folder in ["host", "plugins", "sdk", "tests", "wit"] {
        copy(&root.join(folder), &place.join(folder), &changed);
    }
    let added = place.join("host/migrations").join(ADDED);
    if std::fs::read_to_string(&added).ok().as_deref() != Some(MIGRATION) {
        std::fs::write(added, MIGRATION).unwrap();
    }
    let manifest = root.join("Cargo.toml");
    std::fs::write(place.join("Cargo.toml"), changed(&manifest, std::fs::read_to_string(&manifest).unwrap()))
        .unwrap();
    std::fs::copy(root.join("Cargo.lock"), place.join("Cargo.lock")).unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    for (name, _) in std::env::vars_os() {
        let name = name.to_string_lossy().into_owned();
        if name.starts_with("CARGO_") && name != "CARGO_HOME" || name.starts_with("NEXTEST") {
            cargo.env_remove(name);
        }
    }
    let built = cargo
        .args(["build", "--offline", "--workspace", "--bin", "with-a-field"])
        .current_dir(&place)
        .env("CARGO_TARGET_DIR", target)
        // Most of the host is as it was the time before, and is not compiled again.
        .env("CARGO_INCREMENTAL", "1")
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
    target.join("debug/with-a-field")
}

async fn call(host: &Process, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    let url = format!("http://{}{path}", host.address);
    let request = reqwest::Client::new().request(method.parse().unwrap(), url);
    let request = request.bearer_auth(ADMIN).header("if-match", "*");
    let request = match body {
        Some(body) => request.json(&body),
        None => request,
    };
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_field_takes_one_declaration_and_one_migration() {
    // Whoever was first has chosen it already.
    let _already = rustls::crypto::ring::default_provider().install_default();
    // Building is what takes time, so both engines are seen with one build.
    let program = tokio::task::spawn_blocking(program).await.unwrap();
    for engine in [Engine::Sqlite, Engine::Postgres] {
        println!("on {engine:?}");
        it_is_wherever_records_are(&program, engine).await;
    }
}

async fn it_is_wherever_records_are(program: &Path, engine: Engine) {
    let place = Place::new(engine).await;
    let start = Start {
        program: program.to_owned(),
        database: place.address(),
        cache: place.folder().join("cache"),
        egress_allow: String::new(),
        demo: None,
        log: place.folder().join("log"),
        level: "info",
    };
    let host = start.run().unwrap();
    let get = async |path: &str| call(&host, "GET", path, None).await;

    let (_, kind) = get("/v1/kinds/customer").await;
    let field =
        kind["fields"].as_array().unwrap().iter().find(|field| field["name"] == "tax_number").unwrap();
    assert_eq!(field["titles"], json!({"en": "Tax number", "zh-CN": "税号"}));
    assert_eq!((&field["class"], &field["max_length"]), (&json!("financial"), &json!(20)));
    let (_, description) = get("/openapi.json").await;
    for schema in ["Customer", "NewCustomer", "CustomerPatch"] {
        assert!(
            description["components"]["schemas"][schema]["properties"]["tax_number"].is_object(),
            "{schema}"
        );
    }

    let new = json!({"name": "星河物业", "kind": "organisation", "tax_number": " 91310000MA1FL0XQ1X "});
    let (status, made) = call(&host, "POST", "/v1/customers", Some(new)).await;
    assert_eq!((status, &made["tax_number"]), (201, &json!("91310000MA1FL0XQ1X")), "{made}");
    let path = format!("/v1/customers/{}", made["id"].as_str().unwrap());
    let (status, problem) = call(&host, "PATCH", &path, Some(json!({"tax_number": "9".repeat(21)}))).await;
    assert_eq!((status, &problem["errors"][0]["pointer"]), (422, &json!("/tax_number")), "{problem}");
    let (status, _) = call(&host, "PATCH", &path, Some(json!({"tax_number": "1234"}))).await;
    assert_eq!(status, 200);
    assert_eq!(get(&path).await.1["tax_number"], "1234");
    for (filter, found) in [
        ("tax_number%20==%20%221234%22", 1),
        ("tax_number%20==%20%229%22", 0),
        ("has(customer.tax_number)", 1),
    ] {
        let (status, list) = get(&format!("/v1/customers?filter={filter}")).await;
        assert_eq!((status, list["items"].as_array().map(Vec::len)), (200, Some(found)), "{filter}: {list}");
    }
    // An event has its place in the log some moments after its change.
    let event = loop {
        let (_, events) = get("/v1/events?type=customer.updated").await;
        match &events["items"][0] {
            Value::Null => tokio::time::sleep(Duration::from_millis(20)).await,
            event => break event.clone(),
        }
    };
    assert_eq!(event["data"], json!({"tax_number": {"old": "91310000MA1FL0XQ1X", "new": "1234"}}));
    host.stop().unwrap();
}
