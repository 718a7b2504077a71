//! An installation as its operator sees it: what it is, what it asks for, what it was given.

use super::requests::{Requested, Warning, requests, warnings};
use super::upgrades::{More, more};
use crate::domain::actor::Permission;
use crate::domain::ids::InstallationId;
use crate::ops::installations;
use crate::ops::manifests;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::EffectiveSettings;
use crate::plugins::package::manifest::Manifest;
use crate::store::db::Tx;
use crate::store::hosts::{self, Readiness};
use crate::store::installations::InstallationRow;
use crate::store::{installations as store, plugins};

/// An installation with what its manifest says.
#[derive(Debug, Clone)]
pub struct Installed {
    /// Its row.
    pub row: InstallationRow,
    /// The manifest of the version in use.
    pub manifest: Manifest,
    /// What it asks for, in the order of the manifest's reference.
    pub requested: Vec<Requested>,
    /// What keeps it from working as its plugin means it to.
    pub warnings: Vec<Warning>,
    /// The secrets that it asks for, and whether each is set.
    pub secrets: Vec<(String, bool)>,
    /// The version that waits for a grant, and what it asks for besides.
    pub pending: Option<(String, Vec<More>)>,
    /// The version before, to go back to.
    pub previous: Option<String>,
    /// How far each living host is with the version in use.
    pub hosts: Vec<Readiness>,
}

/// One installation.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: InstallationId) -> Result<Installed, Refusal> {
    let row = installations::get(tx, ctx, id).await?;
    of(tx, row).await
}

/// Every installation, the oldest first.
pub async fn list(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<Installed>, Refusal> {
    ctx.require(Permission::PluginsRead)?;
    let mut found = Vec::new();
    for row in store::all(tx).await? {
        found.push(of(tx, row).await?);
    }
    Ok(found)
}

/// The same of a row that the caller has just changed.
pub async fn of(tx: &mut Tx, row: InstallationRow) -> Result<Installed, Refusal> {
    let version = plugins::version(tx, row.version_id).await?;
    let version = version.ok_or_else(|| Refusal::not_found("plugin version", row.version_id))?;
    let manifest = manifests::of(&version)?;
    let set = store::secrets(tx, row.id).await?;
    let wanted = manifest.wants.secrets.iter().map(|want| want.name.clone());
    let secrets: Vec<_> =
        wanted.map(|name| (name.clone(), set.iter().any(|secret| secret.name == name))).collect();
    let mut pending = None;
    if let Some(waiting) = row.pending_version_id {
        let waiting = installations::version(tx, waiting).await?;
        let more = more(&manifest, &manifests::of(&waiting)?, &row.settings.0);
        pending = Some((waiting.version, more));
    }
    let previous = match row.previous_version_id {
        Some(previous) => Some(installations::version(tx, previous).await?.version),
        None => None,
    };
    let hosts = hosts::readiness(tx, row.version_id).await?;
    let settings = EffectiveSettings::of(&manifest, &row.settings.0);
    let requested = requests(&manifest, &settings, &row.grants.0);
    let warnings = warnings(&row.name, &requested, &secrets);
    Ok(Installed { requested, warnings, row, secrets, hosts, manifest, pending, previous })
}
