//! JavaScript and TypeScript: bundled by esbuild, which takes types out, and made a component with QuickJS in it.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::{sdk, shapes, tools};
use crate::plugins::package::manifest::Manifest;

/// Bundles the plugin with its SDK, and packs both with the engine.
pub fn build(dir: &Path, root: &str, manifest: &Manifest) -> anyhow::Result<PathBuf> {
    let tools = tools::node()?;
    let place = std::path::absolute(dir.join("target/js"))?;
    sdk::copy("js/src", &place.join("sdk"))?;
    sdk::write_contract(&place.join("wit"), &manifest.abilities)?;
    let source = std::path::absolute(dir.join(root))?;
    sdk::write(&place.join("entry.js"), &entry(&source, manifest)?)?;
    let bundle = place.join("plugin.js");
    let mut esbuild = Command::new(tools.join("esbuild"));
    esbuild.current_dir(dir).arg(place.join("entry.js"));
    esbuild.args([
        "--bundle",
        "--format=esm",
        "--platform=neutral",
        "--target=es2024",
        "--main-fields=module,main",
    ]);
    esbuild.args(["--external:hospes:*", "--log-level=warning", "--charset=utf8"]);
    esbuild.arg(format!("--alias:hospes={}", place.join("sdk/index.js").display()));
    esbuild.arg(format!("--outfile={}", bundle.display()));
    tools::run(&mut esbuild, "bundling the plugin")?;
    let made = place.join("plugin.wasm");
    let mut engine = Command::new(tools.join("componentize-qjs"));
    engine.args(["--world", "composed", "--sync", "--wit"]).arg(place.join("wit"));
    engine.arg("--js").arg(&bundle).arg("--output").arg(&made);
    tools::run(&mut engine, "running the plugin's module once, which is then kept as it stands,")?;
    Ok(made)
}

/// The module that the engine begins with: what QuickJS lacks, then the plugin, its functions guarded.
fn entry(source: &Path, manifest: &Manifest) -> anyhow::Result<String> {
    let path = serde_json::to_string(&source.to_string_lossy())?;
    let mut text = format!(
        "import './sdk/prelude.js';\nimport {{ guarded }} from './sdk/guard.js';\nimport * as plugin from {path};\n"
    );
    for ability in &manifest.abilities {
        let name = shapes::camel(ability.interface());
        let shapes = shapes::results(*ability)?;
        text += &format!("export const {name} = guarded('{name}', {shapes}, plugin['{name}']);\n");
    }
    Ok(text)
}
