//! `hospes plugin build`: makes one file of a plugin's source.

use super::languages::Language;
use super::terminal;
use crate::plugins::grants::ability::Ability;
use crate::plugins::package::manifest::Manifest;
use crate::plugins::package::{Package, build};
use anyhow::Context;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

/// How the interfaces begin that stand for a system.
const WASI: &str = "wasi:";

/// Checks a plugin's manifest, builds its source and packs both into one file.
///
/// A folder with a Cargo.toml is built with cargo, one with plugin.js, plugin.ts, plugin.py, plugin.c or plugin.zig with
/// the tools of its language, which are fetched once. Of any other language hand over the core module or component that
/// its toolchain made, by --module; it may import WASI 0.1 or 0.2.
#[derive(Debug, clap::Args)]
pub struct PluginBuild {
    /// The plugin's folder, where its plugin.toml is
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// A core module or component that is already built
    #[arg(long, value_name = "FILE")]
    pub module: Option<PathBuf>,
    /// Where to write the plugin [default: DIR/target/ID-VERSION.wasm]
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
}

impl PluginBuild {
    /// Builds, writes the file and tells on standard output what it is.
    pub fn run(self) -> anyhow::Result<()> {
        let manifest = read_manifest(&self.dir)?;
        let (plugin, package) = make(&self.dir, &manifest, self.module)?;
        let out = self.out.unwrap_or_else(|| {
            self.dir.join("target").join(format!("{}-{}.wasm", manifest.id, manifest.version))
        });
        write_whole(&out, &plugin)?;
        terminal::out().write_all(report(&out, plugin.len(), &package).as_bytes())?;
        Ok(())
    }
}

/// Makes a plugin of a folder's source, or of a module that is built already.
pub(super) fn make(
    dir: &Path,
    manifest: &Manifest,
    module: Option<PathBuf>,
) -> anyhow::Result<(Vec<u8>, Package)> {
    let module = match module {
        Some(module) => module,
        None => Language::of(dir)?.build(dir, manifest)?,
    };
    let bytes = std::fs::read(&module).with_context(|| format!("{} can't be read", module.display()))?;
    build(&bytes, manifest).with_context(|| module.display().to_string())
}

/// The manifest in a plugin's folder.
pub(super) fn read_manifest(dir: &Path) -> anyhow::Result<Manifest> {
    let path = dir.join("plugin.toml");
    let text = std::fs::read_to_string(&path)
        .with_context(|| format!("{} can't be read; every plugin's folder has one", path.display()))?;
    Manifest::from_toml(&text).with_context(|| path.display().to_string())
}

/// Writes beside the place and moves there, so that nobody finds half a plugin.
fn write_whole(out: &Path, plugin: &[u8]) -> anyhow::Result<()> {
    let write = || {
        if let Some(folder) = out.parent() {
            std::fs::create_dir_all(folder)?;
        }
        let part = out.with_added_extension("part");
        std::fs::write(&part, plugin)?;
        std::fs::rename(&part, out)
    };
    write().with_context(|| format!("{} can't be written", out.display()))
}

/// What was built, for a person.
fn report(out: &Path, size: usize, package: &Package) -> String {
    let manifest = &package.manifest;
    let mut text = format!("{} ({} KiB, sha256 {})\n", out.display(), size.div_ceil(1024), package.digest);
    // Writing to a String can't fail.
    let _ = writeln!(text, "{} {} {}", manifest.name.en, manifest.version, manifest.license);
    for ability in &package.exports {
        let _ = writeln!(text, "  {} ({ability})", ability.words());
    }
    let mut imports: Vec<_> = package.imports.iter().filter_map(|import| short(import)).collect();
    // Engines of languages import all of it.
    imports.retain(|import| !import.starts_with(WASI));
    imports.extend(package.imports.iter().any(|import| import.starts_with(WASI)).then_some("WASI 0.2"));
    if !imports.is_empty() {
        let _ = writeln!(text, "It uses {}.", imports.join(", "));
    }
    text.push_str(&unwanted(package));
    let requests = manifest.requested_grants();
    if requests.is_empty() {
        text.push_str("It wants nothing.\n");
    } else {
        text.push_str("It wants to\n");
    }
    for request in requests {
        let _ = writeln!(text, "  {}\n    {} [{}]", request.words.en, request.reason.en, request.grant);
    }
    text
}

/// A note on what a plugin imports and its manifest asks for nothing of; nothing where there is none.
pub(super) fn unwanted(package: &Package) -> String {
    let names: Vec<&str> = package.unwanted().into_iter().map(|(import, _)| import).collect();
    if names.is_empty() {
        return String::new();
    }
    format!(
        "Note: plugin.toml asks for nothing of {}, which it imports, as toolchains of some languages do. Calls of it are \
         denied; where it is used, add what it wants.\n",
        names.join(", ")
    )
}

/// An import as people call it: interfaces of the contract by their bare name, without those that only lend
/// their types.
fn short(import: &str) -> Option<&str> {
    let Some(ours) = import.strip_prefix("hospes:plugin/") else { return Some(import) };
    let name = ours.split('@').next()?;
    (name != "types" && Ability::from_interface(name).is_none()).then_some(name)
}
