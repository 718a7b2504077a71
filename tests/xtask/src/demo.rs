//! `cargo demo`: a release build with the shipped plugins, started with a sample company.

use std::os::unix::process::CommandExt;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command::run;
use crate::guests::{self, Wanted};
use crate::steps::{self, Outcome, Step};
use crate::wasm;
use crate::workspace::Workspace;

/// Sets up what is missing and becomes `hospes serve --demo` with the caller's own arguments after ours, so
/// that theirs win.
pub fn demo(arguments: &[String]) -> Result<()> {
    let workspace = Workspace::find()?;
    let hospes = workspace.target.join("release/hospes");
    steps::run(vec![
        Step::new("find a compiler for WebAssembly", wasm::BY_HAND, wasm::prepare),
        Step::new("build the host (the first time takes minutes)", "cargo build --release -p hospes", || {
            run(workspace.cargo("build").args(["--release", "-p", "hospes"]))?;
            Ok(Outcome::Worked)
        }),
        Step::new("build the shipped plugins", guests::BY_HAND, || {
            guests::build(&workspace, Wanted::Shipped, &hospes)
        }),
    ])?;
    let folder = workspace.target.join("demo");
    std::fs::create_dir_all(&folder).with_context(|| format!("could not make {}", folder.display()))?;
    let error = Command::new(&hospes)
        .args(["serve", "--demo", "--database"])
        .arg(format!("sqlite:{}", folder.join("hospes.db").display()))
        .arg("--plugins")
        .arg(workspace.plugins())
        .args(arguments)
        .exec();
    Err(error).with_context(|| format!("could not start {}", hospes.display()))
}
