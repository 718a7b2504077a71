//! Settings of installations, held to their plugin's schema before the transaction that puts them to use, and records looked
//! at of kinds that the plugin declares: either may take a while, and every other writer would wait for it.

use super::kinds::{self, LookedForPlugin};
use super::{row_of, version};
use crate::domain::actor::Permission;
use crate::domain::ids::{InstallationId, PluginVersionId};
use crate::ops::app::App;
use crate::ops::manifests;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::plugins::package::manifest::{Manifest, schema};
use crate::store::installations::{InstallationRow, Settings};
use crate::store::plugins::Version;

/// Settings that obey the schema of a plugin's version.
#[derive(Debug, Clone)]
pub struct CheckedSettings {
    version: PluginVersionId,
    settings: Settings,
    kinds: LookedForPlugin,
}

impl CheckedSettings {
    /// Holds settings to a version's schema.
    pub(super) async fn of(version: &Version, settings: Settings) -> Result<Self, Refusal> {
        let (manifest, id) = (manifests::of(version)?, version.id);
        // On a thread of its own, where a schema that is slow holds nobody up and one that panics breaks nothing.
        let checked = tokio::task::spawn_blocking(move || {
            check(&manifest, &settings)?;
            Ok(Self { version: id, settings, kinds: LookedForPlugin::default() })
        });
        checked.await.unwrap_or_else(|_| {
            let (plugin, number) = (&version.plugin, &version.version);
            let detail = format!("the settings' schema of {plugin} {number} can't be used on these settings");
            Err(Refusal::Conflict(detail))
        })
    }

    /// Holds settings that an installation is to get to the schema of the version that it uses.
    pub async fn for_installation(
        app: &App,
        ctx: &RequestContext,
        id: InstallationId,
        settings: Settings,
    ) -> Result<Self, Refusal> {
        ctx.require(Permission::PluginsWrite)?;
        let mut tx = app.db.read().await?;
        let row = row_of(&mut tx, id).await?;
        let version = version(&mut tx, row.version_id).await?;
        drop(tx);
        Self::of(&version, settings).await
    }

    /// Holds the settings that an installation has to the schema of the version that waits for a grant, if one does.
    pub async fn for_waiting(
        app: &App,
        ctx: &RequestContext,
        id: InstallationId,
    ) -> Result<Option<Self>, Refusal> {
        ctx.require(Permission::PluginsWrite)?;
        let mut tx = app.db.read().await?;
        let row = row_of(&mut tx, id).await?;
        let Some(waiting) = row.pending_version_id else { return Ok(None) };
        let waiting = version(&mut tx, waiting).await?;
        drop(tx);
        // One that no longer fits is refused when it would be switched to.
        let Some(checked) = Self::of(&waiting, row.settings.0.clone()).await.ok() else { return Ok(None) };
        checked.with_kinds(app, ctx, &waiting, Some(&row)).await.map(Some)
    }

    /// Holds the settings that an installation has to the schema of the version before, if there is one to go back to.
    pub async fn for_previous(
        app: &App,
        ctx: &RequestContext,
        id: InstallationId,
    ) -> Result<Option<Self>, Refusal> {
        ctx.require(Permission::PluginsWrite)?;
        let mut tx = app.db.read().await?;
        let row = row_of(&mut tx, id).await?;
        let Some(previous) = row.previous_version_id.filter(|_| row.pending_version_id.is_none()) else {
            return Ok(None);
        };
        let previous = version(&mut tx, previous).await?;
        drop(tx);
        let checked = Self::of(&previous, row.settings.0.clone()).await?;
        checked.with_kinds(app, ctx, &previous, Some(&row)).await.map(Some)
    }

    /// The same, with the records looked at of the kinds that a version declares which takes the place of the one that an
    /// installation uses.
    pub(super) async fn with_kinds(
        self,
        app: &App,
        ctx: &RequestContext,
        target: &Version,
        row: Option<&InstallationRow>,
    ) -> Result<Self, Refusal> {
        let left = match row {
            Some(row) => Some(manifests::of(&version(&mut app.db.read().await?, row.version_id).await?)?),
            None => None,
        };
        let kinds = kinds::look(app, ctx, &manifests::of(target)?, left.as_ref()).await?;
        Ok(Self { kinds, ..self })
    }

    /// That the records of the kinds that the version declares were looked at.
    pub(super) fn kinds(&self) -> &LookedForPlugin {
        &self.kinds
    }

    /// The settings.
    pub(super) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Refuses unless these are the settings, and that is the version, that were checked: something else was changed in
    /// between.
    pub(super) fn cover(&self, version: PluginVersionId, settings: &Settings) -> Result<(), Refusal> {
        if self.version == version && self.settings == *settings {
            return Ok(());
        }
        let detail =
            "the plugin's version or settings were changed just now by somebody else; look, and ask again";
        Err(Refusal::Conflict(detail.to_owned()))
    }
}

fn check(manifest: &Manifest, settings: &Settings) -> Result<(), Refusal> {
    let Some(schema) = &manifest.settings else {
        let none = settings.is_empty();
        let detail = format!("the plugin {} has no settings", manifest.id);
        return if none { Ok(()) } else { Err(Refusal::invalid("/settings", detail)) };
    };
    let settings = serde_json::Value::Object(settings.clone());
    let faults = schema::violations(schema, &settings).map_err(|fault| {
        Refusal::Conflict(format!("the settings' schema of {} is broken: {}", manifest.id, fault.detail))
    })?;
    let faults: Vec<InvalidField> = faults
        .into_iter()
        .map(|fault| InvalidField { pointer: format!("/settings{}", fault.pointer), detail: fault.detail })
        .collect();
    if faults.is_empty() { Ok(()) } else { Err(Refusal::Invalid(faults)) }
}
