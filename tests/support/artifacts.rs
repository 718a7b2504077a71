//! Plugins' files, as they were built and changed as tests want them.

use std::path::PathBuf;

use serde_json::Value;

/// The folder of the built plugins; those of the tests' own are in `tests` below it.
pub fn folder() -> PathBuf {
    std::env::var_os("HOSPES_TEST_PLUGINS").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/plugins")),
        PathBuf::from,
    )
}

/// Where all hosts of the tests keep plugins' compiled code, since compiling is what takes time. Whoever has another key
/// than [`super::process::KEY`] can't read it.
pub fn compiled() -> PathBuf {
    folder().with_file_name("plugins-compiled")
}

/// The file of a shipped plugin; `tests/NAME` for a guest of the tests' own.
pub fn artifact(name: &str) -> Vec<u8> {
    let path = folder().join(format!("{name}.wasm"));
    std::fs::read(&path).unwrap_or_else(|error| {
        panic!("{}: {error}; build the guests: cargo run -p xtask -- plugins", path.display())
    })
}

/// The component with its manifest changed: its sections are walked as the format lays them out, a byte for the kind,
/// the length in LEB128, the contents.
pub fn with_manifest(component: &[u8], change: impl Fn(&mut Value)) -> Vec<u8> {
    const NAME: &[u8] = b"\x0fhospes:manifest";
    let mut made = component[..8].to_vec();
    let mut at = 8;
    while at < component.len() {
        let start = at;
        let (kind, mut length, mut shift) = (component[at], 0_usize, 0);
        at += 1;
        loop {
            let byte = component[at];
            at += 1;
            length |= usize::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                break;
            }
        }
        let contents = &component[at..at + length];
        at += length;
        let Some(manifest) = (kind == 0).then(|| contents.strip_prefix(NAME)).flatten() else {
            made.extend_from_slice(&component[start..at]);
            continue;
        };
        let mut manifest: Value = serde_json::from_slice(manifest).expect("a manifest");
        change(&mut manifest);
        let contents = [NAME, manifest.to_string().as_bytes()].concat();
        made.push(0);
        let mut rest = contents.len();
        while rest >= 0x80 {
            made.push(u8::try_from(rest & 0x7f).expect("a byte") | 0x80);
            rest >>= 7;
        }
        made.push(u8::try_from(rest).expect("a byte"));
        made.extend_from_slice(&contents);
    }
    made
}
