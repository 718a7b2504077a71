//! What the browser tests take from npm, below the build directory: `axe-core`, which checks pages for what keeps
//! people with disabilities out.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::run;
use crate::steps::Outcome;
use crate::workspace::Workspace;

/// The variable by which tests find axe-core's script.
pub const VARIABLE: &str = "HOSPES_TEST_AXE";

/// What a person does when the packages can't be fetched.
pub const BY_HAND: &str = "mkdir -p target/browser && cp tests/browser/package*.json target/browser && npm ci --prefix target/browser \
     (needs the npm registry)";

/// The files that say which packages, in which versions with which contents.
const FILES: [&str; 2] = ["package.json", "package-lock.json"];

/// Where axe-core's script is after [`prepare`].
pub fn axe(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("node_modules/axe-core/axe.min.js")
}

/// Fetches the packages, unless exactly those are there.
pub fn prepare(workspace: &Workspace) -> Result<Outcome> {
    let (source, folder) = (workspace.root.join("tests/browser"), folder(workspace));
    // Written last by npm itself: it lists what is installed.
    let installed = folder.join("node_modules/.package-lock.json");
    let same = |file: &&str| fs::read(source.join(file)).ok() == fs::read(folder.join(file)).ok();
    if FILES.iter().all(same) && installed.is_file() && axe(workspace).is_file() {
        return Ok(Outcome::AlreadyThere(format!("{} has the packages", folder.display())));
    }
    fs::create_dir_all(&folder).with_context(|| folder.display().to_string())?;
    for file in FILES {
        copy(&source.join(file), &folder.join(file))?;
    }
    let quiet = ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    run(Command::new("npm").args(quiet).current_dir(&folder))?;
    Ok(Outcome::Worked)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::copy(from, to).with_context(|| format!("{} to {}", from.display(), to.display())).map(|_| ())
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("browser")
}
