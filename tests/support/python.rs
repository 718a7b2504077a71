//! Programs in Python, with the packages of `tests/requirements.txt`: they check from outside what the host makes.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

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

/// Starts a program that listens on the loopback address and prints its port first: it, and where it listens. Its standard
/// input stays open as long as it lives.
pub fn listening(mut program: Command) -> (Child, String) {
    let mut process = program.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("a Python program");
    let mut port = String::new();
    let output = process.stdout.take().expect("its output");
    BufReader::new(output).read_line(&mut port).expect("its port");
    (process, format!("127.0.0.1:{}", port.trim()))
}

/// The HMAC of data in hexadecimal digits, by Python's own library.
pub fn hmac_sha256(key: &str, data: &[u8]) -> String {
    const PROGRAM: &str = "import hashlib, hmac, sys; \
        print(hmac.new(sys.argv[1].encode(), sys.stdin.buffer.read(), hashlib.sha256).hexdigest())";
    let mut process = Command::new(interpreter())
        .args(["-I", "-c", PROGRAM, key])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("a Python program");
    process.stdin.take().expect("its input").write_all(data).expect("it reads");
    let output = process.wait_with_output().expect("it ends");
    String::from_utf8(output.stdout).expect("digits").trim().to_owned()
}
