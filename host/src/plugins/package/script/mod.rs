//! Plugins in JavaScript and TypeScript, made without any tool outside the program.
//!
//! A JavaScript engine, the SDK and the plugin's modules are linked, run once as far as their top level goes, and kept
//! as they stand then: a call begins with everything loaded. `quickjs.wasm` is the engine: QuickJS-ng with its bridge to
//! components, `prebuilt/runtime-sync.wasm` of the crate componentize-qjs 0.4.5 (Apache-2.0; QuickJS-ng: MIT), SHA-256
//! 25703f010b80efb806f9c35daf9ee6524ad60320c9781b0bae4e234264f8dac5.

mod engine;
mod entry;
mod modules;
mod run;
mod source;
mod types;

pub use self::source::{LARGEST, Source};

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::plugins::grants::ability::Ability;

/// The texts of modules by their paths in a plugin's folder, such as `lib/units.ts`.
pub type Files = BTreeMap<String, String>;

/// Why nothing could be made of a plugin's modules.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// A module is wrong or does at its top level what it can't do there; the text says where.
    #[error("{0}")]
    Module(String),
    /// The top level doesn't end.
    #[error(
        "the modules didn't end: their top level took more than {0} steps; is there a loop without an end?"
    )]
    Endless(u64),
    /// Engine and contract don't go together, which is no fault of the author's.
    #[error("the engine can't be linked: {0:#}")]
    Engine(anyhow::Error),
}

/// What a plugin is made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Script {
    /// What it exports.
    pub abilities: Vec<Ability>,
    /// The module that exports it: `plugin.js` or `plugin.ts`.
    pub root: String,
    /// All that it may import, the root included.
    pub files: Files,
}

impl Script {
    /// Makes the component. Nothing of it depends on time or chance: the same modules give the same bytes.
    pub fn component(self) -> Result<Vec<u8>, ScriptError> {
        let linked = engine::linked(&self.abilities).map_err(ScriptError::Engine)?;
        let entry = entry::text(&self.abilities, &self.root).map_err(ScriptError::Engine)?;
        run::kept(&linked, &entry, self.files)
    }
}

#[cfg(test)]
mod tests;
