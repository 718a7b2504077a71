//! Room on the disk: looked for before anything is built, since a disk that fills up fails anywhere and says little.

use std::fs;

use anyhow::{Context, Result, bail};
use xtask::room::free_gb;

use crate::steps::Outcome;
use crate::workspace::Workspace;

/// What a person does where there is too little.
pub const BY_HAND: &str =
    "free some space, or remove the build directory by `cargo clean`, then the same cargo command again";

/// GB that a build of everything takes, from an empty build directory and on top of a full one.
const FROM_EMPTY: u64 = 14;
const ON_TOP: u64 = 5;

/// Looks for room where cargo builds. What the compiler keeps of earlier builds, and plugins' code as tests compiled it, is
/// removed where there is too little: it only makes the next time shorter.
pub fn ensure(workspace: &Workspace) -> Result<Outcome> {
    let debug = workspace.target.join("debug");
    let wanted = if debug.join("deps").exists() { ON_TOP } else { FROM_EMPTY };
    fs::create_dir_all(&workspace.target)
        .with_context(|| format!("{} can't be made", workspace.target.display()))?;
    let free = free_gb(&workspace.target)?;
    if free >= wanted {
        return Ok(Outcome::AlreadyThere(format!("{free} GB are free")));
    }
    for kept in [debug.join("incremental"), workspace.target.join("plugins-compiled")] {
        if kept.exists() {
            eprintln!("      {free} GB are free: removing {}", kept.display());
            fs::remove_dir_all(&kept).with_context(|| format!("{} can't be removed", kept.display()))?;
        }
    }
    let free = free_gb(&workspace.target)?;
    if free < wanted {
        bail!("{free} GB are free at {}, and the build takes {wanted}", workspace.target.display());
    }
    Ok(Outcome::Worked)
}
