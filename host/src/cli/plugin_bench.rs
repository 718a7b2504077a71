//! `hospes plugin bench`: what a plugin's calls cost.

use std::io::Write as _;

use anyhow::ensure;

use super::built::Built;
use super::case_files::{name, read, rehearsal};
use super::terminal;

/// Makes the calls of a plugin's cases again and again, each in a fresh sandbox as a host does, and tells what one takes:
/// half of them at most, nineteen of twenty at most, on a processor, and memory. Cases that fail aren't measured.
#[derive(Debug, clap::Args)]
pub struct PluginBench {
    #[command(flatten)]
    built: Built,
    /// How often each call is made
    #[arg(long, value_name = "NUMBER", default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    runs: u32,
}

impl PluginBench {
    /// Measures and prints.
    pub async fn run(self) -> anyhow::Result<()> {
        let (files, rehearsal) = rehearsal(self.built).await?;
        let mut out = terminal::out();
        writeln!(out, "   p50 us    p95 us    CPU us    memory kB  host calls  case")?;
        let mut measured = 0;
        for file in &files {
            let name = name(file);
            let case = read(file)?;
            // The first one isn't counted: it brings the code into memory.
            let (problems, warm) = rehearsal.compare(&case).await;
            let Some(warm) = warm.filter(|_| problems.is_empty()) else {
                writeln!(out, "{name} fails: hospes plugin test says why")?;
                continue;
            };
            let mut usages = vec![warm.usage];
            for _ in 0..self.runs {
                usages.extend(rehearsal.compare(&case).await.1.map(|came_out| came_out.usage));
            }
            usages.remove(0);
            let of = |share: f64, value: fn(&crate::plugins::Usage) -> u64| {
                let mut values: Vec<u64> = usages.iter().map(value).collect();
                values.sort_unstable();
                let place = (values.len() as f64 * share).ceil() as usize;
                values.get(place.saturating_sub(1)).copied().unwrap_or_default()
            };
            let (half, most) = (of(0.5, |usage| usage.wall_us), of(0.95, |usage| usage.wall_us));
            let (cpu, memory) = (of(0.5, |usage| usage.cpu_us), of(1.0, |usage| usage.memory) / 1_000);
            let calls = of(1.0, |usage| usage.host_calls.into());
            writeln!(out, "{half:>9} {most:>9} {cpu:>9} {memory:>12} {calls:>11}  {name}")?;
            measured += 1;
        }
        ensure!(measured > 0, "no case passes, so nothing was measured");
        Ok(())
    }
}
