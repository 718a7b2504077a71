//! WASI 0.1, `wasi_snapshot_preview1`: what C's libc and Go are built for. A module that imports it gets an adapter that
//! answers it by the contract's own interfaces, so that nothing of it is left in the plugin.

use super::contract;

/// The module that toolchains import.
pub(super) const NAME: &str = "wasi_snapshot_preview1";

/// The adapter, which says of itself what it imports of the contract.
pub(super) fn adapter() -> anyhow::Result<Vec<u8>> {
    let mut module = include_bytes!(concat!(env!("OUT_DIR"), "/preview1.wasm")).to_vec();
    let (resolve, world) =
        contract::world("world preview1 { import log; import clock; import random; }", "preview1")?;
    wit_component::embed_component_metadata(
        &mut module,
        &resolve,
        world,
        wit_component::StringEncoding::UTF8,
    )?;
    Ok(module)
}
