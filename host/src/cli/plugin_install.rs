//! `hospes plugin install`: uploads a plugin to a running server and puts it to use.

use std::path::PathBuf;

use anyhow::Context;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::installation_report;
use super::plugin_configure::setting;
use super::remote::Server;

/// Uploads a plugin and installs it, disabled and with nothing granted.
///
/// Then: hospes plugin grant NAME --requested, hospes plugin configure NAME --enable
#[derive(Debug, clap::Args)]
pub struct PluginInstall {
    /// The plugin's file
    pub file: PathBuf,
    /// What it is called on the server; the plugin's own name when not said
    #[arg(long)]
    pub name: Option<String>,
    /// A setting; the value is JSON, or text when it is none: --set address=service@example.com
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = setting)]
    pub settings: Vec<(String, Value)>,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

impl PluginInstall {
    /// Uploads, installs, and tells what the plugin asks for.
    pub async fn run(self) -> anyhow::Result<()> {
        let bytes = std::fs::read(&self.file);
        let bytes = bytes.with_context(|| format!("{} can't be read", self.file.display()))?;
        let version = self.server.upload("/v1/plugins", bytes).await?;
        let plugin = version["plugin"].as_str().unwrap_or_default().to_owned();
        let name = self.name.unwrap_or_else(|| plugin.clone());
        let settings: Map<String, Value> = self.settings.into_iter().collect();
        let new =
            json!({"plugin": plugin, "version": version["version"], "name": name, "settings": settings});
        installation_report::print(&self.server.send(Method::POST, "/v1/installations", &new).await?)
    }
}
