//! Plugins and their installations: uploaded, installed, configured, granted, switched on and off; and what is
//! kept of their failures.

pub mod failures;
pub mod figures;
pub mod installed;
pub mod kept_calls;
pub mod kinds;
pub mod polling;
pub mod requests;
pub mod schedule;
pub mod scripts;
pub mod settings;
pub mod upgrades;

use serde::{Deserialize, Serialize};
use serde_json::json;

pub use self::failures::note_failure;
pub use self::requests::Granting;
use self::requests::given;
use self::settings::CheckedSettings;
use super::accounts::authority::{self, Target};
use super::app::App;
use super::manifests;
use super::refusal::Refusal;
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::event::Subject;
use crate::domain::ids::{InstallationId, PluginVersionId};
use crate::plugins::package::Package;
use crate::plugins::package::manifest::Manifest;
use crate::plugins::{CallError, EffectiveSettings, Grant, LogLine, Secret};
use crate::store::db::Tx;
use crate::store::installations::{self, NewInstallation, Settings};
use crate::store::page::{Page, PageRequest};
use crate::store::plugin_logs::{self, NewLine};
use crate::store::plugins::{self, NewVersion, Version};

/// A plugin to be put to use.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewUse {
    /// The plugin's name.
    pub plugin: String,
    /// Which version; the one that was uploaded last when not said.
    pub version: Option<String>,
    /// What it is called here; channels have it in their address.
    pub name: String,
    /// Its settings.
    pub settings: Settings,
}

/// Stores a plugin's version, after it was checked.
pub async fn upload(
    tx: &mut Tx,
    ctx: &RequestContext,
    (package, bytes): &(Package, Vec<u8>),
) -> Result<Version, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let manifest = &package.manifest;
    let known = plugins::versions(tx, &manifest.id).await?;
    if let Some(same) = known.iter().find(|version| version.version == manifest.version) {
        if same.digest == package.digest {
            return Ok(same.clone());
        }
        return Err(Refusal::Conflict(format!(
            "{} {} is here already with other contents; give the new one another version in plugin.toml",
            manifest.id, manifest.version
        )));
    }
    let new = NewVersion {
        plugin: &manifest.id,
        version: &manifest.version,
        digest: &package.digest,
        manifest: &json!(manifest),
        artifact: bytes,
    };
    let id = plugins::add(tx, new).await?;
    let data = json!({"plugin": manifest.id, "version": manifest.version, "digest": package.digest});
    ctx.record(tx, "plugin.uploaded", Subject::of("plugin", id), data).await?;
    version(tx, id).await
}

pub(super) async fn version(tx: &mut Tx, id: PluginVersionId) -> Result<Version, Refusal> {
    plugins::version(tx, id).await?.ok_or_else(|| Refusal::not_found("plugin version", id))
}

/// Holds the settings of a plugin that is to be put to use to its schema.
pub async fn check_new(app: &App, ctx: &RequestContext, new: &NewUse) -> Result<CheckedSettings, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let version = wanted_version(&mut app.db.read().await?, new).await?;
    let checked = CheckedSettings::of(&version, new.settings.clone()).await?;
    checked.with_kinds(app, ctx, &version, None).await
}

async fn wanted_version(tx: &mut Tx, new: &NewUse) -> Result<Version, Refusal> {
    let versions = plugins::versions(tx, &new.plugin).await?;
    let wanted = |version: &&Version| new.version.as_ref().is_none_or(|wanted| *wanted == version.version);
    versions.iter().find(wanted).cloned().ok_or_else(|| {
        let detail = match (&new.version, versions.is_empty()) {
            (Some(wanted), false) => format!("the plugin {} has no version {wanted:?} here", new.plugin),
            _ => format!("there is no plugin {:?} here; upload it first, by POST /v1/plugins", new.plugin),
        };
        Refusal::invalid("/plugin", detail)
    })
}

