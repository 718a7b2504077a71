//! Making a finished plugin of a core module or of a component.

use super::manifest::Manifest;
use super::sections::{SectionKind, Surface};
use super::{MANIFEST_SECTION, Package, PackageError, SIGNATURE_SECTION, contract, fit, preview1};
use wasm_encoder::{ComponentSection, CustomSection};
use wit_component::{ComponentEncoder, StringEncoding};

/// Why no plugin could be made.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// What was handed in isn't fit for it.
    #[error(transparent)]
    Package(#[from] PackageError),
    /// The module's functions don't match the contract, or its code isn't valid.
    #[error("no component can be made of the module: {0}")]
    Encode(String),
}

/// Makes a finished plugin: a core module becomes a component by what it exports, a component stays as it
/// is; the manifest is put in, and an old one or a signature taken out. Returns the bytes and what they
/// are.
pub fn build(bytes: &[u8], manifest: &Manifest) -> Result<(Vec<u8>, Package), BuildError> {
    let surface = Surface::read(bytes)?;
    let mut plugin = match surface.kind {
        SectionKind::Module => componentize(bytes, &surface)?,
        SectionKind::Component => {
            wasmparser::validate(bytes).map_err(PackageError::from)?;
            surface.without(bytes, |name| name == MANIFEST_SECTION || name == SIGNATURE_SECTION)
        }
    };
    let manifest = manifest.canonical_json();
    let section = CustomSection { name: MANIFEST_SECTION.into(), data: manifest.as_bytes().into() };
    section.append_to_component(&mut plugin);
    let package = Package::read(&plugin)?;
    Ok((plugin, package))
}

/// Wraps a core module into a component that exports the interfaces whose functions the module has. What
/// the toolchain says of the module's type is dropped: an SDK describes every interface there is. WASI 0.1 is answered by
/// an adapter.
fn componentize(bytes: &[u8], surface: &Surface<'_>) -> Result<Vec<u8>, BuildError> {
    let interfaces: Vec<_> = surface
        .exports
        .iter()
        .filter_map(|name| Some(name.strip_prefix("cabi_post_").unwrap_or(name).split_once('#')?.0))
        .collect();
    let abilities = fit::abilities(&interfaces)?;
    let mut unfit: Vec<_> = surface
        .imports
        .iter()
        .filter(|module| !module.starts_with("[export]") && **module != preview1::NAME)
        .filter_map(|module| fit::import(module))
        .collect();
    unfit.dedup();
    if !unfit.is_empty() {
        return Err(PackageError::Unfit(unfit).into());
    }
    let encode = || -> anyhow::Result<Vec<u8>> {
        let (resolve, world) = contract::world_of(&abilities)?;
        let mut module = surface.without(bytes, |name| name.starts_with("component-type"));
        wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
        let mut encoder = ComponentEncoder::default();
        let encoder = encoder.module(&module)?.validate(true);
        match surface.imports.contains(&preview1::NAME) {
            true => encoder.adapter(preview1::NAME, &preview1::adapter()?)?.encode(),
            false => encoder.encode(),
        }
    };
    encode().map_err(|error| BuildError::Encode(format!("{error:#}")))
}
