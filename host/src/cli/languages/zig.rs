//! Zig: compiled with the contract as a module, which is made of what it is in C.

use std::path::{Path, PathBuf};

use super::{c, sdk, tools};
use crate::plugins::package::manifest::Manifest;

/// Compiles the plugin. What the contract is in Zig lies in `target/zig` afterwards, where editors find it.
pub fn build(dir: &Path, manifest: &Manifest) -> anyhow::Result<PathBuf> {
    let place = std::path::absolute(dir.join("target/zig"))?;
    c::write_sdk(&place, &manifest.abilities)?;
    let header = place.join("hospes_sdk.h");
    let mut translate = tools::zig()?;
    translate.args(["translate-c", "-target", "wasm32-wasi", "-lc", "-I"]).arg(&place).arg(&header);
    let module = place.join("hospes.zig");
    let (translated, _) = tools::output(&mut translate, "translating the contract for Zig")?;
    sdk::write(&module, &translated)?;
    let made = place.join("plugin.wasm");
    let mut compiler = c::compiler("build-exe")?;
    compiler.current_dir(dir).args(["-O", "ReleaseSmall", "-fstrip", "-lc", "-I"]).arg(&place);
    compiler.args(["-cflags", "-std=gnu17", "--"]).args(c::sources(&place)?);
    compiler.args(["--dep", "hospes", "-Mroot=plugin.zig"]).arg(format!("-Mhospes={}", module.display()));
    compiler.arg(format!("-femit-bin={}", made.display()));
    tools::run(&mut compiler, "compiling the plugin")?;
    Ok(made)
}