/// Puts a plugin to use, switched off and with nothing granted.
pub async fn install(
    tx: &mut Tx,
    ctx: &RequestContext,
    new: &NewUse,
    checked: &CheckedSettings,
) -> Result<installations::InstallationRow, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let version = wanted_version(tx, new).await?;
    checked.cover(version.id, &new.settings)?;
    if !is_name(&new.name) {
        let detail = "a name has 1 to 63 characters: a-z, 0-9 and -, the first a letter";
        return Err(Refusal::invalid("/name", detail));
    }
    if installations::by_name(tx, &new.name).await?.is_some() {
        return Err(Refusal::Conflict(format!("there is an installation {:?} already", new.name)));
    }
    let row = NewInstallation {
        version: version.id,
        name: &new.name,
        enabled: false,
        settings: &new.settings,
        grants: &[],
    };
    let id = installations::add(tx, row).await?;
    kinds::settle(tx, ctx, &manifests::of(&version)?, None, checked.kinds()).await?;
    let data = json!({"name": new.name, "plugin": new.plugin, "version": version.version});
    ctx.record(tx, "plugin.installed", Subject::of("installation", id), data).await?;
    row_of(tx, id).await
}

fn is_name(name: &str) -> bool {
    let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    name.len() <= 63 && name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(allowed)
}

/// Replaces an installation's settings.
pub async fn configure(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, checked): &(InstallationId, CheckedSettings),
) -> Result<installations::InstallationRow, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let row = row_of(tx, *id).await?;
    authority::require_over_installation(ctx, &row)?;
    checked.cover(row.version_id, checked.settings())?;
    installations::set_settings(tx, *id, checked.settings()).await?;
    ctx.record(tx, "plugin.configured", Subject::of("installation", *id), json!({"name": row.name})).await?;
    row_of(tx, *id).await
}

/// A secret, sealed before it enters a transaction.
#[derive(Debug, Clone)]
pub struct SealedSecret {
    /// Its name in the manifest.
    pub name: String,
    /// The key that it is sealed with.
    pub key_id: String,
    /// Its sealed text.
    pub sealed: Vec<u8>,
}

/// Seals a secret for an installation.
pub fn seal(app: &App, id: InstallationId, name: &str, text: &str) -> Result<SealedSecret, Refusal> {
    if text.len() > Secret::LONGEST {
        let detail = format!("a secret has {} bytes at most, this one {}", Secret::LONGEST, text.len());
        return Err(Refusal::invalid("/value", detail));
    }
    let sealed = app.plugins.seal(id, name, &Secret::new(text));
    let (key_id, sealed) = sealed.map_err(|error| Refusal::Conflict(error.to_string()))?;
    Ok(SealedSecret { name: name.to_owned(), key_id, sealed })
}

/// Sets a secret that the manifest names.
pub async fn set_secret(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, secret): &(InstallationId, SealedSecret),
) -> Result<installations::InstallationRow, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let row = row_of(tx, *id).await?;
    authority::require_over_installation(ctx, &row)?;
    let manifest = manifests::of(&version(tx, row.version_id).await?)?;
    let known: Vec<&str> = manifest.wants.secrets.iter().map(|want| want.name.as_str()).collect();
    if !known.contains(&secret.name.as_str()) {
        let detail = format!(
            "{} asks for no secret {:?}; it asks for: {}",
            manifest.id,
            secret.name,
            known.join(", ")
        );
        return Err(Refusal::invalid("/name", detail));
    }
    installations::set_secret(tx, *id, &secret.name, &secret.key_id, &secret.sealed).await?;
    let data = json!({"name": row.name, "secret": secret.name});
    ctx.record(tx, "plugin.secret-set", Subject::of("installation", *id), data).await?;
    row_of(tx, *id).await
}

