//! `hospes plugin available`: the plugins that came with the program.

use std::io::Write as _;

use anyhow::bail;
use serde_json::{Value, json};

use super::shipped::Places;
use super::terminal;

/// Lists the plugins that came with the program; hospes plugin install NAME puts one to use.
#[derive(Debug, clap::Args)]
pub struct PluginAvailable {
    /// Prints JSON
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    places: Places,
}

impl PluginAvailable {
    /// Lists them.
    pub fn run(self) -> anyhow::Result<()> {
        let mut out = terminal::out();
        let found = self.places.all()?;
        if self.json {
            let list: Vec<Value> = found
                .iter()
                .map(|(path, package)| {
                    let manifest = &package.manifest;
                    json!({
                        "name": manifest.id, "version": manifest.version, "summary": manifest.summary.en, "file": path,
                    })
                })
                .collect();
            return Ok(writeln!(out, "{}", serde_json::to_string_pretty(&list)?)?);
        }
        if found.is_empty() {
            let folders: Vec<String> =
                self.places.folders().iter().map(|folder| folder.display().to_string()).collect();
            bail!("no plugins are in {}; name their folder by --plugins DIR", folders.join(", "));
        }
        for (path, package) in found {
            let manifest = package.manifest;
            writeln!(
                out,
                "{} {}: {} ({})",
                manifest.id,
                manifest.version,
                manifest.summary.en,
                path.display()
            )?;
        }
        Ok(())
    }
}
