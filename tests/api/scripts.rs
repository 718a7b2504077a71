//! Plugins that come as source, which the host builds.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(
    a_script_is_built_installed_and_called,
    what_is_wrong_with_a_script_is_said,
    a_record_is_changed_more_than_once_in_a_call,
);

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

async fn a_record_is_changed_more_than_once_in_a_call(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    let wants = r#"
[[wants.records]]
kind = "customer"
read = ["name", "language", "tags"]
write = ["name", "language", "tags"]
scope = "all"
reason = { zh-CN = "改客户。", en = "Changes customers." }
"#;
    // Each change is based on what the call has read, which is what there was before it.
    let source = r"
import * as hospes from 'hospes';
const { records, attributes } = hospes;
export const tools = {
  call(name, input) {
    const id = JSON.parse(input).name;
    records.update('customer', id, records.get('customer', id).version, attributes({ name: 'Li', language: 'de' }));
    records.tag('customer', id, ['vip'], []);
    records.update('customer', id, records.get('customer', id).version, attributes({ language: 'en' }));
    records.tag('customer', id, ['new'], []);
    return JSON.stringify(String(records.get('customer', id).version));
  },
};
";
    let script = json!({"manifest": format!("{MANIFEST}{wants}"), "files": {"plugin.js": source}});
    app.post("/v1/plugins", &script).await.expect(201);
    let used =
        app.post("/v1/installations", &json!({"plugin": "greeter", "name": "greeter"})).await.expect(201);
    let path = format!("/v1/installations/{}", used["id"].as_str().unwrap());
    let grants = json!({"grants": used["requested"].as_array().unwrap().iter().map(|one| one["grant"].clone()).collect::<Vec<_>>()});
    app.call(Method::PUT, &format!("{path}/grants"), Some(&grants)).await.expect(200);
    app.post(&format!("{path}/enable"), &json!({})).await.expect(200);
    let customer = app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201);
    let arguments = json!({"arguments": {"name": customer["id"]}});
    let said = app.post(&format!("{path}/tools/greet"), &arguments).await.expect(200);
    assert_eq!(said["result"], json!("1"));
    let now = app.get(&format!("/v1/customers/{}", customer["id"].as_str().unwrap())).await;
    assert_eq!((&now["name"], &now["language"]), (&json!("Li"), &json!("en")));
    let tags: Vec<&str> = now["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
    assert!(tags.contains(&"vip") && tags.contains(&"new"), "{tags:?}");
}

async fn what_is_wrong_with_a_script_is_said(engine: Engine) {
    let app = TestApp::start(engine, &[]).await;
    for (files, wanted) in [
        (json!({"plugin.js": "export const tools = {\n  call( { } };"}), "plugin.js:2"),
        (json!({"plugin.js": "for (;;) {}"}), "a loop without an end"),
        (json!({"plugin.js": "const all = []; for (;;) all.push(new Uint8Array(1 << 20));"}), "memory"),
        (json!({"plugin.js": "import 'left-pad';"}), "imports the package left-pad"),
        (json!({"other.js": ""}), "there is no plugin.js or plugin.ts"),
        (json!({"plugin.js": "", "plugin.ts": ""}), "both plugin.js and plugin.ts"),
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
