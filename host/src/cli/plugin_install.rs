//! `hospes plugin install`: uploads a plugin to a running server and puts it to use.

use std::io::Write as _;

use anyhow::Context;
use reqwest::Method;
use serde_json::{Map, Value, json};

use super::installation_report;
use super::plugin_configure::setting;
use super::remote::Server;
use super::shipped::Places;
use super::terminal;

/// Uploads a plugin and installs it, disabled and with nothing granted.
///
/// Then: hospes plugin grant NAME --requested, hospes plugin configure NAME --enable
#[derive(Debug, clap::Args)]
pub struct PluginInstall {
    /// The plugin's file, or the name of one that came with the program: telegram, e-mail, web-form
    #[arg(value_name = "FILE|NAME")]
    pub plugin: String,
    /// Where plugins that came with the program are.
    #[command(flatten)]
    pub places: Places,
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
        let file = self.places.find(&self.plugin)?;
        let bytes = std::fs::read(&file).with_context(|| format!("{} can't be read", file.display()))?;
        let version = self.server.upload("/v1/plugins", bytes).await?;
        let plugin = version["plugin"].as_str().unwrap_or_default().to_owned();
        let name = self.name.unwrap_or_else(|| plugin.clone());
        let settings: Map<String, Value> = self.settings.into_iter().collect();
        let new =
            json!({"plugin": plugin, "version": version["version"], "name": name, "settings": settings});
        let installation = self.server.send(Method::POST, "/v1/installations", &new).await?;
        writeln!(terminal::out(), "{plugin} was installed from {}", file.display())?;
        installation_report::print(&installation)
    }
}
