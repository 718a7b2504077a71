//! A finished plugin: one WebAssembly component that carries its manifest as a section of its own.

pub mod beginning;
pub(super) mod bounds;
pub mod check;
pub mod compile;
mod contract;
mod encode;
mod fit;
pub mod manifest;
mod preview1;
pub mod script;
mod sections;
pub mod shapes;

pub use contract::{contract, texts_of, world_of};
pub use encode::{BuildError, build};
pub use fit::Unfit;

pub use self::manifest::CONTRACT as CONTRACT_VERSION;
use self::manifest::{Manifest, ManifestError};
use super::grants::ability::Ability;
use sections::{SectionKind, Surface};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// The top-level section that holds the manifest.
pub const MANIFEST_SECTION: &str = "hospes:manifest";

/// The top-level section that holds the publisher's signature over all bytes before it.
pub const SIGNATURE_SECTION: &str = "hospes:signature";

/// What can be told of a finished plugin without running it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Package {
    /// What it says of itself.
    pub manifest: Manifest,
    /// SHA-256 of the whole file, in lower-case hex.
    pub digest: String,
    /// What it can do, found by looking at what it exports.
    pub exports: Vec<Ability>,
    /// The interfaces it imports, as they stand in the component.
    pub imports: Vec<String>,
}

/// Why a file can't be taken as a plugin.
#[derive(Debug, thiserror::Error)]
pub enum PackageError {
    /// It is something else altogether.
    #[error("this isn't WebAssembly; hand over the .wasm file that `hospes plugin build` wrote")]
    NotWasm,
    /// It begins as WebAssembly but can't be read to its end.
    #[error("the file is damaged at byte {at}: {message}; fetch it or build it again")]
    Broken {
        /// Offset in the file.
        at: u64,
        /// What was found there.
        message: String,
    },
    /// It hasn't been packaged.
    #[error(
        "this is a core module, not a component; package it with `hospes plugin build DIR --module FILE`"
    )]
    CoreModule,
    /// It is a component, but not one of ours.
    #[error(
        "the component has no section `{MANIFEST_SECTION}`, so nobody knows what it wants; \
         package it with `hospes plugin build DIR --module FILE`"
    )]
    NoManifest,
    /// There is more code than is compiled here.
    #[error("the code is too much to compile: {0}; split what was generated into smaller functions")]
    TooMuch(String),
    /// Its manifest is wrong.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// Component and host, or component and manifest, don't go together.
    #[error("the plugin doesn't fit:{}", .0.iter().map(|unfit| format!("\n  {unfit}")).collect::<String>())]
    Unfit(Vec<Unfit>),
}

impl From<wasmparser::BinaryReaderError> for PackageError {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self::Broken { at: error.offset() as u64, message: error.message().to_owned() }
    }
}

impl Package {
    /// Reads a finished plugin and checks that it fits this host's contract and its own manifest. Sections of
    /// nested modules and components are ignored. Code isn't validated here; compiling does that.
    pub fn read(bytes: &[u8]) -> Result<Self, PackageError> {
        let surface = Surface::read(bytes)?;
        if surface.kind == SectionKind::Module {
            return Err(PackageError::CoreModule);
        }
        let manifest = Manifest::from_json(surface.manifest.ok_or(PackageError::NoManifest)?)?;
        let exports = fit::abilities(&surface.exports)?;
        fit::check(&manifest, &exports, &surface.imports)?;
        let imports = surface.imports.into_iter().map(str::to_owned).collect();
        Ok(Self { manifest, digest: digest(bytes), exports, imports })
    }

    /// The interfaces of the contract that it imports while its manifest asks for nothing of them, with the manifest's key.
    pub fn unwanted(&self) -> Vec<(&str, &'static str)> {
        fit::unwanted(&self.manifest, self.imports.iter().map(String::as_str))
    }
}

fn digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests;
