//! A real browser, driven over the WebDriver protocol (<https://www.w3.org/TR/webdriver2/>).
//!
//! It needs `chromedriver` on the path, or where `HOSPES_CHROMEDRIVER` says, and the Chromium that goes with it.

use std::panic::{AssertUnwindSafe, resume_unwind};
use std::process::Stdio;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use futures::FutureExt as _;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

/// How long a page is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

/// The keys that pages are worked with, as the protocol has them.
pub mod keys {
    pub const ESCAPE: &str = "\u{e00c}";
    pub const TAB: &str = "\u{e004}";
    pub const ENTER: &str = "\u{e007}";
    pub const UP: &str = "\u{e013}";
    pub const SPACE: &str = " ";
}

/// One browser with a profile of its own.
pub struct Browser {
    client: reqwest::Client,
    session: String,
}

/// Runs a test in a browser and closes it, whatever becomes of the test.
pub async fn browse(scripts: bool, test: impl AsyncFnOnce(&Browser)) {
    let profile = TempDir::new().expect("a folder for the profile");
    let (mut driver, address) = start().await;
    let client = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().expect("a client");
    let session = format!("{address}/session");
    let asked = json!({"capabilities": {"alwaysMatch": capabilities(&profile, scripts)}});
    let begun = ask(&client, reqwest::Method::POST, &session, Some(&asked)).await;
    let id = begun["sessionId"].as_str().expect("a session").to_owned();
    let browser = Browser { client, session: format!("{session}/{id}") };
    // A page that is still on its way is waited for where one of its elements is meant.
    browser.post("/timeouts", json!({"implicit": 10_000})).await;
    let outcome = AssertUnwindSafe(test(&browser)).catch_unwind().await;
    browser.call(reqwest::Method::DELETE, "", None).await;
    driver.kill().await.expect("the driver ends");
    outcome.unwrap_or_else(|panic| resume_unwind(panic));
}

/// Starts the driver on a port that it chooses.
async fn start() -> (Child, String) {
    let program = std::env::var("HOSPES_CHROMEDRIVER").unwrap_or_else(|_| "chromedriver".to_owned());
    let mut driver = Command::new(&program)
        .arg("--port=0")
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()
        .unwrap_or_else(|error| {
            panic!("{program}: {error}; install Chromium with its chromedriver, or set HOSPES_CHROMEDRIVER")
        });
    let mut lines = BufReader::new(driver.stdout.take().expect("its output")).lines();
    while let Some(line) = lines.next_line().await.expect("its output") {
        let port =
            line.rsplit_once("started successfully on port ").map(|(_, port)| port.trim_end_matches('.'));
        if let Some(port) = port {
            let address = format!("http://127.0.0.1:{port}");
            // It goes on writing, and would wait for somebody to read.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (driver, address);
        }
    }
    panic!("{program} ended without saying its port");
}

fn capabilities(profile: &TempDir, scripts: bool) -> Value {
    let folder = format!("--user-data-dir={}", profile.path().display());
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-dev-shm-usage",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        &folder,
    ];
    let javascript = if scripts { 1 } else { 2 };
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": {
            "args": arguments,
            "prefs": {"profile.managed_default_content_settings.javascript": javascript},
        },
        "goog:loggingPrefs": {"browser": "ALL"},
    })
}

/// What the driver can't do, by the protocol's word for it and in its own words.
struct Fault {
    error: String,
    message: String,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.error, self.message)
    }
}

async fn ask(client: &reqwest::Client, method: reqwest::Method, url: &str, body: Option<&Value>) -> Value {
    let answer = try_to(client, method.clone(), url, body).await;
    answer.unwrap_or_else(|fault| panic!("{method} {url}: {fault}"))
}

