//! Guests: the plugins under `plugins/` and the tests' own under `tests/guests/`, from source to finished
//! plugin files. What is newer than its sources is left alone.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

use anyhow::{Context, Result};

use crate::command::run;
use crate::steps::Outcome;
use crate::wasm;
use crate::workspace::Workspace;

/// What a person does when a guest does not build.
pub const BY_HAND: &str =
    "read the compiler's message above; one plugin alone: cargo run -p hospes -- plugin build plugins/NAME";

/// Where guests are looked for, and the folder below the finished plugins that they go to.
const SHIPPED: (&str, &str) = ("plugins", "");
const FOR_TESTS: (&str, &str) = ("tests/guests", "tests");

/// Which guests are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Wanted {
    /// The plugins that are shipped.
    Shipped,
    /// These, and the fixtures of the tests.
    All,
}

/// What `plugin build` makes plugins of languages other than Rust with, beside the SDKs and the contract.
const BUILDERS: [&str; 2] = ["host/src/cli/languages", "host/src/plugins/package/script"];

/// One guest: a folder with a `plugin.toml`.
#[derive(Debug)]
struct Guest {
    folder: PathBuf,
    /// How messages call it.
    name: String,
    /// What cargo makes of it; none of a guest in another language, which `plugin build` makes from its source.
    module: Option<Module>,
    /// The finished plugin.
    plugin: PathBuf,
}

/// A guest in Rust as cargo leaves it.
#[derive(Debug)]
struct Module {
    package: String,
    file: PathBuf,
}

/// Builds what is older than its sources. `hospes` is the host's binary, whose `plugin build` makes the
/// finished plugin out of a module; a newer binary finishes the plugins anew.
pub fn build(workspace: &Workspace, wanted: Wanted, hospes: &Path) -> Result<Outcome> {
    let places: &[_] = if wanted == Wanted::All { &[SHIPPED, FOR_TESTS] } else { &[SHIPPED] };
    let mut guests = Vec::new();
    for (from, to) in places {
        let there = guests_in(workspace, from, to)?;
        remove_strangers(&workspace.plugins().join(to), &there)?;
        guests.extend(there);
    }
    if guests.is_empty() {
        return Ok(Outcome::AlreadyThere("this tree has no guests".to_owned()));
    }
    let stale = stale_sources(workspace, &guests)?;
    compile(workspace, &stale)?;
    let made_by = ["sdk", "wit", BUILDERS[0], BUILDERS[1]].map(|name| workspace.root.join(name));
    let made_by = newest(&made_by.each_ref().map(PathBuf::as_path))?;
    let (mut finished, mut left_out) = (0, Vec::new());
    for guest in &guests {
        let needed = match &guest.module {
            Some(module) => newest(&[&module.file, hospes, &guest.folder])?,
            None => made_by.max(newest(&[&guest.folder])?),
        };
        if age(&guest.plugin) >= needed {
            continue;
        }
        match finish(workspace, guest, hospes) {
            Ok(()) => finished += 1,
            // The demo goes without what this machine has no tools for; for the tests all of them have to be there.
            Err(error) if wanted == Wanted::Shipped && guest.module.is_none() => {
                left_out.push(format!("{}: {error:#}", guest.name));
            }
            Err(error) => return Err(error.context(format!("plugin {}", guest.name))),
        }
    }
    for reason in &left_out {
        eprintln!("      left out {reason}");
    }
    if finished == 0 {
        return Ok(Outcome::AlreadyThere(format!("{} guests are up to date", guests.len() - left_out.len())));
    }
    Ok(Outcome::Worked)
}

/// The modules that are older than the sources they could depend on.
fn stale_sources<'a>(workspace: &Workspace, guests: &'a [Guest]) -> Result<Vec<&'a Module>> {
    let shared = ["sdk", "wit", "Cargo.toml", "Cargo.lock"].map(|name| workspace.root.join(name));
    let shared = newest(&shared.each_ref().map(PathBuf::as_path))?;
    let mut stale = Vec::new();
    for guest in guests {
        let Some(module) = &guest.module else { continue };
        // A guest may use a library within another one's folder.
        let libraries =
            guests.iter().map(|other| other.folder.as_path()).filter(|folder| uses(guest, folder));
        let made = age(&module.file);
        if made < shared || made < newest(&libraries.collect::<Vec<_>>())? {
            stale.push(module);
        }
    }
    Ok(stale)
}

