//! Python: made a component with CPython in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{sdk, tools};
use crate::plugins::package::manifest::Manifest;
use crate::plugins::package::shapes;

/// Packs the plugin and its SDK with the interpreter. What the contract is in Python lies in `target/python` afterwards,
/// where editors find it.
pub fn build(dir: &Path, manifest: &Manifest) -> anyhow::Result<PathBuf> {
    let packages = tools::python()?;
    let place = std::path::absolute(dir.join("target/python"))?;
    // What was made of an earlier contract must not lie in the way.
    if place.is_dir() {
        std::fs::remove_dir_all(&place)?;
    }
    let wit = std::path::absolute(dir.join("target/wit"))?;
    sdk::write_contract(&wit, &manifest.abilities)?;
    let tool = |command: &str| {
        let mut tool = Command::new("python3");
        tool.arg(packages.join("bin/componentize-py")).env("PYTHONPATH", &packages).current_dir(dir);
        tool.args(["--quiet", "--world", "composed", "--wit-path"]).arg(&wit).arg(command);
        tool
    };
    let made = dir.join("target/plugin.wasm");
    tools::run(tool("bindings").arg(&place), "making the contract's modules")?;
    let entry = std::path::absolute(dir.join("target/python-entry"))?;
    sdk::copy("python/hospes", &place.join("hospes"))?;
    sdk::copy("python/hospes", &entry.join("hospes"))?;
    sdk::write(&entry.join("entry.py"), &self::entry(manifest)?)?;
    let mut pack = tool("componentize");
    pack.arg("entry").arg("--python-path").arg(&entry).arg("--python-path").arg(std::path::absolute(dir)?);
    pack.arg("--output").arg(std::path::absolute(&made)?);
    tools::run(&mut pack, "running the plugin's modules once, which are then kept as they stand,")?;
    Ok(made)
}

/// The module that the interpreter begins with: the plugin's classes, their functions guarded.
fn entry(manifest: &Manifest) -> anyhow::Result<String> {
    let mut text = String::from("import plugin\nfrom hospes._guard import guarded\n\n");
    for ability in &manifest.abilities {
        let class = shapes::pascal(ability.interface());
        let functions = shapes::functions(*ability)?;
        let names: Vec<String> = functions
            .iter()
            .map(|name| format!("\"{}\": \"{ability}.{name}\"", name.replace('-', "_")))
            .collect();
        text += &format!(
            "{class} = guarded(\"{class}\", {{{}}}, getattr(plugin, \"{class}\", type(None))())\n",
            names.join(", ")
        );
    }
    Ok(text)
}
