//! A compiler that can build for `wasm32-unknown-unknown`: rustup's target, or Debian's `rustc-web` where
//! rustup reaches no server. Which one serves is read from the machine each time, so nothing remembered can
//! turn out wrong.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::apt;
use crate::command::{found, output, run_within};
use crate::steps::Outcome;
use crate::workspace::{Workspace, variable};

/// The target that guests are built for.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// What a person does where neither way works.
pub const BY_HAND: &str = "rustup target add wasm32-unknown-unknown (needs static.rust-lang.org), or on Debian: \
     sudo apt-get install --no-install-recommends rustc-web rust-web-src";

const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_PACKAGES: &[&str] = &["rustc-web", "rust-web-src"];
const RUSTUP_LIMIT: Duration = Duration::from_secs(20);

/// How guests are compiled on this machine.
#[derive(Debug)]
pub enum Compiler {
    /// The toolchain that builds everything else has the target.
    Toolchain,
    /// Debian's compiler with the library's source, and the linker of the ordinary toolchain.
    Debian {
        /// `rust-lld`.
        linker: PathBuf,
    },
}

/// Finds a compiler, and installs one when there is none.
pub fn prepare() -> Result<Outcome> {
    if let Some(way) = there()? {
        return Ok(Outcome::AlreadyThere(way));
    }
    if let Err(error) = add_by_rustup() {
        eprintln!("      rustup could not add the target ({error:#}); Debian's packages serve instead");
        apt::install(DEBIAN_PACKAGES)?;
    }
    match there()? {
        Some(_) => Ok(Outcome::Worked),
        None => bail!("installed, but still no compiler for {TARGET}: {}", why_not_debian()?),
    }
}

/// The compiler that `prepare` left.
pub fn compiler() -> Result<Compiler> {
    if toolchain_has_target()? {
        return Ok(Compiler::Toolchain);
    }
    match debian()? {
        Some(linker) => Ok(Compiler::Debian { linker }),
        None => bail!("there is no compiler for {TARGET}; {BY_HAND}"),
    }
}

impl Compiler {
    /// A `cargo build` for guests, into a target directory of their own.
    pub fn cargo_build(&self, workspace: &Workspace, into: &Path) -> Command {
        let mut cargo = workspace.cargo("build");
        cargo.args(["--profile", "plugin", "--target", TARGET]).env("CARGO_TARGET_DIR", into);
        // Flags that a developer set for this machine's own processor and linker mean nothing to WebAssembly.
        cargo.env_remove("RUSTFLAGS").env_remove("CARGO_ENCODED_RUSTFLAGS");
        if let Self::Debian { linker } = self {
            cargo
                .args(["-Z", "build-std=std,panic_abort"])
                .env("RUSTC", DEBIAN_RUSTC)
                .env("RUSTC_BOOTSTRAP", "1")
                .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker);
        }
        cargo
    }
}

fn there() -> Result<Option<String>> {
    if toolchain_has_target()? {
        return Ok(Some(format!("the toolchain has {TARGET}")));
    }
    Ok(debian()?.map(|_| format!("Debian's rustc-web builds for {TARGET}")))
}

fn add_by_rustup() -> Result<()> {
    if found("rustup").is_none() {
        bail!("there is no rustup");
    }
    run_within(RUSTUP_LIMIT, Command::new("rustup").args(["target", "add", TARGET]))
}

fn rustc() -> Command {
    Command::new(variable("RUSTC").unwrap_or_else(|| OsString::from("rustc")))
}

/// Whether the target's library lies in the toolchain; a directory alone could be left by a broken download.
fn toolchain_has_target() -> Result<bool> {
    let library = output(rustc().args(["--print", "target-libdir", "--target", TARGET]))?;
    let Ok(files) = std::fs::read_dir(library) else {
        return Ok(false);
    };
    let names: Vec<_> = files.flatten().map(|file| file.file_name().to_string_lossy().into_owned()).collect();
    Ok(["libcore-", "libstd-"].iter().all(|start| names.iter().any(|name| name.starts_with(start))))
}

/// The linker to use with Debian's compiler, when that is complete and new enough.
fn debian() -> Result<Option<PathBuf>> {
    if !Path::new(DEBIAN_RUSTC).is_file() || !debian_library()?.is_dir() {
        return Ok(None);
    }
    if minor_version(&output(Command::new(DEBIAN_RUSTC).arg("--version"))?) < needed_version() {
        return Ok(None);
    }
    let linker = linker()?;
    Ok(linker.is_file().then_some(linker))
}

/// Says which part of Debian's way is missing.
fn why_not_debian() -> Result<String> {
    if !Path::new(DEBIAN_RUSTC).is_file() {
        return Ok(format!("{DEBIAN_RUSTC} is not there"));
    }
    let version = output(Command::new(DEBIAN_RUSTC).arg("--version"))?;
    if minor_version(&version) < needed_version() {
        return Ok(format!("{version} is older than {}", env!("CARGO_PKG_RUST_VERSION")));
    }
    Ok(format!("needed are {} and {}", debian_library()?.display(), linker()?.display()))
}

fn debian_library() -> Result<PathBuf> {
    let sysroot = output(Command::new(DEBIAN_RUSTC).args(["--print", "sysroot"]))?;
    Ok(Path::new(&sysroot).join("lib/rustlib/src/rust/library/std"))
}

/// `rust-lld` of the ordinary toolchain.
fn linker() -> Result<PathBuf> {
    let sysroot = output(rustc().args(["--print", "sysroot"]))?;
    let about = output(rustc().arg("-vV"))?;
    let host = about
        .lines()
        .find_map(|line| line.strip_prefix("host: "))
        .context("rustc -vV does not name its host")?;
    Ok(Path::new(&sysroot).join("lib/rustlib").join(host).join("bin/rust-lld"))
}

/// The minor number of `rustc 1.96.0 (...)` or `1.95`; none reads as zero, which is older than all.
fn minor_version(text: &str) -> u32 {
    let number = text.trim_start_matches("rustc ").split('.').nth(1).unwrap_or_default();
    number.parse().unwrap_or_default()
}

fn needed_version() -> u32 {
    minor_version(env!("CARGO_PKG_RUST_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_their_minor_number() {
        assert_eq!(minor_version("rustc 1.96.0 (ac68faa20 2026-05-25) (built from a source tarball)"), 96);
        assert_eq!(minor_version("1.95"), 95);
        assert_eq!(minor_version("nonsense"), 0);
        assert!(needed_version() >= 95);
    }

    #[test]
    fn debians_compiler_gets_its_linker_and_its_own_library() {
        let workspace = Workspace::find().expect("cargo knows this workspace");
        let compiler = Compiler::Debian { linker: "/lld".into() };
        let command = compiler.cargo_build(&workspace, Path::new("/out"));
        let words: Vec<_> = command.get_args().map(|word| word.to_string_lossy().into_owned()).collect();
        assert!(words.windows(2).any(|pair| pair == ["-Z", "build-std=std,panic_abort"]), "{words:?}");
        let set: Vec<_> = command.get_envs().filter_map(|(name, value)| Some((name, value?))).collect();
        for (name, value) in [("RUSTC", DEBIAN_RUSTC), ("RUSTC_BOOTSTRAP", "1"), ("CARGO_TARGET_DIR", "/out")]
        {
            assert!(set.contains(&(name.as_ref(), value.as_ref())), "{name} is not {value}: {set:?}");
        }
    }
}
