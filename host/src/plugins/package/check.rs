//! Looks at an artifact before it is taken: as far as that is possible without settings and secrets.

use std::sync::Arc;

use uuid::Uuid;
use wasmtime::component::Component;

use super::compile::CompileError;
use super::script::Source;
use super::{Package, PackageError};
use crate::plugins::engine::call::{CallId, Function, sandboxed};
use crate::plugins::error::CallError;
use crate::plugins::grants::ability::Ability;
use crate::plugins::registry::{Draft, Plugins};

/// The largest artifact that is taken: a plugin in Python with its interpreter has 18 MiB.
pub const LARGEST: usize = 64 << 20;
/// What every WebAssembly file begins with.
const MAGIC: &[u8] = b"\0asm";

/// Why an artifact isn't taken.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// It is too large.
    #[error("the plugin has {bytes} bytes; {LARGEST} are allowed")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// It is something else altogether.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// It is no plugin, its manifest or its code is wrong, or it takes too much to find out.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// An import or export isn't the contract's.
    #[error("the component doesn't fit the contract: {0}")]
    Unfit(String),
    /// It doesn't start.
    #[error("the component doesn't start: {0}")]
    Broken(CallError),
}

impl Plugins {
    /// Checks an artifact: its manifest, its code, the types of all its imports and exports, and that it starts.
    pub async fn check(&self, bytes: &[u8]) -> Result<Package, CheckError> {
        if bytes.len() > LARGEST {
            return Err(CheckError::TooLarge { bytes: bytes.len() });
        }
        // What isn't WebAssembly at all needs no process of its own to be found out.
        if !bytes.starts_with(MAGIC) {
            return Err(PackageError::NotWasm.into());
        }
        self.check_compiled(bytes).await.map(|(package, _)| package)
    }

    /// Makes a plugin of a script's source, in the process that compiles.
    pub async fn build_script(&self, source: &Source) -> Result<Vec<u8>, CheckError> {
        Ok(self.turn_of_upload().await?.build(source).await?)
    }

    /// As [`check`](Self::check), with the code.
    pub(in crate::plugins) async fn check_compiled(
        &self,
        bytes: &[u8],
    ) -> Result<(Package, Component), CheckError> {
        let (package, component) = self.checked_component(bytes.into()).await?;
        let draft = Draft::detached(package.manifest.clone());
        let assembled = self.assemble(draft, &component);
        let installation = Arc::new(assembled.map_err(|error| CheckError::Unfit(format!("{error:#}")))?);
        // Instantiating runs the guest's own start functions, so this is a call like any other, limits and all.
        let ability = installation.abilities.first().copied().unwrap_or(Ability::Channel);
        let function = Function { http: false, ..Function::of(ability, "check") };
        let call = CallId(Uuid::nil()).into();
        let tried = sandboxed(self.shared(), &installation, function, call, |store, instance, exports| {
            Box::pin(async move { Ok(Ok(exports.check_types(store, &instance))) })
        });
        let checked = tried.await.outcome.map_err(CheckError::Broken)?.value;
        checked.map(|()| (package, component)).map_err(|error| CheckError::Unfit(format!("{error:#}")))
    }
}
