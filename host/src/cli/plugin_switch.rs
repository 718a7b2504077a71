//! `hospes plugin enable`, `disable`, `rollback`, `remove`: one step each.

use std::io::Write as _;

use reqwest::Method;
use serde_json::json;

use super::installation_report;
use super::remote::Server;
use super::{ask, terminal};

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

    async fn path(&self) -> anyhow::Result<String> {
        let installation = self.server.installation(&self.name).await?;
        Ok(format!("/v1/installations/{}", installation["id"].as_str().unwrap_or_default()))
    }
}

/// Takes an installation out of use for good. It asks first.
#[derive(Debug, clap::Args)]
pub struct PluginRemove {
    #[command(flatten)]
    named: PluginNamed,
    /// Removes it without asking
    #[arg(long)]
    yes: bool,
}

impl PluginRemove {
    /// Removes it, once somebody has typed its name.
    pub async fn run(self) -> anyhow::Result<()> {
        let path = self.named.path().await?;
        let name = &self.named.name;
        if !self.yes {
            let what = format!("This removes {name} with its settings, secrets, grants, store and log.");
            ask::confirm(&what, name)?;
        }
        self.named.server.delete(&path).await?;
        writeln!(terminal::out(), "{name} is removed")?;
        Ok(())
    }
}
