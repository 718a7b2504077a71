//! Scripts: plugins that are written where they are used. Each saving is a version like any other, which carries its source; and
//! what is written can be tried on what happened here before it is saved.

use serde_json::Value;

use super::upgrades::{self, Upgrade};
use super::{NewUse, check_new, install, upload};
use crate::domain::actor::Permission;
use crate::domain::ids::PluginCallId;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::cases::{Case, Rehearsal};
use crate::plugins::package::check::CheckError;
use crate::plugins::package::script::Source;
use crate::plugins::recordings::transcript::Transcript;
use crate::store::db::Tx;
use crate::store::installations::{self, InstallationRow};
use crate::store::page::PageRequest;
use crate::store::plugins::{self, Version};
use crate::store::{blobs, plugin_calls};

/// When to try again while others' plugins are checked.
const RETRY_AFTER_MS: u64 = 60_000;
/// How many kept calls a script is tried on.
const CALLS: i64 = 10;

/// What came of trying a script.
#[derive(Debug)]
pub struct Tried {
    /// Each case with what is wrong, which is nothing where it passes.
    pub cases: Vec<(String, Vec<String>)>,
    /// The calls that were kept last, each with what the script does otherwise than was done then.
    pub calls: Vec<TriedCall>,
}

/// A call that was made again.
#[derive(Debug)]
pub struct TriedCall {
    /// Which.
    pub id: PluginCallId,
    /// Interface and function.
    pub function: String,
    /// What differs; nothing where all is the same.
    pub differences: Vec<String>,
}

/// The last version of a script, or a certain one, with its source.
pub async fn open(
    tx: &mut Tx,
    ctx: &RequestContext,
    plugin: &str,
    version: Option<&str>,
) -> Result<(Version, Source), Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let versions = plugins::versions(tx, plugin).await?;
    let found = versions.into_iter().find(|known| version.is_none_or(|wanted| wanted == known.version));
    let found = found.ok_or_else(|| Refusal::not_found("plugin", plugin))?;
    let artifact = blobs::get(tx, found.artifact_id).await?;
    let source = Source::of(&artifact).ok_or_else(|| {
        Refusal::Conflict(format!("{plugin} {} wasn't written here: it carries no source", found.version))
    })?;
    Ok((found, source))
}

/// The numbers of a script's versions, the last one first.
pub async fn versions(tx: &mut Tx, ctx: &RequestContext, plugin: &str) -> Result<Vec<String>, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    Ok(plugins::versions(tx, plugin).await?.into_iter().map(|version| version.version).collect())
}

/// Stores the script as a version and puts it to use: the installation of its name goes over to it, or is made.
pub async fn save(app: &App, ctx: &RequestContext, source: Source) -> Result<InstallationRow, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let source = numbered(&mut app.db.read().await?, source).await?;
    let version = add(app, ctx, &source).await?;
    let name = version.plugin.clone();
    let used = installations::by_name(&mut app.db.read().await?, &name).await?;
    let Some(used) = used else {
        let new = NewUse {
            plugin: name.clone(),
            version: Some(version.version),
            name,
            settings: Default::default(),
        };
        let checked = check_new(app, ctx, &new).await?;
        return app
            .commit(ctx, (new, checked), |tx, ctx, (new, checked)| Box::pin(install(tx, ctx, new, checked)))
            .await;
    };
    if used.version_id == version.id {
        return Ok(used);
    }
    let upgrade = Upgrade { id: used.id, version: Some(version.version), settings: None, grants: None };
    let checked = upgrades::prepare(app, ctx, &upgrade).await?;
    app.commit(ctx, (upgrade, checked), |tx, ctx, (upgrade, checked)| {
        Box::pin(upgrades::upgrade(tx, ctx, upgrade, checked))
    })
    .await
}

