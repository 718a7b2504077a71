//! Programs in Python, with the packages of `tests/requirements.txt`: they check from outside what the host makes.

use std::path::PathBuf;
use std::process::Command;

/// The interpreter. `cargo verify` names it; run one by one, tests find the one that `xtask python` made.
pub fn interpreter() -> PathBuf {
    let path = std::env::var_os("HOSPES_TEST_PYTHON").map_or_else(
        || PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../target/python/bin/python")),
        PathBuf::from,
    );
    assert!(path.is_file(), "{} is not there: cargo run -p xtask -- python", path.display());
    path
}

/// A call of a program in `tests/`, for example `support/smtp_server.py`.
pub fn program(path: &str) -> Command {
    let mut command = Command::new(interpreter());
    // What a machine's own Python is told by its environment is none of these programs' business.
    command.arg("-I").arg(format!("{}/{path}", env!("CARGO_MANIFEST_DIR")));
    command
}

/// A program that a package has brought along, as the interpreter takes it.
pub fn script(name: &str) -> PathBuf {
    interpreter().with_file_name(name)
}
