//! Plugins that know a kind of identity: what they call canonical is what customers are found by, wherever it comes in.

use reqwest::Method;
use serde_json::{Value, json};
use support::app::TestApp;
use support::on_both_engines;
use support::store::Engine;

on_both_engines!(a_plugin_says_how_its_kind_of_identity_is_written, who_breaks_down_changes_nothing);

const MANIFEST: &str = r#"
id = "members"
version = "1.0.0"
contract = "0.1"
license = "MIT"
name = { zh-CN = "会员号", en = "Members" }
summary = { zh-CN = "会员号", en = "Member numbers" }
abilities = ["identity"]

[[wants.identities]]
scheme = "member"
reason = { zh-CN = "会员号有新旧两种写法。", en = "Member numbers are written in two ways." }
"#;

/// `VIP-0042` and `42` are one number; one with letters in it is none.
const MEMBERS: &str = r"
import * as hospes from 'hospes';
export const identity = {
  normalize(all) {
    return all.map((one) => {
      const digits = /^(?:VIP-)?0*(\d+)$/i.exec(one.value.trim())?.[1];
      if (digits === undefined) throw new hospes.HospesError('invalid', `${one.value} is no member number`);
      return { ...one, value: digits };
    });
  },
  compare(pairs) { return pairs.map(() => ({ weight: 0, reason: '' })); },
};
";

async fn with_members(engine: Engine, source: &str) -> TestApp {
    let app = TestApp::start(engine, &[]).await;
    let script = json!({"manifest": MANIFEST, "files": {"plugin.js": source}});
    app.post("/v1/plugins", &script).await.expect(201);
    let used =
        app.post("/v1/installations", &json!({"plugin": "members", "name": "members"})).await.expect(201);
    let path = format!("/v1/installations/{}", used["id"].as_str().unwrap());
    app.call(Method::PUT, &format!("{path}/grants"), Some(&json!({"grants": ["identity:member"]})))
        .await
        .expect(200);
    app.post(&format!("{path}/enable"), &json!({})).await.expect(200);
    app
}

fn member(value: &str) -> Value {
    json!({"scheme": "member", "value": value})
}

async fn a_plugin_says_how_its_kind_of_identity_is_written(engine: Engine) {
    let app = with_members(engine, MEMBERS).await;
    let customer = app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201);
    let path = format!("/v1/customers/{}/identities", customer["id"].as_str().unwrap());
    let added = app.post(&path, &member("VIP-0042")).await.expect(201);
    assert_eq!(added["value"], json!("42"));
    app.post(&path, &member("00042")).await.expect(409);
    let refused = app.post(&path, &member("A-1")).await.expect(422);
    assert_eq!(refused["errors"][0]["pointer"], json!("/value"));
    assert_eq!(refused["errors"][0]["detail"], json!("A-1 is no member number"));

    // Looked up, and as the sender of a message, in whatever form.
    let both = json!({"identities": [member("042"), member("vip-42")]});
    let found = app.post("/v1/customers:resolve", &both).await.expect(200);
    assert_eq!(found["items"][0]["customer"]["id"], customer["id"]);
    assert_eq!(found["items"][0]["by"], json!([0, 1]));
    let one_wrong = json!({"identities": [member("42"), member("none")]});
    let refused = app.post("/v1/customers:resolve", &one_wrong).await.expect(422);
    assert_eq!(refused["errors"][0]["pointer"], json!("/identities/1/value"));
    let touch =
        json!({"kind": "visit", "identities": [member(" VIP-042 ")], "external_id": "1", "channel": "shop"});
    let visit = app.post("/v1/interactions", &touch).await.expect(201);
    assert_eq!(visit["customer_id"], customer["id"]);

    // Other kinds are none of its business.
    let other = app.post(&path, &json!({"scheme": "badge", "value": "A-1"})).await.expect(201);
    assert_eq!(other["value"], json!("A-1"));
}

async fn who_breaks_down_changes_nothing(engine: Engine) {
    let breaks =
        "export const identity = { normalize() { throw new Error('no'); }, compare() { return []; } };";
    let app = with_members(engine, breaks).await;
    let customer = app.post("/v1/customers", &json!({"name": "王芳"})).await.expect(201);
    let path = format!("/v1/customers/{}/identities", customer["id"].as_str().unwrap());
    assert_eq!(app.post(&path, &member("VIP-0042")).await.expect(201)["value"], json!("VIP-0042"));
}
