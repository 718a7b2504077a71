//! Plugins in the languages that the program knows: how each is recognised, built, and begun.
//!
//! Every language is built by the toolchain that its people know. What such a toolchain lacks is fetched once, at a
//! fixed version, into a cache that all plugins share.

mod c;
mod javascript;
mod python;
mod rust;
mod sdk;
mod tools;
mod typescript;
mod zig;

use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};

pub use self::sdk::begin;
use crate::plugins::package::manifest::Manifest;

/// A language that plugins are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Language {
    /// Rust, with cargo.
    Rust,
    /// JavaScript, on QuickJS.
    Javascript,
    /// TypeScript, whose types are taken out.
    Typescript,
    /// Python, on CPython.
    Python,
    /// C, by Zig's compiler.
    C,
    /// Zig.
    Zig,
}

impl Language {
    /// All of them.
    const ALL: [Self; 6] = [Self::Rust, Self::Javascript, Self::Typescript, Self::Python, Self::C, Self::Zig];

    /// The file by which a plugin of the language is known, and which a toolchain begins with.
    const fn root(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::Javascript => "plugin.js",
            Self::Typescript => "plugin.ts",
            Self::Python => "plugin.py",
            Self::C => "plugin.c",
            Self::Zig => "plugin.zig",
        }
    }

    /// The language of a plugin's folder.
    pub fn of(dir: &Path) -> anyhow::Result<Self> {
        let found = Self::ALL.into_iter().find(|language| dir.join(language.root()).is_file());
        found.with_context(|| {
            format!(
                "{} has none of {}; build the plugin with its own toolchain and hand over the result: hospes plugin \
                 build {0} --module FILE.wasm",
                dir.display(),
                Self::ALL.map(Self::root).join(", ")
            )
        })
    }

    /// Builds the source; the core module or component that came of it.
    pub fn build(self, dir: &Path, manifest: &Manifest) -> anyhow::Result<PathBuf> {
        let named = self == Self::Rust || !manifest.abilities.is_empty();
        ensure!(
            named,
            "plugin.toml doesn't say what the plugin exports; add for example: abilities = [\"channel\"]"
        );
        match self {
            Self::Rust => rust::build(dir),
            Self::Javascript | Self::Typescript => javascript::build(dir, self.root(), manifest),
            Self::Python => python::build(dir, manifest),
            Self::C => c::build(dir, manifest),
            Self::Zig => zig::build(dir, manifest),
        }
    }
}
