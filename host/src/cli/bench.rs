//! `hospes bench`: measures the running binary on this machine.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;
use serde_json::json;

use super::terminal;
use crate::boot::clock::SystemClock;
use crate::plugins::measure;

/// What is measured.
#[derive(Debug, clap::Subcommand)]
pub enum Bench {
    /// A plugin call through the host's own path against the bare engine
    Call(BenchCall),
}

/// Scores customers with ten touches of 80 bytes each, in a fresh sandbox for every call, in turn with the bare
/// engine.
#[derive(Debug, clap::Args)]
pub struct BenchCall {
    /// A plugin that scores
    #[arg(value_name = "PLUGIN.wasm")]
    pub plugin: PathBuf,
    /// Customers in one call
    #[arg(long, default_value_t = 1)]
    pub customers: usize,
    /// Rounds; in each, host and bare are timed in turn
    #[arg(long, default_value_t = 200)]
    pub rounds: u32,
    /// Print JSON
    #[arg(long)]
    pub json: bool,
}

impl Bench {
    /// Measures and prints.
    pub async fn run(self) -> anyhow::Result<()> {
        let Self::Call(call) = self;
        call.run().await
    }
}

impl BenchCall {
    async fn run(self) -> anyhow::Result<()> {
        let artifact = std::fs::read(&self.plugin)
            .with_context(|| format!("{} can't be read", self.plugin.display()))?;
        let measured = measure::score(&artifact, self.customers, self.rounds, Arc::new(SystemClock)).await?;
        let (host, bare) = measured.medians();
        let micros = |time: std::time::Duration| time.as_secs_f64() * 1e6;
        let mut out = terminal::out();
        if self.json {
            let report = json!({
                "measured": "call",
                "customers": self.customers,
                "rounds": self.rounds,
                "host_us": micros(host),
                "bare_us": micros(bare),
                "ratio": measured.ratio(),
            });
            writeln!(out, "{report}")?;
        } else {
            writeln!(
                out,
                "{} customer(s) a call, {} rounds, limits on ({})",
                self.customers,
                self.rounds,
                measure::limits_in_words()
            )?;
            writeln!(out, "host  {:8.2} us", micros(host))?;
            writeln!(out, "bare  {:8.2} us", micros(bare))?;
            writeln!(out, "ratio {:8.2}", measured.ratio())?;
        }
        Ok(())
    }
}
