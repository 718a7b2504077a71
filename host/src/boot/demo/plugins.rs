//! Puts the demo's plugins to use, as an operator would who agrees to all that they ask for.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;

use super::{StandIns, bot_api, dealer};
use crate::domain::ids::InstallationId;
use crate::ops::installations::settings::CheckedSettings;
use crate::ops::installations::{self, Granting, NewUse};
use crate::ops::{App, RequestContext};
use crate::store::installations::InstallationRow;

/// Left to the operator: it judges messages in the place of the host's own rules, which the sample company and the tour
/// show.
const LEFT: &str = "triage-zh";

/// Installs every plugin of the folder that isn't in use yet, and points the Telegram channel and the dealer at their
/// stand-ins. Returns all installations.
pub async fn install(
    app: &App,
    ctx: &RequestContext,
    folder: Option<&Path>,
    stand_ins: &StandIns,
) -> anyhow::Result<Vec<InstallationRow>> {
    for path in folder.map(artifacts).transpose()?.unwrap_or_default() {
        put_to_use(app, ctx, &path, stand_ins)
            .await
            .with_context(|| format!("the plugin {}", path.display()))?;
    }
    let installed = installations::list(&mut app.db.read().await?, ctx).await?;
    for installation in &installed {
        follow(app, ctx, installation, place(&installation.name, stand_ins)).await?;
    }
    Ok(installed)
}

/// The setting that points a plugin at its stand-in, if it has one.
fn place(id: &str, stand_ins: &StandIns) -> Option<(&'static str, String)> {
    let (setting, address) = match id {
        "telegram" => ("api-url", stand_ins.bot_api.address()),
        "dealer" => ("base-url", stand_ins.dealer.address()),
        _ => return None,
    };
    Some((setting, format!("http://{address}")))
}

/// The header that lets the sample's Telegram in: derived from the host's key, so that it is the same at each start
/// and another on each host.
pub fn webhook_secret(app: &App) -> String {
    app.keyring.derive("the demo's webhook").iter().take(16).map(|byte| format!("{byte:02x}")).collect()
}

fn artifacts(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let context = || format!("the folder of plugins {} can't be read", folder.display());
    let entries = std::fs::read_dir(folder).with_context(context)?;
    let paths = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>();
    let is_left = |path: &Path| path.file_stem().is_some_and(|name| name == LEFT);
    let is_plugin =
        |path: &PathBuf| path.extension().is_some_and(|extension| extension == "wasm") && !is_left(path);
    let mut found: Vec<_> = paths.with_context(context)?.into_iter().filter(is_plugin).collect();
    // Of several surveys the one asks that was installed first, and the sample conversations are about this one.
    found.sort_by_key(|path| (path.file_stem().is_none_or(|name| name != "csat"), path.clone()));
    Ok(found)
}

async fn put_to_use(
    app: &App,
    ctx: &RequestContext,
    path: &Path,
    stand_ins: &StandIns,
) -> anyhow::Result<()> {
    let bytes = tokio::fs::read(path).await?;
    let package = app.plugins.check(&bytes).await?;
    let id = package.manifest.id.clone();
    let known = installations::list(&mut app.db.read().await?, ctx).await?;
    if known.iter().any(|installation| installation.name == id) {
        return Ok(());
    }
    let input = (package, bytes);
    app.commit(ctx, input, |tx, ctx, input| Box::pin(installations::upload(tx, ctx, input))).await?;
    let own = ("address", "service@example.com".to_owned());
    let setting = place(&id, stand_ins).or_else(|| (id == "e-mail").then_some(own));
    let settings = setting.into_iter().map(|(name, value)| (name.to_owned(), json!(value))).collect();
    let new = NewUse { plugin: id.clone(), version: None, name: id.clone(), settings };
    let checked = installations::check_new(app, ctx, &new).await?;
    let input = (new, checked);
    let made = app
        .commit(ctx, input, |tx, ctx, (new, checked)| Box::pin(installations::install(tx, ctx, new, checked)))
        .await?;
    let opens = webhook_secret(app);
    let secrets: &[(&str, &str)] = match id.as_str() {
        "telegram" => &[("bot-token", bot_api::TOKEN), ("webhook-secret", &opens)],
        "e-mail" => &[("ingress-secret", &opens)],
        "dealer" => &[("token", dealer::TOKEN), ("signing-key", &opens)],
        _ => &[],
    };
    for (name, text) in secrets {
        set_secret(app, ctx, made.id, name, text).await?;
    }
    grant_requested(app, ctx, made.id).await?;
    app.commit(ctx, (made.id, true), |tx, ctx, input| Box::pin(installations::switch(tx, ctx, input)))
        .await?;
    tracing::info!(plugin = id, "put a plugin to use, with all that it asks for");
    Ok(())
}

async fn set_secret(
    app: &App,
    ctx: &RequestContext,
    id: InstallationId,
    name: &str,
    text: &str,
) -> anyhow::Result<()> {
    let sealed = installations::seal(app, id, name, text)?;
    let input = (id, sealed);
    app.commit(ctx, input, |tx, ctx, input| Box::pin(installations::set_secret(tx, ctx, input))).await?;
    Ok(())
}

async fn grant_requested(app: &App, ctx: &RequestContext, id: InstallationId) -> anyhow::Result<()> {
    let input = (id, Granting::Requested, None);
    app.commit(ctx, input, |tx, ctx, input| Box::pin(installations::grant(tx, ctx, input))).await?;
    Ok(())
}

/// Points a plugin at where its stand-in is this time. One that was pointed elsewhere, at the real Bot API for example,
/// stays as it is.
async fn follow(
    app: &App,
    ctx: &RequestContext,
    installation: &InstallationRow,
    place: Option<(&'static str, String)>,
) -> anyhow::Result<()> {
    let Some((setting, wanted)) = place else { return Ok(()) };
    let mut settings = installation.settings.0.clone();
    let now = settings.get(setting).and_then(|url| url.as_str()).unwrap_or_default();
    if !now.starts_with("http://127.0.0.1:") || now == wanted {
        return Ok(());
    }
    settings.insert(setting.to_owned(), json!(wanted));
    let checked = CheckedSettings::for_installation(app, ctx, installation.id, settings).await?;
    let input = (installation.id, checked);
    app.commit(ctx, input, |tx, ctx, input| Box::pin(installations::configure(tx, ctx, input))).await?;
    grant_requested(app, ctx, installation.id).await
}
