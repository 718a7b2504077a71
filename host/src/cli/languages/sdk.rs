//! The SDKs and the beginnings of plugins, which the program carries, so that nobody needs a copy of its source.

use std::path::Path;

use anyhow::Context;
use rust_embed::RustEmbed;

use super::{Language, c, typescript};
use crate::plugins::grants::ability::Ability;
use crate::plugins::package;
use crate::plugins::package::shapes::{camel, pascal};

#[derive(RustEmbed)]
#[folder = "../sdk"]
struct Sdk;

/// The workspace of this program, whose versions the SDK of Rust takes over.
const WORKSPACE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.toml"));
/// Where the SDK of Rust finds the contract: here, and in a plugin's folder.
const CONTRACT: (&str, &str) = ("../../wit/hospes-0.1", "wit");

/// What a beginning is filled with.
struct Filled<'a> {
    id: &'a str,
    abilities: &'a [Ability],
}

impl Filled<'_> {
    /// The line of the manifest that names the events on which the plugin is called; none where it is called on none.
    fn events(&self) -> String {
        let of = |ability: &Ability| match ability {
            Ability::Scoring => Some("\"interaction.received\""),
            Ability::Hooks => Some("\"ticket.resolved\""),
            _ => None,
        };
        let events: Vec<&str> = self.abilities.iter().filter_map(of).collect();
        if events.is_empty() {
            return String::new();
        }
        format!("# The events on which it is called.\nevents = [{}]\n", events.join(", "))
    }

    fn fill(&self, text: &str, parts: &str) -> String {
        let exports: Vec<String> =
            self.abilities.iter().map(|ability| ability.interface().replace('-', "_")).collect();
        let name = self.id.replace('-', " ");
        let mut letters = name.chars();
        let name: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        text.replace("{{abilities}}", parts.trim_end())
            .replace("{{exports}}", &exports.join(", "))
            .replace("{{events}}", &self.events())
            .replace("{{id}}", self.id)
            .replace("{{name}}", &name)
    }
}

/// A file of the SDKs as text.
fn text(path: &str) -> Option<String> {
    Some(String::from_utf8_lossy(&Sdk::get(path)?.data).into_owned())
}

/// Writes a file, with the folders above it.
pub(super) fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    let done =
        path.parent().map_or(Ok(()), std::fs::create_dir_all).and_then(|()| std::fs::write(path, text));
    done.with_context(|| format!("{} can't be written", path.display()))
}

/// Writes the files below a folder of the SDKs into another.
pub(super) fn copy(from: &str, to: &Path) -> anyhow::Result<()> {
    for path in Sdk::iter() {
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
    let (folder, extension) = match language {
        Language::Rust => ("rust", "rs"),
        Language::Javascript | Language::Typescript => ("js", "js"),
        Language::Python => ("python", "py"),
        Language::C => ("c", "c"),
        Language::Zig => ("zig", "zig"),
    };
    let mut source = Vec::new();
    let mut manifest = Vec::new();
    for ability in abilities {
        let part = text(&format!("{folder}/template/abilities/{ability}.{extension}"));
        let part = part.with_context(|| {
            format!("there is no beginning with {ability} in this language; begin with another, and write it by the contract")
        })?;
        source.push(typed(language, *ability, part));
        manifest.push(text(&format!("template/abilities/{ability}.toml")).unwrap_or_default());
        let cases = format!("template/cases/{ability}/");
        for (path, name) in
            Sdk::iter().filter_map(|path| Some((path.clone(), path.strip_prefix(&cases)?.to_owned())))
        {
            write(&dir.join("cases").join(format!("{ability}-{name}")), &text(&path).unwrap_or_default())?;
        }
    }
    let filled = Filled { id, abilities };
    let named: Vec<String> = abilities.iter().map(|ability| format!("\"{ability}\"")).collect();
    if abilities.iter().any(|ability| ability.interface().starts_with("channel")) {
        let mut channel = text("template/channel.toml").unwrap_or_default();
        if abilities.contains(&Ability::ChannelPoll) {
            channel.push_str("poll-seconds = 60\n");
        }
        manifest.insert(0, channel);
    }
    let manifest = manifest.concat();
    let head = filled.fill(&text("template/plugin.toml").unwrap_or_default(), &named.join(", "));
    write(&dir.join("plugin.toml"), &(head + &filled.fill(&manifest, "")))?;
    write(&dir.join("README.md"), &filled.fill(&text("template/README.md").unwrap_or_default(), ""))?;
    write(&dir.join(".gitignore"), &text("template/gitignore").unwrap_or_default())?;
    let gap = if language == Language::Python { "\n\n" } else { "\n" };
    let source = source.join(gap);
    match language {
        Language::Rust => {
            for name in ["Cargo.toml", "src/lib.rs", ".cargo/config.toml"] {
                let file = text(&format!("rust/template/{name}")).unwrap_or_default();
                write(&dir.join(name), &filled.fill(&file, &source))?;
            }
            copy_rust_sdk(&dir.join("hospes-sdk"))
        }
        Language::Javascript | Language::Typescript => {
            let file = text(&format!("js/template/{}", language.root())).unwrap_or_default();
            write(&dir.join(language.root()), &filled.fill(&file, &source))?;
            write(&dir.join("hospes.d.ts"), &typescript::declarations()?)?;
            copy("js/project", dir)
        }
        Language::Python => {
            let file = text("python/template/plugin.py").unwrap_or_default();
            write(&dir.join("plugin.py"), &filled.fill(&file, &source))
        }
        Language::C | Language::Zig => {
            let root = language.root();
            let file = text(&format!("{folder}/template/{root}")).unwrap_or_default();
            write(&dir.join(root), &filled.fill(&file, &source))?;
            if language == Language::C {
                copy("c/project", dir)?;
                c::write_sdk(&dir.join("target/c"), abilities)?;
            }
            Ok(())
        }
    }
}

/// The beginning of an ability with the type by which editors know it.
fn typed(language: Language, ability: Ability, part: String) -> String {
    let (name, class) = (camel(ability.interface()), pascal(ability.interface()));
    let line = format!("export const {name} = {{");
    match language {
        Language::Typescript => part.replace(&line, &format!("export const {name}: hospes.{class} = {{")),
        Language::Javascript => part.replace(&line, &format!("/** @type {{hospes.{class}}} */\n{line}")),
        Language::Rust | Language::Python | Language::C | Language::Zig => part,
    }
}

/// Writes the SDK of Rust as a crate of its own, which no longer needs this workspace.
fn copy_rust_sdk(to: &Path) -> anyhow::Result<()> {
    for path in Sdk::iter() {
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
    fn every_language_begins_with_every_ability_and_each_has_a_case() {
        for ability in Ability::ALL {
            for path in [
                format!("rust/template/abilities/{ability}.rs"),
                format!("js/template/abilities/{ability}.js"),
                format!("python/template/abilities/{ability}.py"),
                format!("c/template/abilities/{ability}.c"),
                format!("template/abilities/{ability}.toml"),
            ] {
                assert!(Sdk::get(&path).is_some(), "{path}");
            }
            let cases = format!("template/cases/{ability}/");
            assert!(Sdk::iter().any(|path| path.starts_with(&cases)), "{cases}");
        }
    }

    #[test]
    fn the_sdk_of_rust_stands_alone() {
        let manifest = standalone(&text("rust/Cargo.toml").unwrap()).unwrap();
        assert!(!manifest.contains("workspace"), "{manifest}");
        assert!(text("rust/src/bindings.rs").unwrap().contains(CONTRACT.0));
    }
}
