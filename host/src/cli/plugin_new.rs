//! `hospes plugin new`: a folder with a plugin that builds and passes its cases.

use std::io::{IsTerminal as _, Write as _};
use std::path::PathBuf;

use anyhow::{Context, bail, ensure};

use super::languages::{Language, begin};
use super::{ask, terminal};
use crate::plugins::grants::ability::Ability;
use crate::plugins::package::manifest::is_id;

/// Begins a plugin: a folder with its manifest, its source and a case for each of its abilities.
#[derive(Debug, clap::Args)]
pub struct PluginNew {
    /// The folder to make; its name becomes the plugin's
    pub dir: PathBuf,
    /// What it is written in; asked for when it isn't given
    #[arg(long, value_enum)]
    pub language: Option<Language>,
    /// What it can do, for example channel or scoring; may be given several times [default: channel]
    #[arg(long = "ability", value_name = "ABILITY")]
    pub abilities: Vec<String>,
}

impl PluginNew {
    /// Makes the folder and says how to go on.
    pub fn run(self) -> anyhow::Result<()> {
        let id = self.dir.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        ensure!(
            is_id(&id),
            "{id:?} is no name of a plugin; it has 2 to 41 small letters, digits and hyphens, a letter first: my-shop"
        );
        let empty = self.dir.read_dir().map_or(true, |mut entries| entries.next().is_none());
        ensure!(empty, "{} has something in it; name a folder that isn't there yet", self.dir.display());
        let language = match self.language {
            Some(language) => language,
            None => asked()?,
        };
        let mut abilities =
            self.abilities.iter().map(|name| ability(name)).collect::<anyhow::Result<Vec<_>>>()?;
        abilities.sort_unstable();
        abilities.dedup();
        if abilities.is_empty() {
            abilities.push(Ability::Channel);
        }
        begin(&self.dir, &id, language, &abilities)?;
        let dir = self.dir.display();
        let next =
            format!("{dir} is there. Go on with:\n  cd {dir}\n  hospes plugin build\n  hospes plugin test\n");
        terminal::out().write_all(next.as_bytes())?;
        Ok(())
    }
}

fn ability(name: &str) -> anyhow::Result<Ability> {
    let known = || Ability::ALL.map(Ability::interface).join(", ");
    Ability::from_interface(name)
        .with_context(|| format!("there is no ability {name:?}; there are: {}", known()))
}

fn asked() -> anyhow::Result<Language> {
    use clap::ValueEnum as _;
    let names: Vec<String> = Language::value_variants()
        .iter()
        .filter_map(|language| Some(language.to_possible_value()?.get_name().to_owned()))
        .collect();
    if !std::io::stdin().is_terminal() {
        bail!("say which language: --language {}", names.join(" or "));
    }
    write!(std::io::stderr(), "Language ({}): ", names.join(", "))?;
    let answer = ask::line("the language")?;
    Language::from_str(answer.trim(), true)
        .map_err(|_| anyhow::anyhow!("{answer:?} is none of {}", names.join(", ")))
}
