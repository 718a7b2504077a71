//! `hospes plugin enable`, `disable`, `rollback`, `remove`: one step each.

use std::io::Write as _;

use reqwest::Method;
use serde_json::json;

use super::installation_report;
use super::remote::Server;
use super::terminal;

/// Names an installation.
#[derive(Debug, clap::Args)]
pub struct PluginNamed {
    /// The installation
    name: String,
    #[command(flatten)]
    server: Server,
}

impl PluginNamed {
    /// Takes the step, `enable`, `disable` or `rollback`, and tells how the installation stands.
    pub async fn step(self, step: &str) -> anyhow::Result<()> {
        let path = format!("{}/{step}", self.path().await?);
        let installation = self.server.send(Method::POST, &path, &json!({})).await?;
        match step {
            "enable" => installation_report::print_with_warnings(&installation),
            _ => installation_report::print(&installation),
        }
    }

    /// Takes it out of use for good.
    pub async fn remove(self) -> anyhow::Result<()> {
        self.server.delete(&self.path().await?).await?;
        writeln!(terminal::out(), "{} is removed", self.name)?;
        Ok(())
    }

    async fn path(&self) -> anyhow::Result<String> {
        let installation = self.server.installation(&self.name).await?;
        Ok(format!("/v1/installations/{}", installation["id"].as_str().unwrap_or_default()))
    }
}
