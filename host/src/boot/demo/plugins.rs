//! Puts the demo's plugins to use, as an operator would who agrees to all that they ask for.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Map, json};

use super::bot_api::{BotApi, TOKEN};
use crate::domain::ids::InstallationId;
use crate::ops::installations::{self, Granting, NewUse};
use crate::ops::{App, Call};
use crate::store::installations::{Installation, Settings};

/// Installs every plugin of the folder that isn't in use yet, and points the Telegram channel at the stand-in.
/// Returns the names of all installations.
pub async fn install(
    app: &App,
    call: &Call,
    folder: Option<&Path>,
    bot_api: &BotApi,
) -> anyhow::Result<Vec<String>> {
    for path in folder.map(artifacts).transpose()?.unwrap_or_default() {
        put_to_use(app, call, &path, bot_api)
            .await
            .with_context(|| format!("the plugin {}", path.display()))?;
    }
    let installed = installations::list(&mut app.db.read().await?, call).await?;
    if let Some(telegram) = installed.iter().find(|installation| installation.name == "telegram") {
        follow(app, call, telegram, bot_api.address()).await?;
    }
    Ok(installed.into_iter().map(|installation| installation.name).collect())
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
    let is_plugin = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "wasm");
    let mut found: Vec<_> = paths.with_context(context)?.into_iter().filter(is_plugin).collect();
    found.sort();
    Ok(found)
}

async fn put_to_use(app: &App, call: &Call, path: &Path, bot_api: &BotApi) -> anyhow::Result<()> {
    let bytes = tokio::fs::read(path).await?;
    let package = app.plugins.check(&bytes).await?;
    let id = package.manifest.id.clone();
    let known = installations::list(&mut app.db.read().await?, call).await?;
    if known.iter().any(|installation| installation.name == id) {
        return Ok(());
    }
    let input = (package, bytes);
    app.commit(call, input, |tx, call, input| Box::pin(installations::upload(tx, call, input))).await?;
    let settings = match id.as_str() {
        "telegram" => api_url(bot_api.address()),
        "e-mail" => Map::from_iter([("address".to_owned(), json!("service@example.com"))]),
        _ => Map::new(),
    };
    let new = NewUse { plugin: id.clone(), version: None, name: id.clone(), settings };
    let made = app.commit(call, new, |tx, call, new| Box::pin(installations::install(tx, call, new))).await?;
    if id == "telegram" {
        set_secret(app, call, made.id, "bot-token", TOKEN).await?;
        set_secret(app, call, made.id, "webhook-secret", &webhook_secret(app)).await?;
    }
    if id == "e-mail" {
        set_secret(app, call, made.id, "ingress-secret", &webhook_secret(app)).await?;
    }
    grant_requested(app, call, made.id).await?;
    app.commit(call, (made.id, true), |tx, call, input| Box::pin(installations::switch(tx, call, input)))
        .await?;
    tracing::info!(plugin = id, "put a plugin to use, with all that it asks for");
    Ok(())
}

fn api_url(address: SocketAddr) -> Settings {
    Map::from_iter([("api-url".to_owned(), json!(format!("http://{address}")))])
}

async fn set_secret(
    app: &App,
    call: &Call,
    id: InstallationId,
    name: &str,
    text: &str,
) -> anyhow::Result<()> {
    let sealed = installations::seal(app, id, name, text)?;
    let input = (id, sealed);
    app.commit(call, input, |tx, call, input| Box::pin(installations::set_secret(tx, call, input))).await?;
    Ok(())
}

async fn grant_requested(app: &App, call: &Call, id: InstallationId) -> anyhow::Result<()> {
    let input = (id, Granting::Requested);
    app.commit(call, input, |tx, call, input| Box::pin(installations::grant(tx, call, input))).await?;
    Ok(())
}

/// Points the channel at where the stand-in is this time. One that was pointed elsewhere, at the real Bot API for
/// example, stays as it is.
async fn follow(app: &App, call: &Call, telegram: &Installation, stand_in: SocketAddr) -> anyhow::Result<()> {
    let wanted = api_url(stand_in);
    let now = telegram.settings.0.get("api-url").and_then(|url| url.as_str()).unwrap_or_default();
    if !now.starts_with("http://127.0.0.1:") || telegram.settings.0.get("api-url") == wanted.get("api-url") {
        return Ok(());
    }
    let mut settings = telegram.settings.0.clone();
    settings.extend(wanted);
    let input = (telegram.id, settings);
    app.commit(call, input, |tx, call, input| Box::pin(installations::configure(tx, call, input))).await?;
    grant_requested(app, call, telegram.id).await
}