async fn try_to(
    client: &reqwest::Client,
    method: reqwest::Method,
    url: &str,
    body: Option<&Value>,
) -> Result<Value, Fault> {
    let mut request = client.request(method, url);
    if let Some(body) = body {
        request = request.json(body);
    }
    let mut answer: Value = request.send().await.expect("an answer").json().await.expect("JSON");
    let value = answer["value"].take();
    match value["error"].as_str() {
        Some(error) => Err(Fault { error: error.to_owned(), message: value["message"].to_string() }),
        None => Ok(value),
    }
}

impl Browser {
    async fn call(&self, method: reqwest::Method, path: &str, body: Option<&Value>) -> Value {
        ask(&self.client, method, &format!("{}{path}", self.session), body).await
    }

    async fn post(&self, path: &str, body: Value) -> Value {
        self.call(reqwest::Method::POST, path, Some(&body)).await
    }

    /// Opens an address and waits until it is loaded.
    pub async fn open(&self, url: &str) {
        self.post("/url", json!({"url": url})).await;
    }

    /// Evaluates an expression in the page. It is the test's, not the page's, and works where pages have no scripts.
    pub async fn eval(&self, expression: &str) -> Value {
        self.try_eval(expression).await.unwrap_or_else(|fault| panic!("{expression}: {fault}"))
    }

    async fn try_eval(&self, expression: &str) -> Result<Value, Fault> {
        let url = format!("{}/execute/sync", self.session);
        let script = json!({"script": format!("return ({expression})"), "args": []});
        try_to(&self.client, reqwest::Method::POST, &url, Some(&script)).await
    }

    /// The text that is shown of an element; null where there is none.
    pub async fn text(&self, selector: &str) -> Value {
        self.eval(&format!("document.querySelector({})?.innerText ?? null", json!(selector))).await
    }

