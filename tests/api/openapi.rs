//! The API's description is true, and what it describes is open to nobody without a right to it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use reqwest::Method;
use serde_json::{Value, json};
use support::app::{ADMIN, Answer, TestApp};
use support::artifacts::artifact;
use support::description::{example, query, resolve};
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(nobody_gets_in_without_a_right);

/// The methods that a path can describe.
const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// One operation as the description has it.
struct Operation {
    method: Method,
    path: String,
    says: Value,
}

impl Operation {
    /// Its path with ids that nothing has.
    fn address(&self) -> String {
        let steps = self.path.split('/').map(|step| match step.strip_prefix('{') {
            Some(_) => uuid::Uuid::new_v4().to_string(),
            None => step.to_owned(),
        });
        steps.collect::<Vec<_>>().join("/")
    }

    /// Sends it with a body as the description's example has it.
    async fn send(&self, app: &TestApp, api: &Value, token: Option<&str>) -> Answer {
        let mut request = app.request(self.method.clone(), &(self.address() + &query(api, &self.says)));
        if let Some(token) = token {
            request = request.bearer_auth(token);
        }
        if let Some(content) = self.says["requestBody"]["content"].as_object() {
            let (media_type, content) = content.iter().next().unwrap();
            let body = if media_type == "application/wasm" {
                artifact("csat")
            } else {
                example(api, &content["schema"]).to_string().into_bytes()
            };
            request = request.header("content-type", media_type).body(body);
        }
        app.send(request).await
    }

    fn is_public(&self) -> bool {
        self.says["security"].as_array().is_some_and(|all| all.contains(&json!({})))
    }
}

async fn described(app: &TestApp) -> (Value, Vec<Operation>) {
    let answer = app.send(app.request(Method::GET, "/openapi.json")).await;
    assert_eq!(answer.header("content-type"), "application/json");
    let api = answer.expect(200);
    let mut operations = Vec::new();
    for (path, methods) in api["paths"].as_object().unwrap() {
        for (method, says) in methods.as_object().unwrap() {
            assert!(METHODS.contains(&method.as_str()), "{path}: {method}");
            let method = method.to_uppercase().parse().unwrap();
            operations.push(Operation { method, path: path.clone(), says: says.clone() });
        }
    }
    (api, operations)
}

