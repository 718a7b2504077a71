//! A company whose mail comes in by the e-mail plugin, and whose answers go to a relay.

use reqwest::Method;
use serde_json::{Value, json};

use crate::app::{Answer, TestApp};
use crate::mail::Smtp;
use crate::store::Engine;

/// The company's address.
pub const OWN: &str = "service@example.com";
const SECRET: &str = "ingress-secret-of-the-tests";

/// A started host with the e-mail plugin.
pub struct MailChannel {
    /// The host.
    pub app: TestApp,
    /// The relay that its answers go to.
    pub smtp: Smtp,
}

impl MailChannel {
    /// With a team that takes everything, and these settings besides the address.
    pub async fn start(engine: Engine, settings: Value) -> Self {
        let smtp = Smtp::on();
        let app = TestApp::start_with_relay(engine, smtp.settings()).await;
        let classes = json!(["inquiry", "complaint", "purchase", "after-sales"]);
        app.post("/v1/teams", &json!({"name": "客服", "classes": classes, "watches": []})).await.expect(201);
        let mut all = json!({"address": OWN, "name": "Example"});
        all.as_object_mut().unwrap().extend(settings.as_object().unwrap().clone());
        app.install("e-mail", &all, &[("ingress-secret", SECRET)]).await;
        Self { app, smtp }
    }

    /// Hands a mail in as the company's mail server does.
    pub async fn post(&self, mail: impl Into<Vec<u8>>) -> Answer {
        let request = self.app.request(Method::POST, "/in/e-mail/").header("x-ingress-secret", SECRET);
        self.app.send(request.header("content-type", "message/rfc822").body(mail.into())).await
    }

    /// Hands a mail in, which has to be taken, and lets everything follow from it.
    pub async fn take(&self, mail: impl Into<Vec<u8>>) {
        let answer = self.post(mail).await;
        assert_eq!(answer.status, 200, "{}", answer.text);
        self.app.settle().await;
    }

    /// The items of a list, newest first.
    pub async fn list(&self, path: &str) -> Vec<Value> {
        self.app.get(path).await["items"].as_array().unwrap().clone()
    }

    /// A conversation's messages, oldest first.
    pub async fn messages(&self, conversation: &Value) -> Vec<Value> {
        let id = conversation["id"].as_str().unwrap();
        let mut messages = self.list(&format!("/v1/conversations/{id}/messages")).await;
        messages.reverse();
        messages
    }

    /// The only message of the conversation that was begun last.
    pub async fn last(&self) -> Value {
        let conversation = self.list("/v1/conversations").await.remove(0);
        self.messages(&conversation).await.pop().unwrap()
    }
}

/// The mail of one of the plugin's own cases, with a mark of its own in place of the case's.
pub fn case(name: &str, mark: &str) -> Vec<u8> {
    use base64::Engine as _;
    let path = format!("{}/../plugins/e-mail/cases/{name}.json", env!("CARGO_MANIFEST_DIR"));
    let case: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    let body = &case["input"][0]["body"];
    let bytes = match body["text"].as_str() {
        Some(text) => text.as_bytes().to_vec(),
        None => base64::engine::general_purpose::STANDARD.decode(body["base64"].as_str().unwrap()).unwrap(),
    };
    let mut mail = Vec::with_capacity(bytes.len());
    let mut rest = bytes.as_slice();
    while let Some(at) = rest.windows(4).position(|window| window == b".r1@" || window == b".r1>") {
        mail.extend_from_slice(&rest[..=at]);
        mail.extend_from_slice(mark.as_bytes());
        rest = &rest[at + 3..];
    }
    mail.extend_from_slice(rest);
    mail
}
