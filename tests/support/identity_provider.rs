//! An identity provider as a process of its own: that of the npm package `oidc-provider`, or one that lies.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, ChildStdout, Command, Stdio};

use hospes::ops::app::provider::{FirstSignIn, Mapping, ProviderSettings};
use hospes::plugins::keyring::Secret;
use reqwest::header::{COOKIE, LOCATION, SET_COOKIE};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use serde_json::Value;

/// What the provider knows the host as.
pub const CLIENT: &str = "crm";
/// What the host proves itself by.
pub const SECRET: &str = "the-clients-secret-of-the-tests";

/// The running provider; it ends when it is dropped.
pub struct IdentityProvider {
    process: Child,
    output: BufReader<ChildStdout>,
    address: String,
}

/// Where the npm packages of the tests are.
fn packages() -> PathBuf {
    let axe = std::env::var_os("HOSPES_TEST_AXE").map(PathBuf::from);
    let fetched = axe.and_then(|axe| Some(axe.parent()?.parent()?.to_owned()));
    fetched.unwrap_or_else(|| concat!(env!("CARGO_MANIFEST_DIR"), "/../target/browser/node_modules").into())
}

impl IdentityProvider {
    /// Starts it; it serves nobody before [`serve`](Self::serve).
    pub fn start() -> Self {
        let mut process = Command::new("node")
            .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/support/identity_provider.mjs"))
            .arg(packages())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node");
        let mut output = BufReader::new(process.stdout.take().expect("its output"));
        let mut port = String::new();
        output.read_line(&mut port).expect("its port");
        Self { process, output, address: format!("127.0.0.1:{}", port.trim()) }
    }

    /// Host and port, for the list of private addresses that may be reached.
    pub fn endpoint(&self) -> String {
        self.address.clone()
    }

    /// What the operator of a host says of it.
    pub fn settings(&self, first: FirstSignIn, mappings: &[(&str, &str, Option<&str>)]) -> ProviderSettings {
        let mapping = |(value, role, team): &(&str, &str, Option<&str>)| Mapping {
            value: (*value).to_owned(),
            role: (*role).to_owned(),
            team: team.map(str::to_owned),
        };
        ProviderSettings {
            issuer: format!("http://{}", self.address),
            client_id: CLIENT.to_owned(),
            client_secret: Some(Secret::new(SECRET.to_owned())),
            name: "Example ID".to_owned(),
            scopes: ["profile", "email", "groups"].map(str::to_owned).to_vec(),
            claim: "groups".to_owned(),
            mappings: mappings.iter().map(mapping).collect(),
            first,
        }
    }

    /// Says for whom it works, and waits until it does.
    pub fn serve(&mut self, setup: &Value) {
        let input = self.process.stdin.as_mut().expect("its input");
        writeln!(input, "{setup}").expect("it reads");
        let mut ready = String::new();
        self.output.read_line(&mut ready).expect("its word");
        assert_eq!(ready.trim(), "ready");
    }
}

impl Drop for IdentityProvider {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A browser at the provider's: it keeps cookies and follows by hand.
pub struct Visitor {
    client: Client,
    cookies: BTreeMap<String, String>,
}

impl Default for Visitor {
    fn default() -> Self {
        let client = Client::builder().redirect(Policy::none()).build().expect("a client");
        Self { client, cookies: BTreeMap::new() }
    }
}

impl Visitor {
    async fn keep(&mut self, response: Response) -> (String, String) {
        for cookie in response.headers().get_all(SET_COOKIE) {
            let pair = cookie.to_str().expect("a cookie").split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a value");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = response.headers().get(LOCATION).map(|to| to.to_str().expect("an address").to_owned());
        (location.unwrap_or_default(), response.text().await.expect("a page"))
    }

    fn cookies(&self) -> String {
        let pairs = self.cookies.iter().map(|(name, value)| format!("{name}={value}"));
        pairs.collect::<Vec<_>>().join("; ")
    }

    /// Opens an address: where it leads, and what it shows.
    pub async fn open(&mut self, url: &str) -> (String, String) {
        let sent = self.client.get(url).header(COOKIE, self.cookies()).send().await;
        self.keep(sent.expect("an answer")).await
    }

    /// Sends a form: where it leads, and what it shows.
    pub async fn send(&mut self, url: &str, form: &[(&str, &str)]) -> (String, String) {
        let sent = self.client.post(url).header(COOKIE, self.cookies()).form(form).send().await;
        self.keep(sent.expect("an answer")).await
    }

    /// Signs in at the provider's page and agrees to everything, until it leads back; where to.
    pub async fn sign_in(&mut self, address: &str, account: &str) -> String {
        let base = address.split('/').take(3).collect::<Vec<_>>().join("/");
        let mut next = address.to_owned();
        for _ in 0..12 {
            if !next.starts_with(&base) {
                return next;
            }
            let form: &[(&str, &str)] = match next.contains("/interaction/") {
                false => {
                    next = absolute(&base, self.open(&next).await.0);
                    continue;
                }
                true if self.open(&next).await.1.contains("name=\"login\"") => {
                    &[("prompt", "login"), ("login", account), ("password", "any")]
                }
                true => &[("prompt", "consent")],
            };
            next = absolute(&base, self.send(&next, form).await.0);
        }
        panic!("the provider never leads back: {next}");
    }

    /// Signs out at the provider's, everywhere.
    pub async fn sign_out(&mut self, issuer: &str) {
        let (_, page) = self.open(&format!("{issuer}/session/end?client_id={CLIENT}")).await;
        let proof = page.split("name=\"xsrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let proof = proof.unwrap_or_else(|| panic!("no form in {page}"));
        self.send(&format!("{issuer}/session/end/confirm"), &[("xsrf", proof), ("logout", "yes")]).await;
    }
}

fn absolute(base: &str, location: String) -> String {
    if location.starts_with('/') { format!("{base}{location}") } else { location }
}
