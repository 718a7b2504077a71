//! What an author of a script writes, and the plugin that is made of it.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use wasm_encoder::{ComponentSection, CustomSection};

use super::{Files, Script, ScriptError};
use crate::plugins::grants::ability::Ability;
use crate::plugins::package::beginning::Beginning;
use crate::plugins::package::manifest::Manifest;
use crate::plugins::package::sections::Surface;
use crate::plugins::package::{Package, build};

/// The top-level section of a finished plugin that holds its source, so that it can be written on where it is used.
const SOURCE_SECTION: &str = "hospes:source";
/// Bytes that a source has at most.
pub const LARGEST: usize = 4 << 20;

/// What a plugin begins with.
const ROOTS: [&str; 2] = ["plugin.ts", "plugin.js"];

/// A plugin in JavaScript or TypeScript as its author writes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// Its manifest: the text of `plugin.toml`.
    pub manifest: String,
    /// Its modules, by their names. It begins with `plugin.js` or `plugin.ts`.
    pub files: Files,
    /// Its cases, by the names of their files: what goes in and what has to come out.
    #[serde(default)]
    pub cases: BTreeMap<String, String>,
}

impl Source {
    /// A plugin to begin with, which builds and passes its cases.
    pub fn begin(id: &str, abilities: &[Ability], root: &str) -> anyhow::Result<Self> {
        let beginning = Beginning { id, abilities };
        Ok(Self {
            manifest: beginning.manifest(),
            files: Files::from([(root.to_owned(), beginning.javascript(root)?)]),
            cases: beginning.cases().into_iter().collect(),
        })
    }

    /// The module that it begins with.
    pub fn root(&self) -> Option<&str> {
        ROOTS.into_iter().find(|root| self.files.contains_key(*root))
    }

    /// What its manifest says.
    pub fn read_manifest(&self) -> Result<Manifest, ScriptError> {
        Manifest::from_toml(&self.manifest)
            .map_err(|error| ScriptError::Module(format!("plugin.toml: {error}")))
    }

    /// Makes the plugin, which carries its source.
    pub fn plugin(&self) -> Result<(Vec<u8>, Package), ScriptError> {
        let said = |text: &str| ScriptError::Module(text.to_owned());
        let manifest = self.read_manifest()?;
        if manifest.abilities.is_empty() {
            return Err(said(
                "plugin.toml doesn't say what the plugin exports; add for example: abilities = [\"channel\"]",
            ));
        }
        let root = match ROOTS.map(|root| self.files.contains_key(root)) {
            [true, false] => ROOTS[0],
            [false, true] => ROOTS[1],
            [true, true] => {
                return Err(said(
                    "there are both plugin.js and plugin.ts, and a plugin begins with one of them",
                ));
            }
            [false, false] => {
                return Err(said("there is no plugin.js or plugin.ts, which a plugin begins with"));
            }
        };
        let written = serde_json::to_vec(self).map_err(|error| ScriptError::Engine(error.into()))?;
        if written.len() > LARGEST {
            return Err(said(&format!("the source has {} bytes; {LARGEST} are allowed", written.len())));
        }
        let script = Script {
            abilities: manifest.abilities.clone(),
            root: root.to_owned(),
            files: self.files.clone(),
        };
        let mut component = script.component()?;
        let section = CustomSection { name: SOURCE_SECTION.into(), data: written.as_slice().into() };
        section.append_to_component(&mut component);
        build(&component, &manifest).map_err(|error| ScriptError::Module(error.to_string()))
    }

    /// The source that a finished plugin carries; none of one that was made elsewhere.
    pub fn of(plugin: &[u8]) -> Option<Self> {
        let surface = Surface::read(plugin).ok()?;
        serde_json::from_slice(surface.custom(SOURCE_SECTION)?).ok()
    }
}