/// Whether a guest is in this folder or names it by a path.
fn uses(guest: &Guest, folder: &Path) -> bool {
    let manifest = fs::read_to_string(guest.folder.join("Cargo.toml")).unwrap_or_default();
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    guest.folder == folder || manifest.contains(&format!("path = \"../{name}/"))
}

fn compile(workspace: &Workspace, modules: &[&Module]) -> Result<()> {
    if modules.is_empty() {
        return Ok(());
    }
    let mut cargo = wasm::compiler()?.cargo_build(workspace, &workspace.target.join("guests"));
    for module in modules {
        cargo.args(["-p", &module.package]);
    }
    run(&mut cargo)?;
    for module in modules {
        // Cargo leaves a module alone whose content would be the same; we note that it is up to date.
        let file = fs::File::options().append(true).open(&module.file).with_context(|| {
            format!(
                "{} built no {}; a guest is a library with crate-type = [\"cdylib\"]",
                module.package,
                module.file.display()
            )
        })?;
        file.set_modified(now())?;
    }
    Ok(())
}

/// Turns a module, or the source in another language, into a plugin. It takes its place only when it is whole.
fn finish(workspace: &Workspace, guest: &Guest, hospes: &Path) -> Result<()> {
    let folder = guest.plugin.parent().context("a plugin lies in a folder")?;
    fs::create_dir_all(folder)?;
    let unfinished = guest.plugin.with_extension("unfinished");
    let mut command = Command::new(hospes);
    command.current_dir(&workspace.root).args(["plugin", "build"]).arg(&guest.folder);
    if let Some(module) = &guest.module {
        command.arg("--module").arg(&module.file);
    }
    command.arg("--out").arg(&unfinished);
    run(&mut command)?;
    fs::rename(&unfinished, &guest.plugin)
        .with_context(|| format!("`hospes plugin build` left no {}", unfinished.display()))
}

/// Every folder below `from` with a `plugin.toml`.
fn guests_in(workspace: &Workspace, from: &str, to: &str) -> Result<Vec<Guest>> {
    let Ok(folders) = fs::read_dir(workspace.root.join(from)) else {
        return Ok(Vec::new());
    };
    let mut guests = Vec::new();
    for folder in folders {
        let folder = folder?.path();
        if !folder.join("plugin.toml").is_file() {
            continue;
        }
        let Some(name) = folder.file_name().map(|name| name.to_string_lossy().into_owned()) else {
            continue;
        };
        let module = module_of(workspace, &folder)?;
        let plugin = workspace.plugins().join(to).join(format!("{name}.wasm"));
        guests.push(Guest { folder, name, module, plugin });
    }
    guests.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(guests)
}

/// What cargo makes of the package in a folder; none where there is no package.
fn module_of(workspace: &Workspace, folder: &Path) -> Result<Option<Module>> {
    let manifest = folder.join("Cargo.toml");
    if !manifest.is_file() {
        return Ok(None);
    }
    let package = package_name(&fs::read_to_string(&manifest)?)
        .with_context(|| format!("{} names no package", manifest.display()))?;
    let file = format!("guests/{}/plugin/{}.wasm", wasm::TARGET, package.replace('-', "_"));
    Ok(Some(Module { package, file: workspace.target.join(file) }))
}

/// The `name` in the `[package]` table of a manifest.
fn package_name(manifest: &str) -> Option<String> {
    let table = manifest.lines().map(str::trim).skip_while(|line| *line != "[package]").skip(1);
    table.take_while(|line| !line.starts_with('[')).find_map(|line| {
        let (key, value) = line.split_once('=')?;
        let value = value.split('#').next()?.trim();
        (key.trim() == "name").then(|| value.trim_matches('"').to_owned())
    })
}

/// Removes finished plugins whose source is gone: the demo enables all that lie in the folder.
fn remove_strangers(folder: &Path, guests: &[Guest]) -> Result<()> {
    let Ok(files) = fs::read_dir(folder) else {
        return Ok(());
    };
    for file in files {
        let file = file?.path();
        let is_plugin = file.extension().is_some_and(|ending| ending == "wasm" || ending == "unfinished");
        if is_plugin && !guests.iter().any(|guest| guest.plugin == file) {
            fs::remove_file(&file).with_context(|| format!("could not remove {}", file.display()))?;
        }
    }
    Ok(())
}

