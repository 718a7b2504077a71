//! `hospes plugin show`: the status and statistics of an installation.

use std::io::Write as _;

use serde_json::{Value, json};

use super::installation_report;
use super::remote::Server;
use super::terminal;

/// Shows an installation: its version, grants and secrets' names, and its calls of the last day.
#[derive(Debug, clap::Args)]
pub struct PluginShow {
    /// The installation
    name: String,
    /// Prints JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

impl PluginShow {
    /// Shows it.
    pub async fn run(self) -> anyhow::Result<()> {
        let installation = self.server.installation(&self.name).await?;
        let id = installation["id"].as_str().unwrap_or_default();
        let stats = self.server.get(&format!("/v1/installations/{id}/stats")).await?;
        let mut out = terminal::out();
        if self.json {
            return Ok(writeln!(out, "{}", json!({"installation": installation, "stats": stats}))?);
        }
        installation_report::print_with_warnings(&installation)?;
        for calls in stats["calls"].as_array().map(Vec::as_slice).unwrap_or_default() {
            let text = |name: &str| calls[name].as_str().unwrap_or_default().to_owned();
            let number = |name: &str| calls[name].as_i64().unwrap_or_default();
            writeln!(
                out,
                "  {} {}: {} calls, {} refused, {} failed, {} us on average, {} us the longest",
                text("version"),
                text("interface"),
                number("calls"),
                number("refused"),
                number("failed"),
                number("mean_us"),
                number("longest_us"),
            )?;
        }
        if let Some(error) = installation["last_error"].as_str() {
            writeln!(out, "  failed last: {error}")?;
        }
        Ok(())
    }
}

/// What a version asks for that waits, for [`tell`].
pub(super) fn waits(installation: &Value) -> Vec<String> {
    let Some(version) = installation["pending"]["version"].as_str() else { return Vec::new() };
    let name = installation["name"].as_str().unwrap_or_default();
    let mut lines = vec![format!("  {version} waits for a grant; it asks besides to")];
    for more in installation["pending"]["more"].as_array().map(Vec::as_slice).unwrap_or_default() {
        let text = |name: &str| more[name].as_str().unwrap_or_default();
        let before = more["before"].as_str().map(|before| format!(" (so far: {before})")).unwrap_or_default();
        lines.push(format!(
            "    {}{before} — {}",
            text("words"),
            more["reason"]["en"].as_str().unwrap_or_default()
        ));
    }
    lines.push(format!("  grant it with: hospes plugin grant {name} --requested"));
    lines.push(format!("  or drop it with: hospes plugin rollback {name}"));
    lines
}
