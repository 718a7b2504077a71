//! The SDKs and the beginnings of plugins, which the program carries, so that nobody needs a copy of its source.

use std::borrow::Cow;

use anyhow::Context;
use rust_embed::RustEmbed;

use super::shapes::{camel, pascal};
use crate::plugins::grants::ability::Ability;

#[derive(RustEmbed)]
#[folder = "../sdk"]
#[exclude = "*examples/*"]
#[exclude = "*target/*"]
struct Sdk;

/// The path of every file of the SDKs.
pub fn paths() -> impl Iterator<Item = String> {
    Sdk::iter().map(Cow::into_owned)
}

/// A file of the SDKs as text.
pub fn text(path: &str) -> Option<String> {
    Some(String::from_utf8_lossy(&Sdk::get(path)?.data).into_owned())
}

/// A plugin to begin with: what is the same in all languages, and its source in one of them.
pub struct Beginning<'a> {
    /// Its name.
    pub id: &'a str,
    /// What it can do.
    pub abilities: &'a [Ability],
}

impl Beginning<'_> {
    /// Its manifest.
    pub fn manifest(&self) -> String {
        let named: Vec<String> = self.abilities.iter().map(|ability| format!("\"{ability}\"")).collect();
        let mut wants = String::new();
        if self.abilities.iter().any(|ability| ability.interface().starts_with("channel")) {
            wants.push_str(&text("template/channel.toml").unwrap_or_default());
            if self.abilities.contains(&Ability::ChannelPoll) {
                wants.push_str("poll-seconds = 60\n");
            }
        }
        for ability in self.abilities {
            wants.push_str(&text(&format!("template/abilities/{ability}.toml")).unwrap_or_default());
        }
        let head = self.fill(&text("template/plugin.toml").unwrap_or_default(), &named.join(", "));
        head + &self.fill(&wants, "")
    }

    /// A case for each of its abilities, by the names of their files.
    pub fn cases(&self) -> Vec<(String, String)> {
        let of = |ability: &Ability| {
            let (ability, folder) = (*ability, format!("template/cases/{ability}/"));
            paths().filter_map(move |path| {
                let name = path.strip_prefix(&folder)?;
                Some((format!("{ability}-{name}"), text(&path)?))
            })
        };
        self.abilities.iter().flat_map(of).collect()
    }

    /// The part of its source for each of its abilities. `folder` is the language's in the SDKs.
    pub fn parts(&self, folder: &str, extension: &str) -> anyhow::Result<Vec<String>> {
        let part = |ability: &Ability| {
            text(&format!("{folder}/template/abilities/{ability}.{extension}")).with_context(|| {
                format!(
                    "there is no beginning with {ability} in this language; begin with another, and write it by the contract"
                )
            })
        };
        self.abilities.iter().map(part).collect()
    }

    /// Its module in JavaScript or, with types, in TypeScript.
    pub fn javascript(&self, root: &str) -> anyhow::Result<String> {
        let parts = self.parts("js", "js")?;
        let typed = self.abilities.iter().zip(parts).map(|(ability, part)| {
            let (name, class) = (camel(ability.interface()), pascal(ability.interface()));
            let line = format!("export const {name} = {{");
            match root.ends_with(".ts") {
                true => part.replace(&line, &format!("export const {name}: hospes.{class} = {{")),
                false => part.replace(&line, &format!("/** @type {{hospes.{class}}} */\n{line}")),
            }
        });
        let typed: Vec<String> = typed.collect();
        Ok(self.fill(&text(&format!("js/template/{root}")).unwrap_or_default(), &typed.join("\n")))
    }

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

    /// A template with the plugin's own names, and its parts where those go.
    pub fn fill(&self, text: &str, parts: &str) -> String {
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
            assert!(paths().any(|path| path.starts_with(&cases)), "{cases}");
        }
    }
}
