//! A plugin in use gets another version, goes back to the one before, or goes out of use; calls go on meanwhile.
//!
//! A version is compiled by every living host before it is switched to, and the switch is one row: the next call takes
//! the new version, and those under way end with the old one.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::requests::{covered, given, resolve};
use super::settings::CheckedSettings;
use super::{Granting, kinds, requested, row_of, schedule, version};
use crate::domain::actor::Permission;
use crate::domain::event::Subject;
use crate::domain::ids::InstallationId;
use crate::ops::accounts::authority::{self, Target};
use crate::ops::app::App;
use crate::ops::manifests;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::package::manifest::{Manifest, RequestedGrant, Texts};
use crate::plugins::{EffectiveSettings, Grant};
use crate::store::db::Tx;
use crate::store::hosts;
use crate::store::installations::{self, InstallationRow, Settings};
use crate::store::plugins::{self, Version};

/// How long the other hosts are waited for while they compile a version.
const PATIENCE: Duration = Duration::from_secs(10);
/// How often they are looked at meanwhile.
const LOOK: Duration = Duration::from_millis(100);

/// A request for another version.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Upgrade {
    /// The installation.
    pub id: InstallationId,
    /// The version; the one that was uploaded last when not said.
    pub version: Option<String>,
    /// Its settings from then on; as they are when not said.
    pub settings: Option<Settings>,
    /// What it is granted from then on. When not said, a version that asks for more waits for its grant.
    pub grants: Option<Granting>,
}

/// One thing that a version asks for and the one in use doesn't, or not as much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct More {
    /// What to grant; none when a setting has to be set first, or when nothing needs to be granted for it.
    pub grant: Option<Grant>,
    /// What it means, in plain English.
    pub words: String,
    /// What the version in use asks for in its place.
    pub before: Option<String>,
    /// Why the plugin wants it.
    pub reason: Texts,
}

/// Compiles the version of the request on this host and waits for the other living ones; holds the settings to its schema.
/// What can't be compiled is refused, and nothing is changed.
pub async fn prepare(app: &App, ctx: &RequestContext, upgrade: &Upgrade) -> Result<CheckedSettings, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let mut tx = app.db.read().await?;
    let row = row_of(&mut tx, upgrade.id).await?;
    authority::require_over_installation(ctx, &row)?;
    let target = target(&mut tx, &row, upgrade).await?;
    let prepared = app.plugins.prepare(&mut tx, &row.name, &target).await;
    drop(tx);
    prepared.map_err(|error| match error {
        crate::plugins::LoadError::Store(error) => error.into(),
        unfit => Refusal::invalid("/version", unfit.to_string()),
    })?;
    let settings = upgrade.settings.clone().unwrap_or_else(|| row.settings.0.clone());
    let checked = CheckedSettings::of(&target, settings).await?;
    let checked = checked.with_kinds(app, ctx, &target, Some(&row)).await?;
    let here = (app.presence.id(), target.id);
    app.db.write(here, |tx, (host, version)| Box::pin(hosts::note(tx, *host, *version, None))).await?;
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let ready = ready_everywhere(&mut app.db.read().await?, &target).await;
        match ready {
            Err(Refusal::Unavailable { .. }) if tokio::time::Instant::now() < deadline => {
                tokio::time::sleep(LOOK).await;
            }
            ready => return ready.map(|()| checked),
        }
    }
}

/// Refuses a version that a living host can't call yet, or never can: the next call may be any host's.
async fn ready_everywhere(tx: &mut Tx, target: &Version) -> Result<(), Refusal> {
    let hosts = hosts::readiness(tx, target.id).await?;
    let name = format!("{} {}", target.plugin, target.version);
    for host in hosts.iter().filter(|host| !host.ready) {
        if let Some(error) = &host.error {
            let detail = format!("the host at {} can't use {name}: {error}", host.address);
            return Err(Refusal::Conflict(detail));
        }
    }
    let late: Vec<&str> = hosts.iter().filter(|host| !host.ready).map(|host| host.address.as_str()).collect();
    if late.is_empty() {
        return Ok(());
    }
    let reason = format!(
        "{name} is still being compiled by the host at {}; nothing has changed, ask again in a moment",
        late.join(", ")
    );
    Err(Refusal::Unavailable { reason, retry_after_ms: 2_000 })
}