/// Calls for every object in a document, with the place where it stands.
fn objects(value: &Value, place: &str, visit: &mut impl FnMut(&str, &serde_json::Map<String, Value>)) {
    match value {
        Value::Object(members) => {
            visit(place, members);
            for (name, member) in members {
                objects(member, &format!("{place}/{name}"), visit);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(at, item)| objects(item, &format!("{place}/{at}"), visit));
        }
        _ => {}
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_description_is_whole() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    let (api, operations) = described(&app).await;
    assert!(api["openapi"].as_str().unwrap().starts_with("3.1."));
    assert!(api["info"]["title"].is_string() && api["info"]["version"].is_string());
    let tags: Vec<&Value> = api["tags"].as_array().unwrap().iter().map(|tag| &tag["name"]).collect();
    let mut names = BTreeSet::new();
    for Operation { method, path, says } in &operations {
        let name = says["operationId"].as_str().unwrap_or_else(|| panic!("{method} {path} has no name"));
        assert!(names.insert(name.to_owned()), "{method} {path}: {name} is taken");
        assert!(tags.contains(&&says["tags"][0]), "{method} {path}: {}", says["tags"]);
        let responses = says["responses"].as_object().unwrap();
        assert!(responses.keys().any(|status| status.starts_with('2')), "{method} {path}");
        if path.starts_with("/v1/") {
            let refused = &resolve(&api, &responses["403"])["content"]["application/problem+json"]["schema"];
            assert!(resolve(&api, refused)["properties"]["code"].is_object(), "{method} {path}");
        }
        let parameters = says["parameters"].as_array().cloned().unwrap_or_default();
        let named = |step: &str| parameters.iter().any(|p| p["in"] == "path" && p["name"] == step);
        let steps = path.split('/').filter_map(|step| step.strip_prefix('{')?.strip_suffix('}'));
        steps.for_each(|step| assert!(named(step), "{method} {path}: {step} isn't described"));
    }
    objects(&api, "#", &mut |place, members| {
        if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
            assert!(api.pointer(reference.trim_start_matches('#')).is_some(), "{place}: {reference}");
        }
    });
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn examples_are_as_the_description_wants_them() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    let (api, _) = described(&app).await;
    let mut checked = 0;
    for (name, schema) in api["components"]["schemas"].as_object().unwrap() {
        let (Some(example), Some(properties)) =
            (schema["example"].as_object(), schema["properties"].as_object())
        else {
            continue;
        };
        for member in example.keys() {
            assert!(
                properties.contains_key(member),
                "{name}: the example has {member}, which isn't described"
            );
        }
        for required in schema["required"].as_array().into_iter().flatten() {
            assert!(example.contains_key(required.as_str().unwrap()), "{name}: the example lacks {required}");
        }
        checked += 1;
    }
    assert!(checked >= 15, "only {checked} examples were found");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_and_answer_has_an_example_that_holds() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    let (api, operations) = described(&app).await;
    let mut faults = Vec::new();
    let mut checked = 0;
    for Operation { method, path, says } in &operations {
        let answers = says["responses"].as_object().unwrap().iter();
        let answers =
            answers.filter(|(status, _)| status.starts_with('2')).map(|(_, answer)| &answer["content"]);
        for content in answers.chain([&says["requestBody"]["content"]]) {
            for (media_type, media) in content.as_object().into_iter().flatten() {
                checked += 1;
                let Some(example) = media.get("example") else {
                    faults.push(format!("{method} {path}: {media_type} has no example"));
                    continue;
                };
                let mut schema = media["schema"].clone();
                schema["components"] = api["components"].clone();
                let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
                faults.extend(validator.iter_errors(example).map(|error| {
                    format!("{method} {path}: {media_type}: {}: {error}", error.instance_path())
                }));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(checked >= 180, "only {checked} examples were looked for");
}

/// Every `.rs` file below a folder.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_served_is_described_and_the_other_way_round() {
    let app = TestApp::start(Engine::Sqlite, &[]).await;
    let (api, operations) = described(&app).await;
    let mut paths = BTreeMap::<&str, Vec<&Operation>>::new();
    for operation in &operations {
        paths.entry(&operation.path).or_default().push(operation);
    }
    for (path, described) in paths.iter().filter(|(path, _)| path.starts_with("/v1/")) {
        for method in METHODS {
            let method: Method = method.to_uppercase().parse().unwrap();
            match described.iter().find(|operation| operation.method == method) {
                Some(operation) => {
                    let answer = operation.send(&app, &api, None).await;
                    assert_eq!(answer.status, 401, "{method} {path} isn't served: {}", answer.text);
                }
                None => {
                    let request = app.request(method.clone(), &described[0].address()).bearer_auth(ADMIN);
                    let answer = app.send(request).await;
                    assert_eq!(answer.status, 405, "{method} {path} is served, and not described");
                }
            }
        }
    }
    // The router can't be asked for its paths; in the source, only routes that describe themselves lead to /v1.
    let mut files = Vec::new();
    sources(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../host/src/http")), &mut files);
    let mut written = BTreeSet::new();
    for file in files {
        let text = std::fs::read_to_string(&file).unwrap();
        assert!(!text.contains(".route(\"/v1"), "{} serves a path that isn't described", file.display());
        for rest in text.split(", path = \"/v1").skip(1) {
            written.insert(format!("/v1{}", rest.split('"').next().unwrap()));
        }
    }
    let described: BTreeSet<String> =
        paths.keys().filter(|path| path.starts_with("/v1")).map(|path| (*path).to_owned()).collect();
    assert_eq!(written, described);
}

async fn nobody_gets_in_without_a_right(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let (api, operations) = described(&app).await;
    let bare = app.post("/v1/tokens", &json!({"name": "bare", "scopes": []})).await.expect(201);
    let bare = bare["token"].as_str().unwrap();
    app.settle().await;
    let before = app.kinds().await;
    let mut faults = Vec::new();
    let mut tried = 0;
    for operation in operations.iter().filter(|operation| operation.path.starts_with("/v1/")) {
        assert!(!operation.is_public(), "{} is open to everybody", operation.path);
        for (token, status, code) in [
            (None, 401, "unauthenticated"),
            (Some("hsp_guessed"), 401, "unauthenticated"),
            (Some(bare), 403, "denied"),
        ] {
            tried += 1;
            let answer = operation.send(&app, &api, token).await;
            let problem = answer.header("content-type") == "application/problem+json"
                && answer.json()["code"] == code
                && answer.status.as_u16() == status;
            if !problem {
                let Operation { method, path, .. } = operation;
                faults.push(format!(
                    "{method} {path}: {} in place of {status}: {}",
                    answer.status, answer.text
                ));
            }
        }
    }
    assert!(faults.is_empty(), "{}", faults.join("\n"));
    assert!(tried >= 3 * 40, "only {tried} requests were tried");
    app.settle().await;
    assert_eq!(app.kinds().await, before, "nothing is done");
}
