//! `/scripts/{name}`: a script's manifest, modules and cases, tried and saved.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;

use super::faults::{self, SourceFault};
use crate::http::console::frame::Frame;
use crate::http::console::records::trouble;
use crate::http::console::visitor::{Fields, Person, Sent};
use crate::http::extract::Name;
use crate::http::page::Page;
use crate::http::problem::Problem;
use crate::ops::installations::installed::{self, Installed};
use crate::ops::installations::scripts::{self, Tried};
use crate::ops::{App, RequestContext};
use crate::plugins::package::script::Source;
use crate::store::installations;

/// The manifest's name among the files.
const MANIFEST: &str = "plugin.toml";

/// The page.
#[derive(Template)]
#[template(path = "console/script.html")]
struct ScriptPage<'a> {
    frame: &'a Frame,
    name: &'a str,
    url: &'a str,
    source: &'a Source,
    /// Its installation; none where it was removed.
    installed: Option<Installed>,
    /// Its versions, the last one first.
    versions: Vec<String>,
    /// What is wrong with what was sent.
    faults: Vec<SourceFault>,
    tried: Option<Tried>,
}

impl ScriptPage<'_> {
    /// What is edited: each text with its name on the form, its own name, the editor's word for its language.
    fn texts(&self) -> Vec<EditedText<'_>> {
        let mut texts = vec![EditedText::new("manifest".to_owned(), MANIFEST, "toml", &self.source.manifest)];
        let root = self.source.root().unwrap_or_default();
        let modules = self.source.files.iter().map(|(name, text)| {
            let language = match name.rsplit_once('.').map(|(_, ending)| ending) {
                Some("ts" | "mts") => "typescript",
                Some("json") => "json",
                _ => "javascript",
            };
            EditedText::new(format!("file:{name}"), name, language, text)
        });
        let mut modules: Vec<_> = modules.collect();
        // What it begins with comes first.
        modules.sort_by_key(|module| module.name != root);
        texts.splice(0..0, modules);
        let cases = self.source.cases.iter();
        texts.extend(cases.map(|(name, text)| EditedText::new(format!("case:{name}"), name, "json", text)));
        texts
    }

    fn faults_of<'p>(&'p self, text: &EditedText<'_>) -> Vec<&'p SourceFault> {
        self.faults.iter().filter(|fault| fault.file.as_deref() == Some(text.name)).collect()
    }

    /// What is wrong and names no text that is edited here.
    fn other_faults(&self) -> Vec<&SourceFault> {
        let texts = self.texts();
        let elsewhere =
            |fault: &&SourceFault| !texts.iter().any(|text| fault.file.as_deref() == Some(text.name));
        self.faults.iter().filter(elsewhere).collect()
    }

    /// Where a channel's requests go; none of another plugin.
    fn address(&self) -> Option<String> {
        let installed = self.installed.as_ref().filter(|installed| installed.manifest.channel.is_some())?;
        Some(format!("{}/in/{}", self.url, installed.row.name))
    }

    fn is_current(&self, version: &str) -> bool {
        self.installed.as_ref().is_some_and(|installed| installed.manifest.version == version)
    }
}

/// One text in an editor of its own.
struct EditedText<'a> {
    field: String,
    name: &'a str,
    language: &'static str,
    text: &'a str,
}

impl<'a> EditedText<'a> {
    fn new(field: String, name: &'a str, language: &'static str, text: &'a str) -> Self {
        Self { field, name, language, text }
    }

    /// Its id on the page.
    fn id(&self) -> String {
        self.field.replace([':', '.', '/'], "-")
    }

    fn is_case(&self) -> bool {
        self.field.starts_with("case:")
    }
}

/// Which version is wanted.
#[derive(Debug, Deserialize)]
pub struct Asked {
    version: Option<String>,
}

/// Shows the last version, or the one that is asked for.
pub async fn show(
    State(app): State<App>,
    Name(name): Name,
    Query(asked): Query<Asked>,
    person: Person,
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let (_, source) = scripts::open(&mut tx, &person.ctx, &name, asked.version.as_deref()).await?;
    drop(tx);
    draw(&app, &person, &name, &source, (StatusCode::OK, Vec::new(), None)).await
}

/// Tries what was sent, or saves it as a version.
pub async fn change(State(app): State<App>, Name(name): Name, sent: Sent) -> Result<Response, Problem> {
    let ctx = &sent.person.ctx;
    let (_, known) = scripts::open(&mut app.db.read().await?, ctx, &name, None).await?;
    let source = entered(&sent.fields, known);
    let done = match sent.fields.text("do") {
        "try" => scripts::attempt(&app, ctx, &source).await.map(Some),
        _ => save(&app, ctx, &name, &source).await.map(|()| None),
    };
    match done {
        Ok(None) => Ok(Redirect::to(&format!("/scripts/{name}")).into_response()),
        Ok(tried) => draw(&app, &sent.person, &name, &source, (StatusCode::OK, Vec::new(), tried)).await,
        Err(refusal) => {
            let trouble = trouble(&sent, refusal)?;
            let names: Vec<&str> = source.files.keys().map(String::as_str).chain([MANIFEST]).collect();
            let said =
                trouble.faults.iter().map(|fault| fault.detail.as_str()).chain(trouble.note.as_deref());
            let faults = said.map(|said| faults::read(said, &names)).collect();
            draw(&app, &sent.person, &name, &source, (trouble.status, faults, None)).await
        }
    }
}

/// Saves it under the name that it is edited by.
async fn save(
    app: &App,
    ctx: &RequestContext,
    name: &str,
    source: &Source,
) -> Result<(), crate::ops::Refusal> {
    if let Ok(manifest) = source.read_manifest()
        && manifest.id != name
    {
        let detail = format!("{MANIFEST}: the id stays {name:?}; begin another script to have another one");
        return Err(crate::ops::Refusal::invalid("", detail));
    }
    scripts::save(app, ctx, source.clone()).await.map(drop)
}

/// What was sent: the texts that the form has, and one more module or case where its name was entered.
fn entered(sent: &Fields, known: Source) -> Source {
    // Browsers send lines as mail does.
    let plain = |text: &str| text.replace("\r\n", "\n");
    let mut source = Source { manifest: plain(sent.text("manifest")), ..known };
    for (field, texts) in [("file:", &mut source.files), ("case:", &mut source.cases)] {
        texts.clear();
        let given = sent.named(field).filter(|(_, text)| !text.trim().is_empty());
        texts.extend(given.map(|(name, text)| (name.to_owned(), plain(text))));
    }
    let new = sent.text("new").trim();
    let is_case = new.starts_with("cases/");
    let (texts, name, begun) = match is_case {
        true => (&mut source.cases, &new["cases/".len()..], "{}\n"),
        false => (&mut source.files, new, "export {};\n"),
    };
    if !name.is_empty() {
        texts.entry(name.to_owned()).or_insert_with(|| begun.to_owned());
    }
    source
}

async fn draw(
    app: &App,
    person: &Person,
    name: &str,
    source: &Source,
    (status, faults, tried): (StatusCode, Vec<SourceFault>, Option<Tried>),
) -> Result<Response, Problem> {
    let mut tx = app.db.read().await?;
    let versions = scripts::versions(&mut tx, &person.ctx, name).await?;
    let installed = match installations::by_name(&mut tx, name).await? {
        Some(row) => Some(installed::of(&mut tx, row).await?),
        None => None,
    };
    drop(tx);
    let page = ScriptPage {
        frame: &person.frame,
        name,
        url: &app.public_url,
        source,
        installed,
        versions,
        faults,
        tried,
    };
    Ok(Page::console(status, page).into_response())
}
