//! `hospes user reset`: the way back in when the administrator's token or password is lost.

use std::io::Write as _;
use std::sync::Arc;

use anyhow::{Context, bail};

use super::{ask, terminal};
use crate::boot::SystemClock;
use crate::boot::settings::{self, Flags, Settings};
use crate::ops::accounts::recovery::{self, NewPassword};
use crate::store::db::{Db, DbError, Location};

/// Makes a new administrator's token, or gives a user a new password, in the database itself.
///
/// For whoever has lost both token and password and may read and write the database. Stop the server first when it runs
/// on SQLite. The event log says that it was done.
#[derive(Debug, clap::Args)]
pub struct UserReset {
    /// The e-mail address of the user who gets a new password; without it, a new administrator's token is made
    #[arg(value_name = "EMAIL")]
    pub email: Option<String>,
    /// Makes the user an administrator besides
    #[arg(long, requires = "email")]
    pub administrator: bool,
    /// sqlite:FILE or postgres://user@host/database [default: as for serve]
    #[arg(long, value_name = "DATABASE")]
    pub database: Option<String>,
    /// The configuration file [default: hospes.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<std::path::PathBuf>,
}

impl UserReset {
    /// Resets, and prints the token or whose password was set.
    pub async fn run(self) -> anyhow::Result<()> {
        let flags = Flags { listen: None, database: self.database, config: self.config };
        let settings = Settings::load(&flags, &settings::environment())?;
        if let Location::Sqlite(path) = &settings.database
            && !path.is_file()
        {
            bail!("there is no database {}; name it by --database sqlite:FILE", path.display());
        }
        let db = match Db::open(&settings.database, Arc::new(SystemClock)).await {
            Ok(db) => db,
            Err(DbError::Unavailable(why)) => {
                bail!("{why}. A server that runs on the file holds it: stop it, reset, and start it again")
            }
            Err(error) => return Err(error).context("the database can't be opened"),
        };
        let done = reset(&db, self.email, self.administrator).await;
        db.close().await;
        Ok(writeln!(terminal::out(), "{}", done?)?)
    }
}

async fn reset(db: &Db, email: Option<String>, administrator: bool) -> anyhow::Result<String> {
    if !recovery::is_ours(db).await? {
        bail!("hospes serve has never started on this database, so there is nothing to reset");
    }
    db.migrate().await.context("the database can't be migrated")?;
    let Some(email) = email else {
        let token = recovery::new_token(db).await?;
        return Ok(format!("A new administrator's API token, shown this once:\n{token}"));
    };
    let password = ask::new_password(&email)?;
    let name = recovery::reset_password(db, NewPassword { email, password, administrator }).await?;
    Ok(format!("{name} has a new password and is signed out everywhere"))
}
