//! Assembles the adapter for WASI 0.1, so that the server needn't bring an assembler along.

use std::path::PathBuf;

const SOURCE: &str = "src/plugins/package/preview1.wat";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    println!("cargo::rerun-if-changed={SOURCE}");
    #[expect(clippy::disallowed_methods, reason = "cargo says so where what is made goes")]
    let out = std::env::var_os("OUT_DIR").ok_or("cargo names no folder")?;
    std::fs::write(PathBuf::from(out).join("preview1.wasm"), wat::parse_file(SOURCE)?)?;
    Ok(())
}
