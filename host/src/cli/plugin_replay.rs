//! `hospes plugin replay`: a recorded call, made again.

use std::io::Write as _;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use serde_json::Value;

use super::built::place;
use super::terminal;
use crate::plugins::cases::Rehearsal;
use crate::plugins::recordings::transcript::Transcript;

/// Makes a recorded call again, with a plugin of this machine: time, chance, keys, records and requests answer as they
/// did then.
#[derive(Debug, clap::Args)]
pub struct PluginReplay {
    /// The answer of GET /v1/installations/ID/calls/CALL, or the transcript in it
    #[arg(value_name = "TRANSCRIPT.json")]
    pub transcript: PathBuf,
    /// The finished plugin [default: target/ID-VERSION.wasm below the current folder's plugin.toml]
    #[arg(long, value_name = "FILE")]
    pub plugin: Option<PathBuf>,
}

impl PluginReplay {
    /// Replays and tells where the call differs; an error when it does.
    pub async fn run(self) -> anyhow::Result<()> {
        let name = self.transcript.display().to_string();
        let text =
            std::fs::read_to_string(&self.transcript).with_context(|| format!("{name} can't be read"))?;
        let mut json: Value = serde_json::from_str(&text).with_context(|| format!("{name} is no JSON"))?;
        if let Some(inner) = json.get_mut("transcript") {
            json = inner.take();
        }
        let transcript: Transcript =
            serde_json::from_value(json).with_context(|| format!("{name} is no transcript"))?;
        let plugin = match self.plugin {
            Some(plugin) => plugin,
            None => place(".".as_ref())?,
        };
        let artifact = std::fs::read(&plugin).with_context(|| {
            format!("{} can't be read; build it first: hospes plugin build", plugin.display())
        })?;
        let rehearsal = Rehearsal::new(&artifact).await.with_context(|| plugin.display().to_string())?;
        let differences = rehearsal.replay(&transcript).await;
        let mut out = terminal::out();
        for difference in &differences {
            writeln!(out, "{difference}")?;
        }
        let count = differences.len();
        ensure!(count == 0, "{} of {} differs in {count} places", transcript.function, transcript.call);
        writeln!(out, "{} of {} does the same", transcript.function, transcript.call)?;
        Ok(())
    }
}
