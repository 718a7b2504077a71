//! `hospes plugin grant`: gives an installation what it asks for.

use anyhow::bail;
use reqwest::Method;
use serde_json::{Value, json};

use super::installation_report;
use super::remote::Server;

/// Grants an installation something that its plugin asks for, besides what it was granted before.
#[derive(Debug, clap::Args)]
pub struct PluginGrant {
    /// The installation
    pub name: String,
    /// What to grant, as denials name it: http:api.example.com, secrets:token:header, kv
    pub grants: Vec<String>,
    /// Grants all that the plugin asks for
    #[arg(long, conflicts_with = "grants")]
    pub requested: bool,
    /// The server.
    #[command(flatten)]
    pub server: Server,
}

impl PluginGrant {
    /// Grants, and prints what the installation has now; an error when something that was asked for couldn't be granted.
    pub async fn run(self) -> anyhow::Result<()> {
        if self.grants.is_empty() && !self.requested {
            bail!("name what to grant, or --requested for all that the plugin asks for");
        }
        let installation = self.server.installation(&self.name).await?;
        let path = format!("/v1/installations/{}/grants", installation["id"].as_str().unwrap_or_default());
        let request = if self.requested {
            json!({"requested": true})
        } else {
            let before = installation["grants"].as_array().cloned().unwrap_or_default();
            let added = self.grants.into_iter().map(Value::from).filter(|grant| !before.contains(grant));
            json!({"grants": before.iter().cloned().chain(added).collect::<Vec<_>>()})
        };
        let installation = self.server.send(Method::PUT, &path, &request).await?;
        installation_report::print(&installation)?;
        let left = installation_report::not_granted(&installation);
        if self.requested && !left.is_empty() {
            bail!("not everything was granted:\n  {}", left.join("\n  "));
        }
        Ok(())
    }
}
