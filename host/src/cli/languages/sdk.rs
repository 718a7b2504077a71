//! Writing the SDKs and the beginnings of plugins into folders.

use std::path::Path;

use anyhow::Context;

use super::{Language, c, typescript};
use crate::plugins::grants::ability::Ability;
use crate::plugins::package;
use crate::plugins::package::beginning::{Beginning, paths, text};

/// The workspace of this program, whose versions the SDK of Rust takes over.
const WORKSPACE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"));
/// Where the SDK of Rust finds the contract: here, and in a plugin's folder.
const CONTRACT: (&str, &str) = ("../../wit/hospes-0.1", "wit");

/// Writes a file, with the folders above it.
pub(super) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let done =
        path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(path, text));
    done.with_context(|| format!("{} can't be written", path.display()))
}

/// Writes the files below a folder of the SDKs into another.
pub(super) fn copy(from: &str, to: &Path) -> anyhow::Result<()> {
    for path in paths() {
        if let (Some(name), Some(text)) =
            (path.strip_prefix(from).and_then(|rest| rest.strip_prefix('/')), text(&path))
        {
            write(&to.join(name), &text)?;
        }
    }
    Ok(())
}

/// Writes the contract with a world that exports these abilities, as toolchains take it.
pub(super) fn write_contract(to: &Path, abilities: &[Ability]) -> anyhow::Result<()> {
    package::texts_of(abilities).into_iter().try_for_each(|(name, text)| write(&to.join(name), &text))
}

/// Begins a plugin in an empty folder: its manifest, its source, a case for each ability, and what the language needs.
pub fn begin(dir: &Path, id: &str, language: Language, abilities: &[Ability]) -> anyhow::Result<()> {
    let beginning = Beginning { id, abilities };
    let (folder, extension) = match language {
        Language::Rust => ("rust", "rs"),
        Language::Javascript | Language::Typescript => ("js", "js"),
        Language::Python => ("python", "py"),
        Language::C => ("c", "c"),
        Language::Zig => ("zig", "zig"),
    };
    // Before anything is written: not every language has a beginning with every ability.
    let gap = if language == Language::Python { "\n\n" } else { "\n" };
    let source = beginning.parts(folder, extension)?.join(gap);
    for (name, case) in beginning.cases() {
        write(&dir.join("cases").join(name), &case)?;
    }
    write(&dir.join("plugin.toml"), &beginning.manifest())?;
    write(&dir.join("README.md"), &beginning.fill(&text("template/README.md").unwrap_or_default(), ""))?;
    write(&dir.join(".gitignore"), &text("template/gitignore").unwrap_or_default())?;
    match language {
        Language::Rust => {
            for name in ["Cargo.toml", "src/lib.rs", ".cargo/config.toml"] {
                let file = text(&format!("rust/template/{name}")).unwrap_or_default();
                write(&dir.join(name), &beginning.fill(&file, &source))?;
            }
            copy_rust_sdk(&dir.join("hospes-sdk"))
        }
        Language::Javascript | Language::Typescript => {
            write(&dir.join(language.root()), &beginning.javascript(language.root())?)?;
            write(&dir.join("hospes.d.ts"), &typescript::declarations()?)?;
            copy("js/project", dir)
        }
        Language::Python => {
            let file = text("python/template/plugin.py").unwrap_or_default();
            write(&dir.join("plugin.py"), &beginning.fill(&file, &source))
        }
        Language::C | Language::Zig => {
            let root = language.root();
            let file = text(&format!("{folder}/template/{root}")).unwrap_or_default();
            write(&dir.join(root), &beginning.fill(&file, &source))?;
            if language == Language::C {
                copy("c/project", dir)?;
                c::write_sdk(&dir.join("target/c"), abilities)?;
            }
            Ok(())
        }
    }
}

/// Writes the SDK of Rust as a crate of its own, which no longer needs this workspace.
fn copy_rust_sdk(to: &Path) -> anyhow::Result<()> {
    for path in paths() {
        let Some(name) = path.strip_prefix("rust/").filter(|name| !name.starts_with("template/")) else {
            continue;
        };
        let Some(text) = text(&path) else { continue };
        let text = match name {
            "Cargo.toml" => standalone(&text)?,
            "src/bindings.rs" => text.replace(CONTRACT.0, CONTRACT.1),
            _ => text,
        };
        write(&to.join(name), &text)?;
    }
    package::contract().iter().try_for_each(|(name, text)| write(&to.join("wit").join(name), text))
}

/// A crate's manifest with the workspace's values in the place of references to them.
fn standalone(manifest: &str) -> anyhow::Result<String> {
    let mut manifest: toml::Table = toml::from_str(manifest)?;
    let workspace: toml::Table = toml::from_str(WORKSPACE)?;
    let inherits = |value: &toml::Value| value.get("workspace").and_then(toml::Value::as_bool) == Some(true);
    for (own, shared) in [("package", "package"), ("dependencies", "dependencies")] {
        let values = workspace.get("workspace").and_then(|workspace| workspace.get(shared));
        let Some(table) = manifest.get_mut(own).and_then(toml::Value::as_table_mut) else { continue };
        for (name, value) in table.iter_mut().filter(|(_, value)| inherits(value)) {
            let known = values.and_then(|values| values.get(name.as_str()));
            *value = known.with_context(|| format!("the workspace has no {shared}.{name}"))?.clone();
        }
    }
    manifest.remove("lints");
    Ok(toml::to_string(&manifest)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sdk_of_rust_stands_alone() {
        let manifest = standalone(&text("rust/Cargo.toml").unwrap()).unwrap();
        assert!(!manifest.contains("workspace"), "{manifest}");
        assert!(text("rust/src/bindings.rs").unwrap().contains(CONTRACT.0));
    }
}
