//! The engine, linked with the contract: a component that waits for its modules.

use std::io::Read as _;

use flate2::read::GzDecoder;
use wit_component::{Linker, StringEncoding};

use crate::plugins::grants::ability::Ability;
use crate::plugins::package::{contract, preview1};

/// What the engine imports its modules by.
const LOADER: &str = "local:init/module-loader";

/// The engine and a library that carries these abilities' functions over to it, made one.
pub(super) fn linked(abilities: &[Ability]) -> anyhow::Result<Vec<u8>> {
    let mut engine = Vec::new();
    GzDecoder::new(&include_bytes!(concat!(env!("OUT_DIR"), "/quickjs.wasm.gz"))[..])
        .read_to_end(&mut engine)?;
    let (resolve, world) = contract::world_of(abilities)?;
    let mut functions = wit_dylib::create(&resolve, world, None);
    wit_component::embed_component_metadata(&mut functions, &resolve, world, StringEncoding::UTF8)?;
    let mut linker = Linker::default();
    linker.encoder().validate(true);
    linker.library("quickjs.wasm", &engine, false)?;
    linker.library("functions.wasm", &functions, false)?;
    linker.encoder().adapter(preview1::NAME, &preview1::adapter()?)?;
    linker.encoder().adapter(LOADER, &loader()?)?;
    linker.encode()
}

/// Answers the engine's questions for modules by questions for settings, so that no import but the contract's is left.
fn loader() -> anyhow::Result<Vec<u8>> {
    let mut module = include_bytes!(concat!(env!("OUT_DIR"), "/loader.wasm")).to_vec();
    let (resolve, world) = contract::world("world loader { import config; }", "loader")?;
    wit_component::embed_component_metadata(&mut module, &resolve, world, StringEncoding::UTF8)?;
    Ok(module)
}
