//! `hospes audit checkpoint`: signs the end of the event log.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::Context;

use crate::boot::settings::{self, Flags, Settings};
use crate::boot::{SystemClock, key};
use crate::domain::checkpoint::Checkpoint;
use crate::domain::clock::Clock as _;
use crate::store::audit;
use crate::store::db::Db;

/// Signs the place and hash of the log's last event and prints them as one line of JSON.
///
/// Keep it where nobody who can change the database can change it too: `hospes audit verify --checkpoint FILE` then
/// finds events that were cut off at the end, and a log that was written anew. A server does the same each hour, with
/// audit_checkpoint_file or audit_checkpoint_url in its configuration.
#[derive(Debug, clap::Args)]
pub struct AuditCheckpoint {
    /// sqlite:FILE or postgres://user@host/database [default: as for serve]
    #[arg(long, value_name = "DATABASE")]
    pub database: Option<String>,
    /// The configuration file [default: hospes.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Adds the line to this file instead of printing it
    #[arg(long, value_name = "FILE")]
    pub file: Option<PathBuf>,
}

impl AuditCheckpoint {
    /// Makes one.
    pub async fn run(self) -> anyhow::Result<()> {
        let flags = Flags { listen: None, database: self.database, config: self.config };
        let settings = Settings::load(&flags, &settings::environment())?;
        let signing = key::existing(&settings.key, &settings.database)?.checkpoint_key();
        let clock = Arc::new(SystemClock);
        let db = Db::open_reading(&settings.database, clock.clone()).await;
        let db = db.context("the database can't be opened")?;
        let end = audit::end(&mut db.read().await?).await;
        db.close().await;
        let (sequence, hash) =
            end.context("the event log can't be read; is this a database that hospes serve has started on?")?;
        let line = serde_json::to_string(&Checkpoint::sign(&signing, sequence, &hash, clock.now()))?;
        match &self.file {
            Some(path) => {
                let write = || {
                    let mut file = std::fs::File::options().create(true).append(true).open(path)?;
                    writeln!(file, "{line}")?;
                    file.sync_all()
                };
                write().with_context(|| format!("{} can't be written", path.display()))
            }
            None => Ok(writeln!(std::io::stdout(), "{line}")?),
        }
    }
}
