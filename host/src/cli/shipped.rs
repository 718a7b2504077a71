//! The plugins that are shipped with the program: files beside it, found by name.

use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::plugins::package::Package;

/// Where shipped plugins are looked for.
#[derive(Debug, Clone, clap::Args)]
pub struct Places {
    /// A folder of plugins (NAME.wasm), looked into before those beside the program and ./plugins
    #[arg(long = "plugins", env = "HOSPES_PLUGINS", value_name = "DIR")]
    folder: Option<PathBuf>,
}

impl Places {
    /// The folders, in the order in which they are looked into.
    pub fn folders(&self) -> Vec<PathBuf> {
        let program = std::env::current_exe().ok().and_then(|path| path.canonicalize().ok());
        let beside = program.as_deref().and_then(Path::parent);
        let own = ["plugins", "../plugins", "../lib/hospes/plugins", "../share/hospes/plugins"];
        let own = own.iter().filter_map(|place| Some(beside?.join(place)));
        let mut folders: Vec<PathBuf> =
            self.folder.iter().cloned().chain(own).chain([PathBuf::from("plugins")]).collect();
        // The same folder under two names is one.
        let mut seen = Vec::new();
        folders.retain(|folder| {
            let place = folder.canonicalize().unwrap_or_else(|_| folder.clone());
            let is_new = !seen.contains(&place);
            seen.push(place);
            is_new
        });
        folders
    }

    /// The file of what was named: a file itself, or a shipped plugin by its name.
    pub fn find(&self, named: &str) -> anyhow::Result<PathBuf> {
        let path = PathBuf::from(named);
        let is_name = named.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        if !is_name || path.is_file() {
            return Ok(path);
        }
        let folders = self.folders();
        let found =
            folders.iter().map(|folder| folder.join(format!("{named}.wasm"))).find(|file| file.is_file());
        let Some(found) = found else {
            let folders: Vec<String> = folders.iter().map(|folder| folder.display().to_string()).collect();
            bail!(
                "there is no plugin {named:?} in {}; name its folder by --plugins DIR, or give its file. hospes plugin \
                 available lists what is there",
                folders.join(", ")
            );
        };
        Ok(found)
    }

    /// Every plugin of the folders, by name; one that is in several folders is the first's.
    pub fn all(&self) -> anyhow::Result<Vec<(PathBuf, Package)>> {
        let mut found: Vec<(PathBuf, Package)> = Vec::new();
        for folder in self.folders().into_iter().filter(|folder| folder.is_dir()) {
            let context = || format!("{} can't be read", folder.display());
            for entry in std::fs::read_dir(&folder).with_context(context)? {
                let path = entry.with_context(context)?.path();
                if path.extension().is_none_or(|ending| ending != "wasm") {
                    continue;
                }
                let bytes =
                    std::fs::read(&path).with_context(|| format!("{} can't be read", path.display()))?;
                // Other components may lie there.
                let Ok(package) = Package::read(&bytes) else { continue };
                if found.iter().all(|(_, known)| known.manifest.id != package.manifest.id) {
                    found.push((path, package));
                }
            }
        }
        found.sort_by(|(_, one), (_, other)| one.manifest.id.cmp(&other.manifest.id));
        Ok(found)
    }
}