/// The latest time of change of files and, with all that is in them, folders. What is not there is as old as
/// can be. A folder counts itself, so that a removed file is seen too.
fn newest(paths: &[&Path]) -> Result<SystemTime> {
    let mut latest = SystemTime::UNIX_EPOCH;
    for path in paths {
        latest = latest.max(age(path));
        if path.is_dir() {
            for entry in fs::read_dir(path)? {
                let entry = entry?;
                // What is made of sources is none.
                let made = ["target", "node_modules", "__pycache__"];
                if made.iter().all(|made| entry.file_name() != *made) {
                    latest = latest.max(newest(&[&entry.path()])?);
                }
            }
        }
    }
    Ok(latest)
}

fn age(path: &Path) -> SystemTime {
    fs::metadata(path).and_then(|about| about.modified()).unwrap_or(SystemTime::UNIX_EPOCH)
}

#[expect(clippy::disallowed_methods, reason = "a file's time of change is the machine's own")]
fn now() -> SystemTime {
    SystemTime::now()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_package_name_is_read_from_its_table() {
        let manifest = "[lib]\nname = \"no\"\n[package]\nname = \"plugin-score\" # why\nversion = \"1\"\n";
        assert_eq!(package_name(manifest).as_deref(), Some("plugin-score"));
        assert_eq!(package_name("[lib]\nname = \"no\"\n"), None);
    }

    #[test]
    fn only_a_source_newer_than_its_module_is_stale() {
        let (workspace, folder) = scratch("stale");
        let guests = guests_in(&workspace, SHIPPED.0, SHIPPED.1).expect("one guest");
        assert_eq!(guests.len(), 1);
        let module = guests[0].module.as_ref().expect("it is in Rust");
        assert_eq!(module.package, "plugin-one");
        assert!(guests[0].plugin.ends_with("plugins/one.wasm"));
        assert_eq!(stale_sources(&workspace, &guests).expect("read").len(), 1, "never built");

        write(&module.file, "module");
        let built = age(&module.file);
        assert_eq!(stale_sources(&workspace, &guests).expect("read").len(), 0, "just built");

        let source = folder.join("plugins/one/src/lib.rs");
        let changed = fs::File::options().append(true).open(&source).expect("the source");
        changed.set_modified(built + std::time::Duration::from_secs(5)).expect("set its time");
        assert_eq!(stale_sources(&workspace, &guests).expect("read").len(), 1, "source changed");
        fs::remove_dir_all(folder).expect("remove the scratch folder");
    }

    #[test]
    fn a_plugin_without_source_is_removed() {
        let (workspace, folder) = scratch("strangers");
        let guests = guests_in(&workspace, SHIPPED.0, SHIPPED.1).expect("one guest");
        let stranger = workspace.plugins().join("gone.wasm");
        write(&stranger, "old");
        write(&guests[0].plugin, "ours");
        remove_strangers(&workspace.plugins(), &guests).expect("remove");
        assert!(!stranger.exists());
        assert!(guests[0].plugin.exists());
        fs::remove_dir_all(folder).expect("remove the scratch folder");
    }

    /// A tree with one guest in a folder of its own.
    fn scratch(name: &str) -> (Workspace, PathBuf) {
        let folder = std::env::temp_dir().join(format!("hospes-xtask-{name}-{}", std::process::id()));
        write(&folder.join("plugins/one/Cargo.toml"), "[package]\nname = \"plugin-one\"\n");
        write(&folder.join("plugins/one/plugin.toml"), "id = \"one\"\n");
        write(&folder.join("plugins/one/src/lib.rs"), "");
        write(&folder.join("plugins/no-plugin/README.md"), "");
        let workspace = Workspace::at(folder.clone(), folder.join("target"));
        (workspace, folder)
    }

    fn write(path: &Path, text: &str) {
        fs::create_dir_all(path.parent().expect("has a folder")).expect("make the folder");
        fs::write(path, text).expect("write the file");
    }
}