/// Replaces an installation's grants. What the manifest doesn't ask for can't be granted; what depends on a setting
/// without an address isn't, and the installation's warnings say so.
/// `checked` is for the version that waits for grants, if one does.
pub async fn grant(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, granting, checked): &(InstallationId, Granting, Option<CheckedSettings>),
) -> Result<installations::InstallationRow, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let row = row_of(tx, *id).await?;
    authority::require_over_installation(ctx, &row)?;
    let manifest = manifests::of(&version(tx, row.version_id).await?)?;
    let mut wanted = requested(&manifest, &row.settings.0);
    if let Some(waiting) = row.pending_version_id {
        // What the version that waits asks for can be granted too: that is what it waits for.
        let waiting = manifests::of(&version(tx, waiting).await?)?;
        wanted.extend(requested(&waiting, &row.settings.0));
    }
    let given = given(&manifest, &wanted, &row.grants.0, granting)?;
    authority::require_over(ctx, Permission::PluginsWrite, Target::Installation(&given))?;
    installations::set_grants(tx, *id, &given).await?;
    let data = json!({"name": row.name, "grants": {"old": row.grants.0, "new": given}});
    ctx.record(tx, "plugin.granted", Subject::of("installation", *id), data).await?;
    let row = row_of(tx, *id).await?;
    upgrades::after_grant(tx, ctx, row, &given, checked.as_ref()).await
}

/// Everything that a plugin asks for under these settings, as grants.
pub(super) fn requested(manifest: &Manifest, settings: &Settings) -> Vec<Grant> {
    crate::plugins::installation::all_grants(manifest, &EffectiveSettings::of(manifest, settings))
}

/// Switches an installation on or off.
pub async fn switch(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, on): &(InstallationId, bool),
) -> Result<installations::InstallationRow, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let row = row_of(tx, *id).await?;
    authority::require_over_installation(ctx, &row)?;
    if row.enabled != *on {
        installations::set_enabled(tx, *id, *on).await?;
        let kind = if *on { "plugin.enabled" } else { "plugin.disabled" };
        ctx.record(tx, kind, Subject::of("installation", *id), json!({"name": row.name})).await?;
        let manifest = manifests::of(&version(tx, row.version_id).await?)?;
        schedule::settle(tx, ctx, *id, (Some(&manifest), on.then_some(&manifest))).await?;
    }
    row_of(tx, *id).await
}

/// One installation.
pub async fn get(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: InstallationId,
) -> Result<installations::InstallationRow, Refusal> {
    ctx.require(Permission::PluginsRead)?;
    row_of(tx, id).await
}

/// Every installation, the oldest first.
pub async fn list(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<installations::InstallationRow>, Refusal> {
    ctx.require(Permission::PluginsRead)?;
    Ok(installations::all(tx).await?)
}

/// What an installation logged, the latest first.
pub async fn logs(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: InstallationId,
    page: PageRequest,
) -> Result<Page<plugin_logs::Line>, Refusal> {
    get(tx, ctx, id).await?;
    Ok(plugin_logs::list(tx, id, page).await?)
}

/// Every version of every plugin.
pub async fn versions(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<Version>, Refusal> {
    ctx.require(Permission::PluginsRead)?;
    Ok(plugins::all(tx).await?)
}

/// Refuses unless there is such an installation.
pub(super) async fn there(tx: &mut Tx, id: InstallationId) -> Result<(), Refusal> {
    row_of(tx, id).await.map(|_| ())
}

pub(super) async fn row_of(
    tx: &mut Tx,
    id: InstallationId,
) -> Result<installations::InstallationRow, Refusal> {
    installations::get(tx, id).await?.ok_or_else(|| Refusal::not_found("installation", id))
}

/// A line of a call's log, as it is kept.
pub(super) fn new_line(line: &LogLine) -> NewLine {
    let attributes = line.attributes.iter().map(|a| (a.name.clone(), a.value.to_json())).collect();
    NewLine {
        at: line.at,
        level: line.level.word(),
        text: line.text.clone(),
        attributes: serde_json::Value::Object(attributes),
    }
}

/// Why a step that needs a plugin has to wait.
pub(super) fn unavailable(error: &CallError) -> Refusal {
    let retry_after_ms = error.retry_after_ms().map_or(0, u64::from);
    Refusal::Unavailable { reason: error.to_string(), retry_after_ms }
}
