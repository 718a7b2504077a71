//! Plugins that come as source, which the host builds.

use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(a_script_is_built_installed_and_called, what_is_wrong_with_a_script_is_said);

const MANIFEST: &str = r#"
id = "greeter"
version = "1.0.0"
contract = "0.1"
license = "MIT"
name = { zh-CN = "问候", en = "Greeter" }
summary = { zh-CN = "问候", en = "Greets" }
abilities = ["tools"]

[[tools]]
name = "greet"
summary = { zh-CN = "问候", en = "Greets" }
arguments = { type = "object", properties = { name = { type = "string" } }, required = ["name"], additionalProperties = false }
result = { type = "string" }
"#;

fn script(files: &Value) -> Value {
    json!({"manifest": MANIFEST, "files": files})
}

async fn a_script_is_built_installed_and_called(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let files = json!({
        "plugin.ts": "import { greeting } from './words';\nexport const tools = { call(name: string, input: string): string { return JSON.stringify(greeting(JSON.parse(input).name)); } };\n",
        "words.ts": "export const greeting = (name: string): string => `你好，${name}`;\n",
    });
    let version = app.post("/v1/plugins", &script(&files)).await.expect(201);
    assert_eq!((&version["plugin"], &version["version"]), (&json!("greeter"), &json!("1.0.0")));
    // The same source gives the same plugin.
    let again = app.post("/v1/plugins", &script(&files)).await.expect(201);
    assert_eq!(again["digest"], version["digest"]);
    let changed = json!({"plugin.js": "export const tools = { call() { return '\"hello\"'; } };"});
    app.post("/v1/plugins", &script(&changed)).await.expect(409);

    let used =
        app.post("/v1/installations", &json!({"plugin": "greeter", "name": "greeter"})).await.expect(201);
    let id = used["id"].as_str().unwrap();
    app.post(&format!("/v1/installations/{id}/enable"), &json!({})).await.expect(200);
    let said = app
        .post(&format!("/v1/installations/{id}/tools/greet"), &json!({"arguments": {"name": "王芳"}}))
        .await
        .expect(200);
    assert_eq!(said["result"], json!("你好，王芳"));
}

async fn what_is_wrong_with_a_script_is_said(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for (files, wanted) in [
        (json!({"plugin.js": "export const tools = {\n  call( { } };"}), "plugin.js:2"),
        (json!({"plugin.js": "for (;;) {}"}), "a loop without an end"),
        (json!({"plugin.js": "const all = []; for (;;) all.push(new Uint8Array(1 << 20));"}), "memory"),
        (json!({"plugin.js": "import 'left-pad';"}), "imports the package left-pad"),
        (json!({"other.js": ""}), "there is no plugin.js or plugin.ts"),
    ] {
        let refused = app.post("/v1/plugins", &script(&files)).await.expect(422);
        assert!(refused.to_string().contains(wanted), "{wanted}: {refused}");
    }
    let refused =
        app.post("/v1/plugins", &json!({"manifest": "id = ", "files": {"plugin.js": ""}})).await.expect(422);
    assert!(refused.to_string().contains("plugin.toml"), "{refused}");
    // The host goes on as if nothing had been.
    app.post("/v1/customers", &json!({"name": "Li"})).await.expect(201);
}
