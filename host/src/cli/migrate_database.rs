//! `hospes migrate-database`: from a SQLite file to PostgreSQL, or back.

use std::path::PathBuf;
use std::sync::Arc;

use super::copies;
use crate::boot::SystemClock;
use crate::boot::settings::{self, Flags, Settings};
use crate::ops::copies::move_to;
use crate::store::db::Location;

/// Copies a database from a SQLite file into an empty one on PostgreSQL, or the other way round.
///
/// Stop the servers first; the old database stays as it is. The event log's chain goes over as it stands, and is followed to
/// its end afterwards. Start the server on the new database with the same key as before.
#[derive(Debug, clap::Args)]
pub struct MigrateDatabase {
    /// Where to: postgres://user@host/database or sqlite:FILE
    #[arg(value_name = "TO")]
    pub to: Location,
    /// Where from: sqlite:FILE or postgres://user@host/database [default: as for serve]
    #[arg(long, value_name = "DATABASE")]
    pub database: Option<String>,
    /// The configuration file [default: hospes.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

impl MigrateDatabase {
    /// Copies and checks.
    pub async fn run(self) -> anyhow::Result<()> {
        let flags = Flags { listen: None, database: self.database, config: self.config };
        let settings = Settings::load(&flags, &settings::environment())?;
        let seen =
            move_to(&settings.database, &self.to, Arc::new(SystemClock)).await.map_err(copies::advised)?;
        copies::report("everything is there", &seen, &self.to).await
    }
}
