//! Where the tree and the build directory are, and how cargo is called.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};

/// The tree that is being built.
pub struct Workspace {
    /// The top of the tree: the folder of the workspace's `Cargo.toml`.
    pub root: PathBuf,
    /// Where cargo builds; `CARGO_TARGET_DIR` and cargo's own settings decide it.
    pub target: PathBuf,
    cargo: OsString,
}

impl Workspace {
    /// Asks cargo.
    pub fn find() -> Result<Self> {
        let cargo = variable("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(&cargo)
            .args(["metadata", "--no-deps", "--format-version", "1"])
            .output()
            .context("cargo could not be started")?;
        if !output.status.success() {
            bail!("cargo metadata failed: {}", String::from_utf8_lossy(&output.stderr).trim());
        }
        let metadata = String::from_utf8(output.stdout).context("cargo metadata is not UTF-8")?;
        let path = |key| {
            json_text(&metadata, key)
                .map(PathBuf::from)
                .with_context(|| format!("cargo metadata has no {key}"))
        };
        Ok(Self { root: path("workspace_root")?, target: path("target_directory")?, cargo })
    }

    /// A tree whose places are known.
    #[cfg(test)]
    pub fn at(root: PathBuf, target: PathBuf) -> Self {
        Self { root, target, cargo: "cargo".into() }
    }

    /// A call of cargo at the top of the tree.
    pub fn cargo(&self, subcommand: &str) -> Command {
        let mut command = Command::new(&self.cargo);
        command.arg(subcommand).current_dir(&self.root).env("CARGO_TARGET_DIR", &self.target);
        // Of this program itself, which `cargo run` has set: packages that look at them would be built anew whenever
        // somebody goes from `cargo verify` to `cargo build` or back.
        for name in own_variables() {
            command.env_remove(name);
        }
        command
    }

    /// Where the finished plugins lie: the shipped ones at the top, the tests' own under `tests/`.
    pub fn plugins(&self) -> PathBuf {
        self.target.join("plugins")
    }
}

/// The variables that cargo sets for a program that it runs.
fn own_variables() -> impl Iterator<Item = OsString> {
    const OWN: [&str; 5] = [
        "CARGO_BIN_NAME",
        "CARGO_CRATE_NAME",
        "CARGO_MANIFEST_DIR",
        "CARGO_MANIFEST_PATH",
        "CARGO_PRIMARY_PACKAGE",
    ];
    let is_own = |name: &OsString| {
        name.to_str().is_some_and(|name| OWN.contains(&name) || name.starts_with("CARGO_PKG_"))
    };
    std::env::vars_os().map(|(name, _)| name).filter(is_own)
}

/// An environment variable, if it is set and not empty.
#[expect(clippy::disallowed_methods, reason = "this program has no configuration but its environment")]
pub fn variable(name: &str) -> Option<OsString> {
    std::env::var_os(name).filter(|value| !value.is_empty())
}

/// The text of a top-level key in cargo's metadata. The last place counts, because the packages, which may
/// carry keys of their own choice, come first. Reading this one thing by hand saves a JSON library in the
/// first program that a newcomer compiles.
fn json_text(json: &str, key: &str) -> Option<String> {
    let key = format!("\"{key}\":\"");
    let mut rest = json[json.rfind(&key)? + key.len()..].chars();
    let mut text = String::new();
    loop {
        match rest.next()? {
            '"' => return Some(text),
            '\\' => match rest.next()? {
                'u' => {
                    let digits: String = rest.by_ref().take(4).collect();
                    text.push(char::from_u32(u32::from_str_radix(&digits, 16).ok()?)?);
                }
                'n' => text.push('\n'),
                't' => text.push('\t'),
                other => text.push(other),
            },
            other => text.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_key_counts_and_escapes_are_read() {
        let json =
            r#"{"packages":[{"metadata":{"target_directory":"/no"}}],"target_directory":"/a \"b\"\\c"}"#;
        assert_eq!(json_text(json, "target_directory").as_deref(), Some(r#"/a "b"\c"#));
        assert_eq!(json_text(json, "workspace_root"), None);
    }

    #[test]
    fn cargo_says_where_this_tree_is() {
        let workspace = Workspace::find().expect("cargo knows this workspace");
        assert!(workspace.root.join("tests/xtask/Cargo.toml").is_file());
        assert!(workspace.target.is_absolute());
    }
}
