//! `hospes plugin upgrade`: another version of a plugin in use.

use std::path::PathBuf;

use anyhow::Context as _;
use reqwest::Method;
use serde_json::{Value, json};

use super::installation_report;
use super::remote::Server;

/// Switches an installation to another version of its plugin, without a pause.
///
/// A version that asks for more than the one in use waits until that is granted; the answer says what it is.
#[derive(Debug, clap::Args)]
pub struct PluginUpgrade {
    /// The installation
    name: String,
    /// A plugin's file, which is uploaded first
    #[arg(long, value_name = "FILE", conflicts_with = "version")]
    file: Option<PathBuf>,
    /// The version [default: the one that was uploaded last]
    #[arg(long, value_name = "VERSION")]
    version: Option<String>,
    #[command(flatten)]
    server: Server,
}

impl PluginUpgrade {
    /// Upgrades, and tells how the installation stands.
    pub async fn run(self) -> anyhow::Result<()> {
        let installation = self.server.installation(&self.name).await?;
        let mut version = self.version.map(Value::from).unwrap_or_default();
        if let Some(file) = &self.file {
            let bytes = std::fs::read(file).with_context(|| format!("{} can't be read", file.display()))?;
            version = self.server.upload("/v1/plugins", bytes).await?["version"].clone();
        }
        let path = format!("/v1/installations/{}/upgrade", installation["id"].as_str().unwrap_or_default());
        installation_report::print(
            &self.server.send(Method::POST, &path, &json!({"version": version})).await?,
        )
    }
}