async fn target(tx: &mut Tx, row: &InstallationRow, upgrade: &Upgrade) -> Result<Version, Refusal> {
    let plugin = version(tx, row.version_id).await?.plugin;
    let versions = plugins::versions(tx, &plugin).await?;
    let wanted =
        |version: &&Version| upgrade.version.as_ref().is_none_or(|wanted| *wanted == version.version);
    versions.iter().find(wanted).cloned().ok_or_else(|| {
        let there: Vec<&str> = versions.iter().map(|version| version.version.as_str()).collect();
        let wanted = upgrade.version.as_deref().unwrap_or_default();
        let detail = format!("the plugin {plugin} has no version {wanted:?} here, but: {}", there.join(", "));
        Refusal::invalid("/version", detail)
    })
}

/// Switches to another version, or lets it wait when it asks for more than the one in use.
pub async fn upgrade(
    tx: &mut Tx,
    ctx: &RequestContext,
    upgrade: &Upgrade,
    checked: &CheckedSettings,
) -> Result<InstallationRow, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let row = lock(tx, upgrade.id).await?;
    authority::require_over_installation(ctx, &row)?;
    let target = target(tx, &row, upgrade).await?;
    if target.id == row.version_id {
        let detail = format!("{} {} is in use already", target.plugin, target.version);
        return Err(Refusal::Conflict(detail));
    }
    let settings = upgrade.settings.as_ref().unwrap_or(&row.settings.0);
    let (old, new) = (manifests::of(&version(tx, row.version_id).await?)?, manifests::of(&target)?);
    checked.cover(target.id, settings)?;
    let more = more(&old, &new, settings);
    let grants = match &upgrade.grants {
        Some(granting) => Some(given(&new, &requested(&new, settings), &row.grants.0, granting)?),
        None if more.is_empty() => None,
        None if upgrade.settings.is_some() => {
            let detail = "this version asks for more; with new settings, say what it is granted too";
            return Err(Refusal::invalid("/grants", detail));
        }
        None => {
            installations::set_pending(tx, row.id, Some(target.id)).await?;
            let words: Vec<&String> = more.iter().map(|more| &more.words).collect();
            let data = json!({"name": row.name, "version": target.version, "asks_for": words});
            ctx.record(tx, "plugin.upgrade-waits", Subject::of("installation", row.id), data).await?;
            return row_of(tx, row.id).await;
        }
    };
    if let Some(settings) = &upgrade.settings {
        installations::set_settings(tx, row.id, settings).await?;
    }
    if let Some(grants) = &grants {
        authority::require_over(ctx, Permission::PluginsWrite, Target::Installation(grants))?;
        installations::set_grants(tx, row.id, grants).await?;
    }
    switch(tx, ctx, &row, (&target, checked), "plugin.upgraded").await
}

/// Switches to the version that waits, if the installation now has what it waits for.
pub(super) async fn after_grant(
    tx: &mut Tx,
    ctx: &RequestContext,
    row: InstallationRow,
    given: &[String],
    checked: Option<&CheckedSettings>,
) -> Result<InstallationRow, Refusal> {
    let Some(waiting) = row.pending_version_id else { return Ok(row) };
    let target = version(tx, waiting).await?;
    let (old, new) = (manifests::of(&version(tx, row.version_id).await?)?, manifests::of(&target)?);
    let settings = &row.settings.0;
    let lacks = |more: &More| more.grant.as_ref().is_some_and(|grant| !covered(given, grant));
    if more(&old, &new, settings).iter().any(lacks) {
        return Ok(row);
    }
    // The settings may have been changed while it waited.
    let checked = checked.ok_or_else(|| {
        let detail =
            format!("the settings don't fit {} {}; upgrade with others", target.plugin, target.version);
        Refusal::Conflict(detail)
    })?;
    checked.cover(target.id, settings)?;
    switch(tx, ctx, &row, (&target, checked), "plugin.upgraded").await
}

/// Goes back to the version before; or drops the one that waits. `checked` is for the version before, if there is one.
pub async fn roll_back(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: InstallationId,
    checked: Option<&CheckedSettings>,
) -> Result<InstallationRow, Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let row = lock(tx, id).await?;
    authority::require_over_installation(ctx, &row)?;
    if let Some(waiting) = row.pending_version_id {
        let waiting = version(tx, waiting).await?;
        installations::set_pending(tx, id, None).await?;
        let data = json!({"name": row.name, "version": waiting.version});
        ctx.record(tx, "plugin.upgrade-dropped", Subject::of("installation", id), data).await?;
        return row_of(tx, id).await;
    }
    let Some(previous) = row.previous_version_id else {
        let detail = format!("{} has had no other version that it could go back to", row.name);
        return Err(Refusal::Conflict(detail));
    };
    let target = version(tx, previous).await?;
    let changed = "the installation was changed just now by somebody else; look, and ask again";
    let checked = checked.ok_or_else(|| Refusal::Conflict(changed.to_owned()))?;
    checked.cover(target.id, &row.settings.0)?;
    let row = InstallationRow { previous_version_id: None, ..row };
    switch(tx, ctx, &row, (&target, checked), "plugin.rolled-back").await
}

