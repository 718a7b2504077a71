//! `hospes plugin test`: runs a plugin's cases against the real engine.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use super::built::Built;
use super::terminal;
use crate::plugins::cases::{Case, Rehearsal};

/// Runs a plugin's cases/*.json in the sandbox that it will have in the host.
#[derive(Debug, clap::Args)]
pub struct PluginTest {
    #[command(flatten)]
    built: Built,
}

impl PluginTest {
    /// Runs every case and tells of each; an error when one failed.
    pub async fn run(self) -> anyhow::Result<()> {
        let dir = self.built.dir.clone();
        let (plugin, artifact) = self.built.read()?;
        let files = case_files(&dir.join("cases"))?;
        let rehearsal = Rehearsal::new(&artifact).await.with_context(|| plugin.display().to_string())?;
        let mut out = terminal::out();
        let mut failed = 0;
        for file in &files {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            let (about, problems) = match read(file) {
                Ok(case) => (case.about.clone(), rehearsal.run(&case).await),
                Err(error) => ("can't be read".to_owned(), vec![format!("{error:#}")]),
            };
            let verdict = if problems.is_empty() { "ok    " } else { "FAILED" };
            writeln!(out, "{verdict} {name}: {about}")?;
            for problem in &problems {
                writeln!(out, "  {problem}")?;
            }
            failed += usize::from(!problems.is_empty());
        }
        ensure!(failed == 0, "{failed} of {} cases failed", files.len());
        writeln!(out, "{} cases passed", files.len())?;
        Ok(())
    }
}

fn case_files(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = dir.read_dir().with_context(|| format!("{} can't be read", dir.display()))?;
    let mut files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    if files.is_empty() {
        bail!("{} has no .json files; a plugin without cases isn't tested", dir.display());
    }
    Ok(files)
}

fn read(file: &Path) -> anyhow::Result<Case> {
    let text = std::fs::read_to_string(file)?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}
