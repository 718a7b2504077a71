//! C, and what Zig has of it: the contract as C sees it, and its compiler, which is Zig's and brings a libc along.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context;
use wit_bindgen_core::Files;
use wit_parser::WorldKey;

use super::{sdk, tools};
use crate::plugins::grants::ability::Ability;
use crate::plugins::package;
use crate::plugins::package::manifest::Manifest;

/// What everything is compiled for: a library that is called, with WASI for what its libc needs of a system.
const TARGET: [&str; 3] = ["-target", "wasm32-wasi", "-mexec-model=reactor"];

/// Compiles the plugin and its SDK. What the contract is in C lies in `target/c` afterwards, where editors find it.
pub fn build(dir: &Path, manifest: &Manifest) -> anyhow::Result<PathBuf> {
    let place = std::path::absolute(dir.join("target/c"))?;
    write_sdk(&place, &manifest.abilities)?;
    let made = place.join("plugin.wasm");
    let mut compiler = compiler("cc")?;
    compiler.current_dir(dir).args(["-std=gnu17", "-Os", "-flto", "-fno-sanitize=undefined", "-Wall"]);
    compiler.arg("-I").arg(&place);
    // By their names in the folder, as messages show them.
    compiler.args(sources(dir)?.iter().filter_map(|path| path.file_name())).args(sources(&place)?);
    compiler.arg("-Wl,--strip-all").arg("-o").arg(&made);
    let (_, warnings) = tools::output(&mut compiler, "compiling the plugin")?;
    eprint!("{warnings}");
    Ok(made)
}

/// One of the compiler's commands, for plugins.
pub(super) fn compiler(command: &str) -> anyhow::Result<Command> {
    let mut compiler = tools::zig()?;
    compiler.arg(command).args(TARGET);
    Ok(compiler)
}

/// Writes the SDK, with the contract as far as these abilities need it: what is compiled along with a plugin.
pub(super) fn write_sdk(to: &Path, abilities: &[Ability]) -> anyhow::Result<()> {
    sdk::copy("c/src", to)?;
    let (mut resolve, world) = package::world_of(abilities)?;
    let composed = &resolve.worlds[world];
    let interfaces = composed.imports.iter().chain(&composed.exports).filter_map(|(key, _)| match key {
        WorldKey::Interface(id) => Some(*id),
        WorldKey::Name(_) => None,
    });
    let names = interfaces.filter_map(|id| resolve.interfaces[id].name.as_deref());
    let renamed = names
        .map(|name| (format!("hospes:plugin/{name}@0.1.0"), format!("hospes_{}", name.replace('-', "_"))));
    let options = wit_bindgen_c::Opts {
        // `hospes_log_write` and not `hospes_plugin_log_write`.
        rename: renamed.collect(),
        rename_world: Some("hospes".to_owned()),
        // The plugin is described when it is packed.
        no_object_file: true,
        ..Default::default()
    };
    let mut files = Files::default();
    options.build().generate(&mut resolve, world, &mut files)?;
    for (name, bytes) in files.iter() {
        sdk::write(&to.join(name), &String::from_utf8_lossy(bytes))?;
    }
    Ok(())
}

/// The C files in a folder, by their names.
pub(super) fn sources(dir: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(dir).with_context(|| format!("{} can't be read", dir.display()))?;
    let paths = entries.flatten().map(|entry| entry.path());
    let mut found: Vec<PathBuf> =
        paths.filter(|path| path.extension().is_some_and(|extension| extension == "c")).collect();
    found.sort_unstable();
    Ok(found)
}