    /// Waits until an expression has a value. A page that is on its way to another can't say.
    pub async fn until(&self, expression: &str, wanted: impl Into<Value>) {
        let wanted = wanted.into();
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let value = match self.try_eval(expression).await {
                Ok(value) => value,
                Err(fault) => Value::String(format!("not known ({fault})")),
            };
            if value == wanted {
                return;
            }
            if tokio::time::Instant::now() >= deadline {
                let page = self.eval("document.body.innerText").await;
                let complaints = self.complaints().await;
                panic!(
                    "{expression} is {value}, not {wanted}, on the page {page}; the browser says {complaints:?}"
                );
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until a text is somewhere in an element.
    pub async fn until_in(&self, selector: &str, wanted: &str) {
        let (selector, wanted) = (json!(selector), json!(wanted));
        let found = format!(
            "[...document.querySelectorAll({selector})].some((one) => one.innerText.includes({wanted}))"
        );
        self.until(&found, true).await;
    }

    /// Puts a text into a field, in the place of what is there, as if it was typed.
    pub async fn fill(&self, selector: &str, text: &str) {
        let id = self.element(selector).await;
        self.post(&format!("/element/{id}/clear"), json!({})).await;
        self.post(&format!("/element/{id}/value"), json!({"text": text})).await;
    }

    /// Chooses an option of a list by its words.
    pub async fn choose(&self, selector: &str, words: &str) {
        let (list, words) = (json!(selector), json!(words));
        let option = format!(
            "[...document.querySelector({list}).options].find((one) => one.innerText.trim() === {words}).selected = true"
        );
        self.eval(&option).await;
    }

    /// What axe-core finds wrong with the page, each as the rule and the place.
    pub async fn axe(&self) -> Vec<String> {
        let path = std::env::var_os("HOSPES_TEST_AXE").map_or_else(
            || {
                concat!(env!("CARGO_MANIFEST_DIR"), "/../target/browser/node_modules/axe-core/axe.min.js")
                    .into()
            },
            std::path::PathBuf::from,
        );
        let source = std::fs::read_to_string(&path).unwrap_or_else(|error| {
            panic!(
                "{}: {error}; cargo verify fetches it, or: npm ci in a copy of tests/browser",
                path.display()
            )
        });
        self.post("/execute/sync", json!({"script": source, "args": []})).await;
        let script = "const done = arguments[0]; axe.run().then((found) => done(found.violations.flatMap((rule) => \
            rule.nodes.map((node) => `${rule.id}: ${node.target} ${node.failureSummary}`))), (fault) => done([String(fault)]));";
        let found = self.post("/execute/async", json!({"script": script, "args": []})).await;
        found
            .as_array()
            .expect("a list")
            .iter()
            .map(|one| one.as_str().unwrap_or_default().to_owned())
            .collect()
    }

    /// A screen of this width and height, in CSS pixels, whose system is light or dark.
    pub async fn screen(&self, (width, height): (u32, u32), scheme: &str) {
        let size = json!({"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    /// Waits until an element shows a text.
    pub async fn until_text(&self, selector: &str, wanted: &str) {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let text = self.text(selector).await;
            if text == wanted {
                return;
            }
            assert!(tokio::time::Instant::now() < deadline, "{selector} shows {text}, not {wanted:?}");
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Presses keys, one after the other, wherever the focus is.
    pub async fn press(&self, keys: &str) {
        let strokes = keys.chars().flat_map(|key| {
            [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
        });
        let keyboard = json!({"type": "key", "id": "keyboard", "actions": strokes.collect::<Vec<_>>()});
        self.post("/actions", json!({"actions": [keyboard]})).await;
    }

    /// Clicks on an element, as a finger does: where it was drawn anew meanwhile, it is looked for once more.
    pub async fn click(&self, selector: &str) {
        const MOVED: [&str; 2] = ["stale element reference", "element click intercepted"];
        let deadline = tokio::time::Instant::now() + PATIENCE;
        loop {
            let id = self.element(selector).await;
            let click = format!("{}/element/{id}/click", self.session);
            match try_to(&self.client, reqwest::Method::POST, &click, Some(&json!({}))).await {
                Ok(_) => return,
                Err(fault)
                    if MOVED.contains(&fault.error.as_str()) && tokio::time::Instant::now() < deadline =>
                {
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
                Err(fault) => panic!("a click on {selector}: {fault}"),
            }
        }
    }

    async fn element(&self, selector: &str) -> String {
        let found = self.post("/element", json!({"using": "css selector", "value": selector})).await;
        let id = found.as_object().and_then(|members| members.values().next()?.as_str());
        id.unwrap_or_else(|| panic!("there is no {selector}")).to_owned()
    }

    /// A telephone of this width, in CSS pixels, whose system is light or dark.
    pub async fn look(&self, width: u32, scheme: &str) {
        let size = json!({"width": width, "height": 800, "deviceScaleFactor": 2, "mobile": true});
        self.devtools("Emulation.setDeviceMetricsOverride", size).await;
        let features = json!({"features": [{"name": "prefers-color-scheme", "value": scheme}]});
        self.devtools("Emulation.setEmulatedMedia", features).await;
    }

    async fn devtools(&self, command: &str, params: Value) -> Value {
        self.post("/goog/cdp/execute", json!({"cmd": command, "params": params})).await
    }

    /// What the browser's console has said since the last time: faults of pages, and what their policy stopped.
    pub async fn complaints(&self) -> Vec<String> {
        let entries = self.post("/se/log", json!({"type": "browser"})).await;
        entries.as_array().expect("a log").iter().map(ToString::to_string).collect()
    }

    /// Keeps a picture of the page as NAME.png, in the folder that `HOSPES_TEST_SHOTS` names, if it does.
    pub async fn picture(&self, name: &str) {
        let Some(folder) = std::env::var_os("HOSPES_TEST_SHOTS") else { return };
        let shot = self.devtools("Page.captureScreenshot", json!({"captureBeyondViewport": true})).await;
        let shot = STANDARD.decode(shot["data"].as_str().expect("a picture")).expect("Base64");
        let path = std::path::Path::new(&folder).join(format!("{name}.png"));
        std::fs::write(&path, shot).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    }
}
