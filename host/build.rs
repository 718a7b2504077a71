//! Assembles the adapters between engines of other languages and the contract, so that the server needn't bring an assembler
//! along, and compresses the engine of JavaScript.

use std::fs::{self, File};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;

const ADAPTERS: [(&str, &str); 2] = [
    ("src/plugins/package/preview1.wat", "preview1.wasm"),
    ("src/plugins/package/script/loader.wat", "loader.wasm"),
];
const ENGINE: &str = "src/plugins/package/script/quickjs.wasm";

fn main() -> Result<(), Box<dyn std::error::Error>> {
    #[expect(clippy::disallowed_methods, reason = "cargo says so where what is made goes")]
    let out = std::env::var_os("OUT_DIR").ok_or("cargo names no folder")?;
    let out = Path::new(&out);
    for (source, made) in ADAPTERS {
        println!("cargo::rerun-if-changed={source}");
        fs::write(out.join(made), wat::parse_file(source)?)?;
    }
    println!("cargo::rerun-if-changed={ENGINE}");
    let mut compressed = GzEncoder::new(File::create(out.join("quickjs.wasm.gz"))?, Compression::best());
    std::io::copy(&mut File::open(ENGINE)?, &mut compressed)?;
    compressed.finish()?;
    Ok(())
}
