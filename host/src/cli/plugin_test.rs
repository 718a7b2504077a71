//! `hospes plugin test`: runs a plugin's cases against the real engine.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail, ensure};

use super::terminal;
use crate::plugins::cases::{Case, Rehearsal};
use crate::plugins::package::manifest::Manifest;

/// Runs a plugin's cases/*.json in the sandbox that it will have in the host.
#[derive(Debug, clap::Args)]
pub struct PluginTest {
    /// The plugin's folder, where its plugin.toml is
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// The finished plugin [default: DIR/target/ID-VERSION.wasm, where `hospes plugin build` puts it]
    #[arg(long, value_name = "FILE")]
    pub plugin: Option<PathBuf>,
}

impl PluginTest {
    /// Runs every case and tells of each; an error when one failed.
    pub async fn run(self) -> anyhow::Result<()> {
        let plugin = match self.plugin {
            Some(plugin) => plugin,
            None => built(&self.dir)?,
        };
        let artifact = std::fs::read(&plugin).with_context(|| {
            format!("{} can't be read; build it first: hospes plugin build", plugin.display())
        })?;
        let files = case_files(&self.dir.join("cases"))?;
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

/// Where `hospes plugin build` puts the plugin.
pub(super) fn built(dir: &Path) -> anyhow::Result<PathBuf> {
    let path = dir.join("plugin.toml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
    let manifest = Manifest::from_toml(&text).with_context(|| path.display().to_string())?;
    Ok(dir.join("target").join(format!("{}-{}.wasm", manifest.id, manifest.version)))
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
