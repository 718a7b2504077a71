//! `/scripts/new`: what a new script is called, can do and wants.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};

use crate::domain::actor::Permission;
use crate::http::console::frame::Frame;
use crate::http::console::records::trouble;
use crate::http::console::tags;
use crate::http::console::visitor::{Fields, Person, Sent};
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::installations::scripts;
use crate::ops::{App, Refusal};
use crate::plugins::grants::ability::Ability;
use crate::plugins::package::manifest::is_id;
use crate::plugins::package::script::Source;

/// The form.
#[derive(Template)]
#[template(path = "console/script_new.html")]
struct NewScript<'a> {
    frame: &'a Frame,
    sent: &'a Fields,
    notes: Vec<String>,
}

impl NewScript<'_> {
    /// What a script can do, each with its words and whether it is chosen.
    fn abilities(&self) -> Vec<(&'static str, String, bool)> {
        let of = |ability: Ability| {
            let name = ability.interface();
            let chosen = self.sent.all("ability").any(|chosen| chosen == name);
            (name, self.frame.word("ability", name), chosen)
        };
        Ability::ALL.into_iter().map(of).collect()
    }
}

/// Shows the form.
pub async fn draft(person: Person) -> Result<Response, Problem> {
    person.ctx.require(Permission::PluginsWrite)?;
    let sent = Fields::of(vec![("ability".to_owned(), Ability::Channel.interface().to_owned())]);
    let page = NewScript { frame: &person.frame, sent: &sent, notes: Vec::new() };
    Ok(Page::console(StatusCode::OK, page).into_response())
}

/// Begins the script and goes on to its editor.
pub async fn create(State(app): State<App>, sent: Sent) -> Result<Response, Problem> {
    let done = match begun(&sent.fields) {
        Ok(source) => scripts::save(&app, &sent.person.ctx, source).await,
        Err(detail) => Err(Refusal::invalid("", detail)),
    };
    let refusal = match done {
        Ok(used) => return Ok(Redirect::to(&format!("/scripts/{}", used.name)).into_response()),
        Err(refusal) => refusal,
    };
    let trouble = trouble(&sent, refusal)?;
    let faults = trouble.faults.into_iter().map(|fault| fault.detail);
    let page = NewScript {
        frame: &sent.person.frame,
        sent: &sent.fields,
        notes: faults.chain(trouble.note).collect(),
    };
    Ok(Page::console(trouble.status, page).into_response())
}

/// A script as the form describes it.
fn begun(sent: &Fields) -> Result<Source, String> {
    let id = sent.text("id").trim();
    if !is_id(id) {
        return Err(format!(
            "{id:?} is no name of a plugin; it has 2 to 41 small letters, digits and hyphens, a letter first: my-shop"
        ));
    }
    let abilities: Vec<Ability> = sent.all("ability").filter_map(Ability::from_interface).collect();
    let root = if sent.text("language") == "typescript" { "plugin.ts" } else { "plugin.js" };
    let mut source = Source::begin(id, &abilities, root).map_err(|error| error.to_string())?;
    source.manifest = with_names(&source.manifest, sent) + &wants(sent);
    Ok(source)
}

/// The manifest with the names that people read.
fn with_names(manifest: &str, sent: &Fields) -> String {
    let (zh, en) = (sent.text("zh").trim(), sent.text("en").trim());
    let either = |own: &str, other: &str| if own.is_empty() { other.to_owned() } else { own.to_owned() };
    if zh.is_empty() && en.is_empty() {
        return manifest.to_owned();
    }
    let name = format!("name = {{ zh-CN = {}, en = {} }}", quoted(&either(zh, en)), quoted(&either(en, zh)));
    let lines = manifest.lines().map(|line| if line.starts_with("name = ") { name.as_str() } else { line });
    lines.fold(String::new(), |text, line| text + line + "\n")
}

/// What it asks for: the hosts that it sends requests to, and the secrets that it sends along or checks with.
fn wants(sent: &Fields) -> String {
    let reason = |en: &str, zh: &str| format!("reason = {{ zh-CN = {}, en = {} }}\n", quoted(zh), quoted(en));
    let hosts = tags::read(sent.text("hosts")).into_iter().map(|host| {
        let why = reason(&format!("Sends requests to {host}."), &format!("向 {host} 发送请求。"));
        format!(
            "\n[[wants.http]]\nhost = {}\nmethods = [\"GET\", \"POST\"]\npaths = [\"/*\"]\n{why}",
            quoted(&host)
        )
    });
    let secrets = tags::read(sent.text("secrets")).into_iter().map(|name| {
        let why = reason("Sends it along, or checks with it who sends.", "随请求发送，或用来核实发送方。");
        format!(
            "\n[[wants.secrets]]\nname = {}\nuses = [\"header\", \"equals\", \"hmac-sha256\"]\n{why}",
            quoted(&name)
        )
    });
    hosts.chain(secrets).collect()
}

/// A text as TOML writes it.
fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}
