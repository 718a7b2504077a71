//! A running server, as commands reach it: through its API, like any other program.

use anyhow::{Context, anyhow, bail};
use reqwest::{Method, RequestBuilder, Response, StatusCode};
use serde_json::Value;

use super::terminal;

/// Which server, and as whom.
#[derive(Debug, Clone, clap::Args)]
pub struct Server {
    /// The server's address
    #[arg(long = "server", env = "HOSPES_URL", default_value = "http://127.0.0.1:8080", value_name = "URL")]
    url: String,
    /// An API token; better in the environment than on the command line, which other users can see
    #[arg(long, env = "HOSPES_TOKEN", hide_env_values = true, value_name = "TOKEN")]
    token: Option<String>,
}

impl Server {
    /// A server, and whose token its calls carry.
    pub fn at(url: String, token: String) -> Self {
        Self { url, token: Some(token) }
    }

    /// Its address.
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Asks for a path under the server's address.
    pub async fn get(&self, path: &str) -> anyhow::Result<Value> {
        self.ask(Method::GET, path, |request| request).await
    }

    /// Sends JSON.
    pub async fn send(&self, method: Method, path: &str, body: &Value) -> anyhow::Result<Value> {
        self.ask(method, path, |request| request.json(body)).await
    }

    /// The user of this e-mail address or id.
    pub async fn user(&self, named: &str) -> anyhow::Result<Value> {
        let list = self.get("/v1/users").await?;
        let is_named = |user: &&Value| {
            user["id"] == *named
                || user["email"].as_str().is_some_and(|email| email.eq_ignore_ascii_case(named))
        };
        let found = items(&list["items"]).iter().find(is_named).cloned();
        found.ok_or_else(|| anyhow!("there is no user {named:?} on {}; hospes user list shows all", self.url))
    }

    /// Sends a plugin's file.
    pub async fn upload(&self, path: &str, artifact: Vec<u8>) -> anyhow::Result<Value> {
        self.ask(Method::POST, path, |request| {
            request.header(reqwest::header::CONTENT_TYPE, "application/wasm").body(artifact)
        })
        .await
    }

    /// The installation of this name.
    pub async fn installation(&self, name: &str) -> anyhow::Result<Value> {
        let list = self.get("/v1/installations").await?;
        let items = list["items"].as_array().map(Vec::as_slice).unwrap_or_default();
        let found = items.iter().find(|installation| installation["name"] == name);
        found.cloned().ok_or_else(|| {
            let names: Vec<&str> =
                items.iter().filter_map(|installation| installation["name"].as_str()).collect();
            anyhow!("there is no installation {name:?} on {}; there are: {}", self.url, names.join(", "))
        })
    }

    async fn ask(
        &self,
        method: Method,
        path: &str,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> anyhow::Result<Value> {
        let answer = self.answer(method, path, fill).await?;
        let text = answer.text().await.context("the server's answer broke off")?;
        serde_json::from_str(&text)
            .context("the server's answer is no JSON; is a Hospes server at that address?")
    }

    /// Sends JSON, and expects no answer beyond that it was done.
    pub async fn post_quietly(&self, path: &str, body: &Value) -> anyhow::Result<()> {
        self.answer(Method::POST, path, |request| request.json(body)).await.map(|_| ())
    }

    /// Deletes what is at a path.
    pub async fn delete(&self, path: &str) -> anyhow::Result<()> {
        self.answer(Method::DELETE, path, |request| request).await.map(|_| ())
    }

    /// An answer that may go on for as long as one likes to read it.
    pub async fn stream(&self, path: &str) -> anyhow::Result<Response> {
        self.answer(Method::GET, path, |request| request).await
    }

    async fn answer(
        &self,
        method: Method,
        path: &str,
        fill: impl FnOnce(RequestBuilder) -> RequestBuilder,
    ) -> anyhow::Result<Response> {
        let Some(token) = &self.token else {
            bail!("an API token is needed; set HOSPES_TOKEN or give --token");
        };
        // The process may have chosen its provider already, which is as good.
        let _already = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build()?;
        let request =
            client.request(method, format!("{}{path}", self.url.trim_end_matches('/'))).bearer_auth(token);
        let answer = fill(request).send().await;
        let answer = answer.with_context(|| {
            format!(
                "{} doesn't answer; is the server running, and is that its address (HOSPES_URL)?",
                self.url
            )
        })?;
        let status = answer.status();
        if !status.is_success() {
            let text = answer.text().await.context("the server's answer broke off")?;
            return Err(Refused { status, detail: refusal(&text) }.into());
        }
        Ok(answer)
    }
}

/// A server that answered, and said no.
#[derive(Debug, thiserror::Error)]
#[error("the server refused ({status}): {detail}")]
pub struct Refused {
    /// The answer's status.
    pub status: StatusCode,
    /// What it said.
    detail: String,
}

/// The items of a list; none when it is no list.
pub fn items(list: &Value) -> &[Value] {
    list.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A text of the API's.
pub fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// Prints a list: a line for each item, or as JSON.
pub fn lines(json: bool, list: &Value, line: impl Fn(&Value) -> String) -> anyhow::Result<()> {
    use std::io::Write as _;
    let mut out = terminal::out();
    if json {
        return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&list["items"])?)?);
    }
    for item in items(&list["items"]) {
        writeln!(out, "{}", terminal::one_line(&line(item)))?;
    }
    Ok(())
}

/// What a problem document says, for people.
fn refusal(text: &str) -> String {
    let Ok(problem) = serde_json::from_str::<Value>(text) else {
        return crate::domain::text::excerpt(text, 300);
    };
    let mut lines = problem["detail"].as_str().unwrap_or(text).to_owned();
    for fault in problem["errors"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let (pointer, detail) = (fault["pointer"].as_str(), fault["detail"].as_str());
        lines.push_str(&format!("\n  {}: {}", pointer.unwrap_or_default(), detail.unwrap_or_default()));
    }
    lines
}
