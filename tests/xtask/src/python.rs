//! A Python environment of the tests' own, below the build directory: the programs that check ours from outside
//! are written in Python, and nothing of the machine's own Python is changed for them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command::{found, output, run};
use crate::steps::Outcome;
use crate::workspace::Workspace;

/// The variable by which tests find the environment's interpreter.
pub const VARIABLE: &str = "HOSPES_TEST_PYTHON";

/// What a person does when the environment can't be made.
pub const BY_HAND: &str = "python3 -m venv target/python && target/python/bin/pip install --no-deps -r tests/requirements.txt \
     (needs pypi.org; if Python is too old for a version there, choose an older one in the file)";

/// Where the Debian package's Python is, which may be hidden in PATH by one that can't make environments.
const DEBIAN: &str = "/usr/bin/python3";

/// The environment's interpreter.
pub fn interpreter(workspace: &Workspace) -> PathBuf {
    folder(workspace).join("bin/python")
}

/// Whether there is a Python that can make environments.
pub fn can_make() -> bool {
    maker().is_some()
}

/// Makes the environment, unless it is there with exactly what `tests/requirements.txt` asks for.
pub fn prepare(workspace: &Workspace) -> Result<Outcome> {
    let file = workspace.root.join("tests/requirements.txt");
    let wanted = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
    let folder = folder(workspace);
    let installed = folder.join("requirements.txt");
    let python = interpreter(workspace);
    if fs::read_to_string(&installed).is_ok_and(|there| there == wanted) && starts(&python) {
        return Ok(Outcome::AlreadyThere(format!("{} has what {} asks for", folder.display(), name(&file))));
    }
    let Some(maker) = maker() else { bail!("there is no Python with its venv module") };
    run(Command::new(maker).args(["-m", "venv", "--clear"]).arg(&folder))?;
    // Without dependencies of its own choice: what is installed is what the file lists, and the check tells when
    // the list isn't complete.
    let pip = ["-m", "pip", "--disable-pip-version-check", "--quiet"];
    run(Command::new(&python).args(pip).args(["install", "--no-deps", "-r"]).arg(&file))?;
    run(Command::new(&python).args(pip).arg("check"))?;
    // The last thing, so that an attempt which was cut off is taken for none.
    fs::write(&installed, wanted).with_context(|| installed.display().to_string())?;
    Ok(Outcome::Worked)
}

fn folder(workspace: &Workspace) -> PathBuf {
    workspace.target.join("python")
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// An environment may be there whose interpreter the machine has lost in an upgrade.
fn starts(python: &Path) -> bool {
    output(Command::new(python).args(["-c", "pass"])).is_ok()
}

/// The first Python that has all that its venv module needs; Debian keeps `ensurepip` in a package of its own.
fn maker() -> Option<PathBuf> {
    let candidates = found("python3").into_iter().chain([PathBuf::from(DEBIAN)]);
    candidates.into_iter().find(|python| {
        python.is_file() && output(Command::new(python).args(["-c", "import ensurepip, venv"])).is_ok()
    })
}
