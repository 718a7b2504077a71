//! The command line, run as people run it: the built program against a running host.

use std::path::PathBuf;
use std::process::Output;

use crate::app::{ADMIN, TestApp};

/// Runs the built program as the administrator.
pub async fn hospes(app: &TestApp, arguments: &[&str], input: &str) -> Output {
    let url = app.url("");
    hospes_with(&[("HOSPES_URL", url.as_str()), ("HOSPES_TOKEN", ADMIN)], arguments, input).await
}

/// The built program, which lies beside the folder of the test's own.
pub fn program() -> PathBuf {
    let own = std::env::current_exe().expect("the test's own path");
    own.ancestors().nth(2).expect("the folder of the build").join("hospes")
}

/// Runs the built program with this environment.
pub async fn hospes_with(environment: &[(&str, &str)], arguments: &[&str], input: &str) -> Output {
    use tokio::io::AsyncWriteExt as _;
    let binary = program();
    let mut child = tokio::process::Command::new(&binary)
        .args(arguments)
        .envs(environment.iter().copied())
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap_or_else(|error| panic!("{}: {error}; build it: cargo build -p hospes", binary.display()));
    let mut stdin = child.stdin.take().expect("its standard input");
    // A command that reads nothing may have ended already.
    let _ = stdin.write_all(input.as_bytes()).await;
    drop(stdin);
    child.wait_with_output().await.expect("its output")
}

/// What a command printed, on both outputs.
pub fn text(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}
