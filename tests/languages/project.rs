//! A plugin's folder, as an author has it.

use std::path::{Path, PathBuf};

use support::commands::{hospes_with, text};
use tempfile::TempDir;

/// A folder with a plugin.
pub struct Project {
    folder: TempDir,
    language: &'static str,
}

impl Project {
    /// Begins one with these abilities.
    pub async fn begin(language: &'static str, abilities: &[&str]) -> Self {
        let project = Self { folder: tempfile::tempdir().expect("a folder"), language };
        let dir = project.dir();
        let mut arguments = vec!["plugin", "new", dir.to_str().unwrap(), "--language", language];
        arguments.extend(abilities.iter().flat_map(|ability| ["--ability", *ability]));
        let (ends_well, said) = run(&arguments).await;
        assert!(ends_well, "{said}");
        project
    }

    /// Its folder.
    pub fn dir(&self) -> PathBuf {
        self.folder.path().join("demo")
    }

    /// Runs `hospes plugin COMMAND` on it; whether that ends well, and what it says.
    pub async fn plugin(&self, command: &str) -> (bool, String) {
        run(&["plugin", command, self.dir().to_str().unwrap()]).await
    }

    /// As [`plugin`](Self::plugin), which has to end well; what it says.
    pub async fn must(&self, command: &str) -> String {
        let (ends_well, said) = self.plugin(command).await;
        assert!(ends_well, "{command} of {}: {said}", self.language);
        said
    }

    /// Writes its source, or another file.
    pub fn write(&self, name: &str, text: &str) {
        std::fs::write(self.dir().join(name), text).expect("a file");
    }

    /// Its source, or another file.
    pub fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.dir().join(name)).expect("a file")
    }
}

/// What toolchains lack is kept below the build directory, so that only the first run fetches it.
async fn run(arguments: &[&str]) -> (bool, String) {
    let cache = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("toolchains");
    let output = hospes_with(&[("XDG_CACHE_HOME", cache.to_str().unwrap())], arguments, "").await;
    (output.status.success(), text(&output))
}
