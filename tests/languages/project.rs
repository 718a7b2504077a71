//! A plugin's folder, as an author has it.

use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

use support::commands::{hospes_with, program, text};
use tempfile::TempDir;

/// The interfaces that plugins may export, as `plugin build` names them.
pub const ABILITIES: [&str; 15] = [
    "channel",
    "channel-send",
    "channel-poll",
    "channel-media",
    "triage",
    "assignment",
    "scoring",
    "survey",
    "partner",
    "identity",
    "messenger",
    "hooks",
    "schedule",
    "panel",
    "tools",
];

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

    /// The example that shows every interface, in this language: what is shared by all languages, and the language's own
    /// files, laid over what `hospes plugin new` leaves.
    pub async fn tour(language: &'static str) -> Self {
        let (folder, own) = match language {
            // Its manifest is for the workspace that it lies in; the one that `new` leaves serves outside.
            "rust" => ("rust/examples/tour/src", "src"),
            "typescript" => ("js/examples/tour", ""),
            other => (if other == "c" { "c/examples/tour" } else { "python/examples/tour" }, ""),
        };
        let project = Self::begin(language, &[]).await;
        std::fs::remove_dir_all(project.dir().join("cases")).expect("its cases");
        let sdk = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("sdk");
        for (from, to) in [("examples/tour", ""), (folder, own)] {
            let from = sdk.join(from);
            for file in files(&from) {
                let place = project.dir().join(to).join(file.strip_prefix(&from).unwrap());
                std::fs::create_dir_all(place.parent().unwrap()).expect("a folder");
                std::fs::copy(&file, place).expect("a file");
            }
        }
        project
    }

    /// The file that it is built into. Packing an interpreter takes long, so what was built is kept for the same program and
    /// the same source: a test runs on each database.
    pub async fn built(&self) -> Vec<u8> {
        let made = std::fs::metadata(program()).and_then(|program| program.modified()).expect("the program");
        let mut digest = DefaultHasher::new();
        (made.duration_since(UNIX_EPOCH).expect("a time"), self.language).hash(&mut digest);
        for file in files(&self.dir()) {
            (file.strip_prefix(self.dir()).unwrap(), std::fs::read(&file).expect("a file")).hash(&mut digest);
        }
        let kept = toolchains().join("built");
        std::fs::create_dir_all(&kept).expect("a folder");
        let kept = kept.join(format!("{:016x}.wasm", digest.finish()));
        let lock = File::create(kept.with_extension("lock")).expect("a lock");
        lock.lock().expect("the lock");
        if let Ok(built) = std::fs::read(&kept) {
            return built;
        }
        self.must("build").await;
        let built = files(&self.dir().join("target"));
        let built: Vec<&PathBuf> = built
            .iter()
            .filter(|file| file.to_str().is_some_and(|name| name.ends_with("-0.1.0.wasm")))
            .collect();
        assert_eq!(built.len(), 1, "{built:?}");
        let built = std::fs::read(built[0]).expect("what was built");
        std::fs::write(&kept, &built).expect("kept");
        built
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

/// All files below a folder, in order.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() { folders.push(path) } else { found.push(path) }
        }
    }
    found.sort();
    found
}

/// What toolchains lack is kept below the build directory, so that only the first run fetches it.
pub fn toolchains() -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().join("toolchains")
}

async fn run(arguments: &[&str]) -> (bool, String) {
    let output = hospes_with(&[("XDG_CACHE_HOME", toolchains().to_str().unwrap())], arguments, "").await;
    (output.status.success(), text(&output))
}
