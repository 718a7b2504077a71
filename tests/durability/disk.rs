//! A small file system, to be filled up.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Nothing: who is root mounts as they are.
const BARE: &[&str] = &[];
/// Who isn't root is it in a namespace of their own, where they may mount what nobody else sees.
const NAMESPACE: &[&str] = &["unshare", "--user", "--map-root-user", "--mount"];
/// Where namespaces are forbidden, an administrator may have allowed this without a password.
const SUDO: &[&str] = &["sudo", "-n"];

/// A small file system of its own, taken down when it is dropped.
pub struct SmallDisk {
    folder: PathBuf,
    by: &'static [&'static str],
}

impl SmallDisk {
    /// Mounts it on a folder, for the test of this whole name. When that takes a namespace, the test is run again in one
    /// and passes or fails there; then none is left to do here.
    pub fn mount(folder: &Path, test: &str) -> Option<Self> {
        std::fs::create_dir_all(folder).expect("a folder");
        let of_root = "size=24m".to_owned();
        let of_caller = format!("{of_root},mode=700,uid={}", rustix::process::getuid().as_raw());
        if mounts(BARE, &of_root, folder) {
            return Some(Self { folder: folder.to_owned(), by: BARE });
        }
        // What this try has mounted is gone with its namespace.
        if mounts(NAMESPACE, &of_root, folder) {
            run_within(NAMESPACE, test);
            return None;
        }
        assert!(
            mounts(SUDO, &of_caller, folder),
            "{test} needs a small file system of its own; run it as root, or let its user make namespaces \
             (`unshare --user --map-root-user --mount true` says what forbids it), or mount by `sudo -n`"
        );
        Some(Self { folder: folder.to_owned(), by: SUDO })
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Lazily, because a host that failed the test may still have its files open.
        let _ = command(self.by, "umount").arg("-l").arg(&self.folder).output();
    }
}

fn mounts(by: &[&str], options: &str, folder: &Path) -> bool {
    let mount = command(by, "mount").args(["-t", "tmpfs", "-o", options, "tmpfs"]).arg(folder).output();
    mount.is_ok_and(|output| output.status.success())
}

/// Runs a test of this program again by another one, and fails as it does.
fn run_within(by: &[&str], test: &str) {
    let program = std::env::current_exe().expect("a program knows where it is");
    let output = command(by, program.to_str().expect("its path is text"))
        .args(["--exact", test, "--nocapture"])
        .output()
        .expect("what has just mounted also runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let why = String::from_utf8_lossy(&output.stderr);
    // Of a name that is no test's, none fails.
    let passed = output.status.success() && said.contains("test result: ok. 1 passed");
    assert!(passed, "{test} failed by `{}`:\n{said}\n{why}", by.join(" "));
}

/// A program, behind the one that starts it.
fn command(by: &[&str], program: &str) -> Command {
    let mut words = by.iter().copied().chain([program]);
    let mut command = Command::new(words.next().unwrap_or(program));
    command.args(words);
    command
}
