//! Room on the disk: looked for before anything is built, since a disk that fills up fails anywhere and says little.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::steps::Outcome;
use crate::workspace::Workspace;

/// What a person does where there is too little.
pub const BY_HAND: &str =
    "free some space, or remove the build directory by `cargo clean`, then the same cargo command again";

/// GB that a build of everything takes, from an empty build directory and on top of a full one.
const FROM_EMPTY: u64 = 14;
const ON_TOP: u64 = 5;

/// Looks for room where cargo builds. What the compiler keeps of earlier builds is removed where there is too little:
/// it only makes the next build of the same files shorter.
pub fn ensure(workspace: &Workspace) -> Result<Outcome> {
    let debug = workspace.target.join("debug");
    let wanted = if debug.join("deps").exists() { ON_TOP } else { FROM_EMPTY };
    fs::create_dir_all(&workspace.target)
        .with_context(|| format!("{} can't be made", workspace.target.display()))?;
    let free = free_gb(&workspace.target)?;
    if free >= wanted {
        return Ok(Outcome::AlreadyThere(format!("{free} GB are free")));
    }
    let kept = debug.join("incremental");
    if kept.exists() {
        eprintln!("      {free} GB are free: removing {}", kept.display());
        fs::remove_dir_all(&kept).with_context(|| format!("{} can't be removed", kept.display()))?;
    }
    let free = free_gb(&workspace.target)?;
    if free < wanted {
        bail!("{free} GB are free at {}, and the build takes {wanted}", workspace.target.display());
    }
    Ok(Outcome::Worked)
}

fn free_gb(place: &Path) -> Result<u64> {
    let output =
        Command::new("df").args(["-P", "-k"]).arg(place).output().context("df could not be started")?;
    available_kb(&String::from_utf8_lossy(&output.stdout))
        .map(|kb| kb / 1_000_000)
        .with_context(|| format!("df doesn't say what is free at {}", place.display()))
}

/// The fourth column of the portable format's only row.
fn available_kb(table: &str) -> Option<u64> {
    table.lines().nth(1)?.split_whitespace().nth(3)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::available_kb;

    #[test]
    fn what_is_free_stands_in_the_fourth_column() {
        let table = "Filesystem     1024-blocks     Used Available Capacity Mounted on\n/dev/vda         263112980 46400456  49282524      49% /\n";
        assert_eq!(available_kb(table), Some(49_282_524));
        assert_eq!(available_kb("Filesystem\n"), None);
    }
}
