//! `hospes backup`: all of a database in one file, while servers run.

use std::path::PathBuf;
use std::sync::Arc;

use super::copies;
use crate::boot::SystemClock;
use crate::boot::settings::{self, Flags, Settings};
use crate::ops::copies::backup;
use crate::store::db::Location;

/// Writes all of a database into a new file, as it is at one moment while servers may be running.
///
/// The file is a SQLite database, whichever database it was made from; hospes restore puts it into either. It is looked
/// through before it gets its name: an interrupted backup leaves nothing. The key of the plugins' secrets isn't in it.
#[derive(Debug, clap::Args)]
pub struct Backup {
    /// The file, which must not be there yet
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    /// sqlite:FILE or postgres://user@host/database [default: as for serve]
    #[arg(long, value_name = "DATABASE")]
    pub database: Option<String>,
    /// The configuration file [default: hospes.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl Backup {
    /// Writes and checks it.
    pub async fn run(self) -> anyhow::Result<()> {
        let flags = Flags { listen: None, database: self.database, config: self.config };
        let settings = Settings::load(&flags, &settings::environment())?;
        let seen =
            backup(&settings.database, &self.file, Arc::new(SystemClock)).await.map_err(copies::advised)?;
        let bytes = std::fs::metadata(&self.file)?.len();
        let done = format!("{} has {} KiB", self.file.display(), bytes.div_ceil(1024));
        copies::report(&done, &seen, &Location::Sqlite(self.file)).await
    }
}
