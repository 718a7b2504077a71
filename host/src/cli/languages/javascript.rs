//! JavaScript and TypeScript. The program brings the engine along and takes types out by itself; what is needed besides
//! is a bundler, where a plugin uses packages.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, ensure};

use super::tools;
use crate::plugins::package::manifest::Manifest;
use crate::plugins::package::script::{Files, LARGEST, Script};

/// Folders in which there are no modules of the plugin's own.
const NOT_ITS_OWN: [&str; 3] = ["target", "node_modules", "cases"];

/// Links the plugin with its SDK and the engine.
pub fn build(dir: &Path, root: &str, manifest: &Manifest) -> anyhow::Result<PathBuf> {
    let (root, files) = match has_packages(dir)? {
        true => ("plugin.js".to_owned(), Files::from([("plugin.js".to_owned(), bundled(dir, root)?)])),
        false => (root.to_owned(), modules(dir)?),
    };
    let script = Script { abilities: manifest.abilities.clone(), root, files };
    let made = dir.join("target/plugin.wasm");
    let component = script.component()?;
    let write = || {
        made.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(&made, component))
    };
    write().with_context(|| format!("{} can't be written", made.display()))?;
    Ok(made)
}

/// Whether the plugin says that it needs packages.
fn has_packages(dir: &Path) -> anyhow::Result<bool> {
    let path = dir.join("package.json");
    let Ok(text) = std::fs::read_to_string(&path) else { return Ok(false) };
    let package: serde_json::Value =
        serde_json::from_str(&text).with_context(|| path.display().to_string())?;
    Ok(package["dependencies"].as_object().is_some_and(|packages| !packages.is_empty()))
}

/// The plugin and its packages as one module, by esbuild.
fn bundled(dir: &Path, root: &str) -> anyhow::Result<String> {
    ensure!(
        dir.join("node_modules").is_dir(),
        "package.json names dependencies, and there is no node_modules: run npm install in {}",
        dir.display()
    );
    let bundle = std::path::absolute(dir.join("target/js/plugin.js"))?;
    let mut esbuild = Command::new(tools::node()?.join("esbuild"));
    esbuild.current_dir(dir).arg(root).args([
        "--bundle",
        "--format=esm",
        "--platform=neutral",
        "--target=es2024",
        "--main-fields=module,main",
    ]);
    esbuild.args(["--external:hospes", "--external:hospes:*", "--log-level=warning", "--charset=utf8"]);
    esbuild.arg(format!("--outfile={}", bundle.display()));
    tools::run(&mut esbuild, "bundling the plugin")?;
    std::fs::read_to_string(&bundle).with_context(|| format!("{} can't be read", bundle.display()))
}

/// All that the plugin's modules may import of its folder.
fn modules(dir: &Path) -> anyhow::Result<Files> {
    let mut files = Files::new();
    collect(dir, "", &mut files)?;
    let bytes: usize = files.values().map(String::len).sum();
    ensure!(bytes <= LARGEST, "the modules have {bytes} bytes; {LARGEST} are allowed");
    Ok(files)
}

fn collect(dir: &Path, within: &str, files: &mut Files) -> anyhow::Result<()> {
    let unreadable = || format!("{} can't be read", dir.display());
    for entry in std::fs::read_dir(dir).with_context(unreadable)? {
        let entry = entry.with_context(unreadable)?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = format!("{within}{name}");
        if entry.file_type().with_context(unreadable)?.is_dir() {
            if !name.starts_with('.') && !NOT_ITS_OWN.contains(&path.as_str()) {
                collect(&entry.path(), &format!("{path}/"), files)?;
            }
        } else if [".js", ".mjs", ".ts", ".mts", ".json"].iter().any(|ending| name.ends_with(ending)) {
            let text = std::fs::read_to_string(entry.path());
            files.insert(path, text.with_context(|| format!("{} can't be read", entry.path().display()))?);
        }
    }
    Ok(())
}
