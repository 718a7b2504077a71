//! `hospes restore`: a backup becomes a database again.

use std::path::PathBuf;
use std::sync::Arc;

use super::copies;
use crate::boot::SystemClock;
use crate::boot::settings::{self, Flags, Settings};
use crate::ops::copies::restore;

/// Puts a backup into an empty database, or into a file that isn't there yet.
///
/// Nothing is ever written over: to go back to a backup, move the old file away or make another database first. The server
/// that starts there needs the key that the backup's secrets are sealed with, and does what was due when it was made: don't
/// start it beside the one that the backup came from.
#[derive(Debug, clap::Args)]
pub struct Restore {
    /// The backup
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// Where to: sqlite:FILE or postgres://user@host/database [default: as for serve]
    #[arg(long, value_name = "DATABASE")]
    pub database: Option<String>,
    /// The configuration file [default: hospes.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Restore {
    /// Restores and checks.
    pub async fn run(self) -> anyhow::Result<()> {
        let flags = Flags { listen: None, database: self.database, config: self.config };
        let settings = Settings::load(&flags, &settings::environment())?;
        let seen = restore(&self.file, &settings.database, Arc::new(SystemClock)).await?;
        copies::report(&format!("{} is restored", self.file.display()), &seen, &settings.database).await
    }
}