async fn switch(
    tx: &mut Tx,
    ctx: &RequestContext,
    row: &InstallationRow,
    (target, checked): (&Version, &CheckedSettings),
    kind: &'static str,
) -> Result<InstallationRow, Refusal> {
    let before = version(tx, row.version_id).await?;
    kinds::settle(tx, ctx, &manifests::of(target)?, Some(&manifests::of(&before)?), checked.kinds()).await?;
    let forward = kind == "plugin.upgraded";
    // Going back waits for nobody: a host that hasn't got the version before compiles it at the next call.
    if forward {
        ready_everywhere(tx, target).await?;
    }
    // Going back leaves nothing to go back to: the version that was left is chosen by an upgrade, like any other.
    let previous = forward.then_some(row.version_id);
    installations::set_version(tx, row.id, target.id, previous).await?;
    if row.enabled {
        let (left, taken) = (manifests::of(&before)?, manifests::of(target)?);
        schedule::settle(tx, ctx, row.id, (Some(&left), Some(&taken))).await?;
    }
    let versions = json!({"old": before.version, "new": target.version});
    let data = json!({"name": row.name, "plugin": target.plugin, "version": versions});
    ctx.record(tx, kind, Subject::of("installation", row.id), data).await?;
    row_of(tx, row.id).await
}

/// Takes an installation out of use for good: its settings, secrets, grants, store and log are gone. The plugin stays,
/// for others that use it.
pub async fn remove(tx: &mut Tx, ctx: &RequestContext, id: InstallationId) -> Result<(), Refusal> {
    ctx.require(Permission::PluginsWrite)?;
    let row = lock(tx, id).await?;
    authority::require_over_installation(ctx, &row)?;
    let plugin = version(tx, row.version_id).await?;
    schedule::settle(tx, ctx, id, (Some(&manifests::of(&plugin)?), None)).await?;
    // No name that an operator can give has this sign in it.
    installations::remove(tx, id, &format!("{}@{id}", row.name)).await?;
    kinds::let_go(tx, ctx, &plugin.plugin).await?;
    let data = json!({"name": row.name, "plugin": plugin.plugin, "version": plugin.version});
    ctx.record(tx, "plugin.removed", Subject::of("installation", id), data).await.map(|_| ())
}

async fn lock(tx: &mut Tx, id: InstallationId) -> Result<InstallationRow, Refusal> {
    installations::lock(tx, id).await?.ok_or_else(|| Refusal::not_found("installation", id))
}

/// What the new version asks for that the old one doesn't, or says otherwise.
pub(super) fn more(old: &Manifest, new: &Manifest, settings: &Settings) -> Vec<More> {
    let known = old.requested_grants();
    let (old_settings, new_settings) =
        (EffectiveSettings::of(old, settings), EffectiveSettings::of(new, settings));
    let mut more: Vec<More> = Vec::new();
    for RequestedGrant { grant: requested, words, reason } in new.requested_grants() {
        let same: Vec<&RequestedGrant> = known.iter().filter(|known| known.grant == requested).collect();
        let grant = resolve(&requested, &new_settings);
        // A setting's default may be another address than before.
        let moved = grant != resolve(&requested, &old_settings);
        if !moved && same.iter().any(|known| known.words == words) {
            continue;
        }
        let before = same.first().map(|known| known.words.en.clone());
        let address = grant.as_ref().filter(|_| moved && before.is_some());
        let address = address.map(|grant| format!(", now {grant}")).unwrap_or_default();
        more.push(More { grant, words: format!("{}{address}", words.en), before, reason });
    }
    if let Some(limits) = &new.limits {
        let numbers = |limits: &crate::plugins::package::manifest::ManifestLimits| {
            [limits.memory_mib, limits.cpu_ms, limits.wall_ms].map(Option::unwrap_or_default)
        };
        let before = old.limits.as_ref().map(numbers);
        let now = numbers(limits);
        if before.unwrap_or_default().iter().zip(now).any(|(before, now)| now > *before) {
            let words = |[memory, cpu, wall]: [u32; 3]| {
                format!(
                    "use up to {memory} MiB, {cpu} ms of processor time and {wall} ms in a call (0: as others)"
                )
            };
            more.push(More {
                grant: Some(Grant::Limits),
                words: words(now),
                before: before.map(words),
                reason: limits.reason.clone(),
            });
        }
    }
    for event in new.events.iter().filter(|event| !old.events.contains(event)) {
        let words = format!("be told of every {event}, with what changed");
        more.push(More { grant: None, words, before: None, reason: new.summary.clone() });
    }
    more
}