/// Runs a script's cases, and makes the calls again that its installation made last, with what the host said to them then.
/// Nothing is stored and nobody is called.
pub async fn attempt(app: &App, ctx: &RequestContext, source: &Source) -> Result<Tried, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let plugin = app.plugins.build_script(source).await.map_err(|error| refused(&error))?;
    let rehearsal = Rehearsal::within(&app.plugins, &plugin).await.map_err(|error| refused(&error))?;
    let mut cases = Vec::new();
    for (name, text) in &source.cases {
        let problems = match serde_json::from_str::<Case>(text) {
            Ok(case) => rehearsal.run(&case).await,
            Err(error) => vec![format!("{name}: {error}")],
        };
        cases.push((name.clone(), problems));
    }
    let mut calls = Vec::new();
    for (id, transcript) in kept(app, ctx, rehearsal.id()).await? {
        let differences = rehearsal.replay(&transcript).await;
        calls.push(TriedCall { id, function: transcript.function, differences });
    }
    Ok(Tried { cases, calls })
}

/// The calls that were kept last of the installation of this name, for who may see what customers wrote in them.
async fn kept(
    app: &App,
    ctx: &RequestContext,
    name: &str,
) -> Result<Vec<(PluginCallId, Transcript)>, Refusal> {
    if ctx.require(Permission::CallsRead).is_err() {
        return Ok(Vec::new());
    }
    let mut tx = app.db.read().await?;
    let Some(used) = installations::by_name(&mut tx, name).await? else { return Ok(Vec::new()) };
    let page = PageRequest { limit: CALLS, after: None };
    let mut found = Vec::new();
    for call in plugin_calls::list(&mut tx, used.id, None, page).await?.items {
        let Some((_, text)) = plugin_calls::get(&mut tx, used.id, call.id).await? else { continue };
        // One that an earlier version of the host kept may read otherwise.
        found.extend(serde_json::from_str(&text).ok().map(|transcript| (call.id, transcript)));
    }
    Ok(found)
}

/// Makes a plugin of the source, checks it, and stores it as a version.
pub async fn add(app: &App, ctx: &RequestContext, source: &Source) -> Result<Version, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let plugin = app.plugins.build_script(source).await.map_err(|error| refused(&error))?;
    let package = app.plugins.check(&plugin).await.map_err(|error| refused(&error))?;
    app.commit(ctx, (package, plugin), |tx, ctx, made| Box::pin(upload(tx, ctx, made))).await
}

/// Why an artifact isn't taken.
pub fn refused(error: &CheckError) -> Refusal {
    match error {
        CheckError::Compile(passing) if passing.is_passing() => {
            Refusal::Unavailable { reason: error.to_string(), retry_after_ms: RETRY_AFTER_MS }
        }
        _ => Refusal::invalid("", error.to_string()),
    }
}

/// The source with a number of its own in its manifest, where the number is taken by something else.
async fn numbered(tx: &mut Tx, mut source: Source) -> Result<Source, Refusal> {
    let manifest =
        source.read_manifest().map_err(|error| Refusal::invalid("/manifest", error.to_string()))?;
    let known = plugins::versions(tx, &manifest.id).await?;
    let Some(same) = known.iter().find(|version| version.version == manifest.version) else {
        return Ok(source);
    };
    if Source::of(&blobs::get(tx, same.artifact_id).await?).as_ref() == Some(&source) {
        return Ok(source);
    }
    let highest = known.iter().filter_map(|version| semver::Version::parse(&version.version).ok()).max();
    let Some(mut next) = highest else { return Ok(source) };
    next.patch += 1;
    next.pre = semver::Prerelease::EMPTY;
    next.build = semver::BuildMetadata::EMPTY;
    let numbered = format!("version = {}", Value::String(next.to_string()));
    let lines = source.manifest.lines().map(|line| {
        let key = line.split('=').next().unwrap_or_default().trim();
        if key == "version" { numbered.as_str() } else { line }
    });
    source.manifest = lines.fold(String::new(), |text, line| text + line + "\n");
    Ok(source)
}
