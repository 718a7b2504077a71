//! `hospes plugin logs`: what an installation logged.

use std::io::Write as _;

use serde_json::Value;

use super::remote::Server;
use super::terminal;

/// Prints what an installation logged, the oldest of the lines first.
#[derive(Debug, clap::Args)]
pub struct PluginLogs {
    /// The installation
    name: String,
    /// How many lines, the latest ones
    #[arg(long, value_name = "NUMBER", default_value_t = 100, value_parser = clap::value_parser!(u16).range(1..=500))]
    lines: u16,
    /// Prints each line as JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    server: Server,
}

impl PluginLogs {
    /// Prints them.
    pub async fn run(self) -> anyhow::Result<()> {
        let installation = self.server.installation(&self.name).await?;
        let id = installation["id"].as_str().unwrap_or_default();
        let list = self.server.get(&format!("/v1/installations/{id}/logs?limit={}", self.lines)).await?;
        let mut out = terminal::out();
        for line in list["items"].as_array().map(Vec::as_slice).unwrap_or_default().iter().rev() {
            if self.json {
                writeln!(out, "{line}")?;
                continue;
            }
            writeln!(out, "{}", terminal::one_line(&self::line(line)))?;
        }
        Ok(())
    }
}

/// A line of the log as one line of text.
pub(super) fn line(line: &Value) -> String {
    let [at, level, text] = ["at", "level", "text"].map(|name| line[name].as_str().unwrap_or_default());
    let attributes = line["attributes"].as_object().filter(|attributes| !attributes.is_empty());
    let attributes = attributes.map(|_| format!(" {}", line["attributes"])).unwrap_or_default();
    format!("{at} {level} {text}{attributes}")
}
