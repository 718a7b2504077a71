//! Building a Rust plugin's core module with cargo, on machines with and without the target's library.

use super::tools;
use anyhow::{Context, bail, ensure};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const TARGET: &str = "wasm32-unknown-unknown";

/// The variable that says where cargo puts what it builds.
const TARGET_DIR: &str = "CARGO_TARGET_DIR";

/// The variable in which cargo looks for the target's linker.
const LINKER: &str = "CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER";

/// Runs cargo in the folder and returns the module it made.
pub fn build(dir: &Path) -> anyhow::Result<PathBuf> {
    let mut cargo = cargo(dir)?;
    let output =
        cargo.stderr(Stdio::inherit()).output().context("cargo can't be started; is Rust installed?")?;
    ensure!(output.status.success(), "cargo couldn't build {}; its own message stands above", dir.display());
    String::from_utf8_lossy(&output.stdout).lines().filter_map(module_of).next_back().with_context(|| {
        format!(
            "cargo made no module of {}; its Cargo.toml needs [lib] crate-type = [\"cdylib\", \"rlib\"]",
            dir.display()
        )
    })
}

fn cargo(dir: &Path) -> anyhow::Result<Command> {
    let mut cargo = Command::new("cargo");
    cargo.current_dir(dir).args(["build", "--profile", "plugin", "--target", TARGET]);
    // A crate that has no such profile gets a plain release.
    cargo.args(["--config", "profile.plugin.inherits=\"release\""]);
    cargo.args(["--message-format", "json-render-diagnostics"]);
    if let Some(shared) = shared_target(dir) {
        cargo.env(TARGET_DIR, shared);
    }
    if ask_rustc("rustc", dir, &["--print", "target-libdir", "--target", TARGET])
        .is_some_and(|lib| has_library(&lib))
    {
        return Ok(cargo);
    }
    let Some(rustc) = ["rustc", "/usr/bin/rustc"].into_iter().find(|rustc| has_source(rustc, dir)) else {
        bail!(
            "Rust can't build for {TARGET} here. Install the target: rustup target add {TARGET}. Where rustup \
             reaches no server, Debian's packages serve: apt-get install rustc-web rust-web-src"
        );
    };
    cargo.env("RUSTC", rustc).env("RUSTC_BOOTSTRAP", "1").args(["-Z", "build-std=std,panic_abort"]);
    #[expect(clippy::disallowed_methods, reason = "it is cargo's own setting, which has to win, not ours")]
    let chosen = std::env::var_os(LINKER);
    if chosen.is_none() {
        let linker =
            ask_rustc("rustc", dir, &["--print", "sysroot"]).and_then(|sysroot| find_linker(&sysroot));
        let linker =
            linker.context("no linker for WebAssembly was found: neither Rust's rust-lld nor wasm-ld")?;
        cargo.env(LINKER, linker);
    }
    Ok(cargo)
}

/// Where what plugins have in common is kept, so that it isn't compiled again for each: for one that is a workspace of its
/// own, unless its author says where.
fn shared_target(dir: &Path) -> Option<PathBuf> {
    #[expect(clippy::disallowed_methods, reason = "it is cargo's own setting, which has to win, not ours")]
    let chosen = std::env::var_os(TARGET_DIR);
    let manifest = std::fs::read_to_string(dir.join("Cargo.toml")).ok()?;
    let alone = manifest.parse::<toml::Table>().is_ok_and(|manifest| manifest.contains_key("workspace"));
    (chosen.is_none() && alone).then(tools::cache)?.ok().map(|cache| cache.join("rust"))
}

/// The path that a rustc prints, if it runs.
fn ask_rustc(rustc: &str, dir: &Path, arguments: &[&str]) -> Option<PathBuf> {
    let output = Command::new(rustc).args(arguments).current_dir(dir).stderr(Stdio::null()).output().ok()?;
    output.status.success().then(|| PathBuf::from(String::from_utf8_lossy(&output.stdout).trim_end()))
}

/// Whether a folder of the target's library holds the library.
fn has_library(folder: &Path) -> bool {
    let Ok(entries) = folder.read_dir() else {
        return false;
    };
    entries.flatten().any(|entry| entry.file_name().to_string_lossy().starts_with("libcore-"))
}

/// Whether a rustc comes with the library's source, so that it can be built along.
fn has_source(rustc: &str, dir: &Path) -> bool {
    ask_rustc(rustc, dir, &["--print", "sysroot"])
        .is_some_and(|sysroot| sysroot.join("lib/rustlib/src/rust/library/core").is_dir())
}

/// Rust's own linker, which lies below the host's name, or the system's.
fn find_linker(sysroot: &Path) -> Option<PathBuf> {
    let hosts = sysroot.join("lib/rustlib").read_dir().into_iter().flatten().flatten();
    let rust_lld = hosts.map(|host| host.path().join("bin/rust-lld")).find(|lld| lld.is_file());
    let works = |lld: &PathBuf| Command::new(lld).arg("--version").output().is_ok();
    rust_lld.or_else(|| Some(PathBuf::from("wasm-ld")).filter(works))
}

/// The module that a line of cargo's messages tells of, if it tells of one.
fn module_of(line: &str) -> Option<PathBuf> {
    let message: serde_json::Value = serde_json::from_str(line).ok()?;
    if message["reason"] != "compiler-artifact" {
        return None;
    }
    let files = message["filenames"].as_array()?.iter().filter_map(serde_json::Value::as_str);
    files.map(PathBuf::from).find(|file| file.extension().is_some_and(|extension| extension == "wasm"))
}

#[cfg(test)]
mod tests {
    use super::module_of;
    use std::path::Path;

    #[test]
    fn only_an_artifact_that_is_wasm_is_the_module() {
        let artifact = r#"{"reason":"compiler-artifact","filenames":["/t/libx.rlib","/t/x.wasm"]}"#;
        assert_eq!(module_of(artifact).as_deref(), Some(Path::new("/t/x.wasm")));
        assert_eq!(module_of(r#"{"reason":"compiler-artifact","filenames":["/t/libx.rlib"]}"#), None);
        assert_eq!(module_of(r#"{"reason":"build-finished","success":true}"#), None);
        assert_eq!(module_of("warning: something"), None);
    }
}
