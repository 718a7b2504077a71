//! `hospes plugin list`: the plugins in use.

use std::io::Write as _;

use serde_json::Value;

use super::remote::Server;
use super::terminal;

/// Lists the installations of a running server.
#[derive(Debug, clap::Args)]
pub struct PluginList {
    /// Prints JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

impl PluginList {
    /// Lists them, the oldest first, a line each.
    pub async fn run(self) -> anyhow::Result<()> {
        let list = self.server.get("/v1/installations").await?;
        let mut out = terminal::out();
        if self.json {
            return Ok(writeln!(out, "{}", list["items"])?);
        }
        for installation in list["items"].as_array().map(Vec::as_slice).unwrap_or_default() {
            writeln!(out, "{}", line(installation))?;
        }
        Ok(())
    }
}

fn line(installation: &Value) -> String {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let state = if installation["enabled"] == true { "enabled" } else { "disabled" };
    let (name, plugin) = (text(&installation["name"]), text(&installation["plugin"]));
    let mut line = format!("{name}: {plugin} {}, {state}", text(&installation["version_in_use"]));
    if let Some(waiting) = installation["pending"]["version"].as_str() {
        line.push_str(&format!(", {waiting} waits for a grant"));
    }
    if let Some(until) = installation["broken_until"].as_str() {
        line.push_str(&format!(", left alone until {until}"));
    }
    line
}
