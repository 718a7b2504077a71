//! The files of a plugin's cases.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use super::built::Built;
use crate::plugins::cases::{Case, Rehearsal};

/// The files of a built plugin's cases, in order, and the plugin ready for them.
pub(super) async fn rehearsal(built: Built) -> anyhow::Result<(Vec<PathBuf>, Rehearsal)> {
    let dir = built.dir.clone();
    let (plugin, artifact) = built.read()?;
    let files = case_files(&dir)?;
    let rehearsal = Rehearsal::new(&artifact).await.with_context(|| plugin.display().to_string())?;
    Ok((files, rehearsal))
}

/// A case's name: its file's, without the ending.
pub(super) fn name(file: &Path) -> Cow<'_, str> {
    file.file_stem().unwrap_or_default().to_string_lossy()
}

fn case_files(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let dir = dir.join("cases");
    let entries = dir.read_dir().with_context(|| format!("{} can't be read", dir.display()))?;
    let mut files = entries.map(|entry| entry.map(|entry| entry.path())).collect::<Result<Vec<_>, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "json"));
    files.sort();
    if files.is_empty() {
        bail!("{} has no .json files; a plugin without cases isn't tested", dir.display());
    }
    Ok(files)
}

/// A case, as its file says it.
pub(super) fn read(file: &Path) -> anyhow::Result<Case> {
    let text = std::fs::read_to_string(file)?;
    serde_json::from_str(&text).with_context(|| file.display().to_string())
}

/// So many cases, in words.
pub(super) fn counted(count: usize) -> String {
    if count == 1 { "1 case".to_owned() } else { format!("{count} cases") }
}
