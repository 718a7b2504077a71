//! A plugin that was built, as commands that look at one find it.

use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::plugins::package::manifest::Manifest;

/// Which finished plugin.
#[derive(Debug, clap::Args)]
pub struct Built {
    /// The plugin's folder, where its plugin.toml is
    #[arg(default_value = ".")]
    pub dir: PathBuf,
    /// The finished plugin [default: DIR/target/ID-VERSION.wasm, where `hospes plugin build` puts it]
    #[arg(long, value_name = "FILE")]
    pub plugin: Option<PathBuf>,
}

impl Built {
    /// Where it is, and its bytes.
    pub fn read(self) -> anyhow::Result<(PathBuf, Vec<u8>)> {
        let place = match self.plugin {
            Some(plugin) => plugin,
            None => place(&self.dir)?,
        };
        let artifact = std::fs::read(&place).with_context(|| {
            format!("{} can't be read; build it first: hospes plugin build", place.display())
        })?;
        Ok((place, artifact))
    }
}

/// Where `hospes plugin build` puts the plugin.
pub(super) fn place(dir: &Path) -> anyhow::Result<PathBuf> {
    let path = dir.join("plugin.toml");
    let text = std::fs::read_to_string(&path).with_context(|| format!("{} can't be read", path.display()))?;
    let manifest = Manifest::from_toml(&text).with_context(|| path.display().to_string())?;
    Ok(dir.join("target").join(format!("{}-{}.wasm", manifest.id, manifest.version)))
}
