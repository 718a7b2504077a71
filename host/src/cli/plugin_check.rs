//! `hospes plugin check`: whether a host would take a plugin, and what it would do with it.

use std::fmt::Write as _;
use std::io::Write as _;

use anyhow::Context;

use super::built::Built;
use super::plugin_build::unwanted;

use super::terminal;
use crate::plugins::cases::Rehearsal;
use crate::plugins::package::{CONTRACT_VERSION, Package};

/// Checks a finished plugin as a host would before it takes it: its manifest, its code, the types of all that it imports
/// and exports, and that it starts.
#[derive(Debug, clap::Args)]
pub struct PluginCheck {
    #[command(flatten)]
    built: Built,
}

impl PluginCheck {
    /// Checks, and tells what the plugin is.
    pub async fn run(self) -> anyhow::Result<()> {
        let (plugin, artifact) = self.built.read()?;
        let package = Package::read(&artifact).with_context(|| plugin.display().to_string())?;
        Rehearsal::new(&artifact).await.with_context(|| plugin.display().to_string())?;
        let manifest = &package.manifest;
        let mut text = format!(
            "{} {} fits the contract {CONTRACT_VERSION} and starts.\n",
            manifest.id, manifest.version
        );
        for ability in &package.exports {
            // Writing to a String can't fail.
            let _ = writeln!(text, "  It {} ({ability}).", ability.words());
        }
        text.push_str(&unwanted(&package));
        terminal::out().write_all(text.as_bytes())?;
        Ok(())
    }
}
