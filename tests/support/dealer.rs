//! A dealer's system as a process of its own: `dealer.py`.

use std::process::Child;

use serde_json::{Value, json};

use crate::python;

/// The token that the dealer's system takes.
pub const TOKEN: &str = "the-dealers-token";
/// The key that both sides sign with.
pub const KEY: &str = "the-key-of-both-sides";

/// The running system; it ends when it is dropped.
pub struct Dealer {
    process: Child,
    address: String,
    client: reqwest::Client,
}

impl Dealer {
    /// Starts it.
    pub fn start() -> Self {
        let mut program = python::program("support/dealer.py");
        program.args([TOKEN, KEY]);
        let (process, address) = python::listening(program);
        // Another test of this process may have been first; one provider is as good as another.
        let _already = rustls::crypto::ring::default_provider().install_default();
        Self { process, address, client: reqwest::Client::new() }
    }

    /// Host and port, for the list of private addresses that may be reached.
    pub fn endpoint(&self) -> &str {
        &self.address
    }

    /// The plugin's setting `base-url`.
    pub fn base_url(&self) -> String {
        format!("http://{}/crm", self.address)
    }

    /// From now on it behaves so: `accept`, `pending`, `refuse`, `slow`, `broken`, `busy`, `page`, `locked-out`; for so
    /// many requests, or until it is told otherwise.
    pub async fn behave(&self, mode: &str, times: Option<u32>) {
        self.tell("/_mode", &json!({"mode": mode, "left": times})).await;
    }

    /// Makes it send its word on a share to the host, signed as of a time; the host's answer.
    pub async fn decide(&self, url: &str, at: i64, decision: &Value) -> Value {
        self.tell("/_decide", &json!({"url": url, "at": at, "decision": decision})).await
    }

    /// What it has taken, in order, and how many requests came.
    pub async fn seen(&self) -> Value {
        let url = format!("http://{}/_seen", self.address);
        self.client.get(url).send().await.expect("an answer").json().await.expect("JSON")
    }

    async fn tell(&self, path: &str, request: &Value) -> Value {
        let url = format!("http://{}{path}", self.address);
        self.client.post(url).json(request).send().await.expect("an answer").json().await.expect("JSON")
    }
}

impl Drop for Dealer {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ended = self.process.kill().and_then(|()| self.process.wait());
    }
}
