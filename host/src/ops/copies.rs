//! Whole databases: backups in a file, what is restored from one, and moves from one engine to the other.
//!
//! A backup is a SQLite file, whichever engine it was made from, so that it can be looked into, served, and restored to
//! either. It is put together beside its place and looked through before it gets its name: pages, indexes, references and
//! the log's chain. What words find is left out where the engine changes, and made anew by jobs of the host that starts there.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::catalogue::custom_fields;
use super::records::search;
use super::refusal::Refusal;
use crate::domain::clock::Clock;
use crate::store::audit::{self, Verification};
use crate::store::db::{Db, DbError, Location, copy};
use crate::store::migrate::{self, Standing};
use crate::store::{declared_kinds, events, hosts};

/// Why a database isn't copied. Nothing has been changed then, and nothing is left behind.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// There is nothing to copy.
    #[error("there is no file {0}")]
    Missing(String),
    /// There is something where the copy should go.
    #[error("{0} is there already; name another place, or move it away first")]
    Exists(String),
    /// The source holds nothing of ours.
    #[error("no server of hospes has ever started on {0}")]
    Untouched(String),
    /// The source was changed by a newer version.
    #[error("a newer version of hospes has changed {0} (migration {1}); use that version or a later one")]
    Newer(String, String),
    /// The source wants migrations first.
    #[error(
        "{0} was made by an older version of hospes: start this version's server on it once, or use the older one"
    )]
    Older(String),
    /// The place has a company already.
    #[error("{0} holds a company already; name an empty database")]
    Occupied(String),
    /// Servers are running on what should stand still.
    #[error("a server is running on {0} (at {1}); stop it first")]
    Served(String, String),
    /// What belongs to the engine can't be made.
    #[error("the rows are there, but not what belongs to the engine: {0}; empty the place and try again")]
    Unfinished(String),
    /// Source and place are of one engine.
    #[error("both are of the same kind; hospes backup and hospes restore copy such a database")]
    SameEngine,
    /// The file can't be written or named.
    #[error("{0}: {1}")]
    File(PathBuf, std::io::Error),
    /// The database's own.
    #[error(transparent)]
    Database(#[from] DbError),
}

/// Writes all of a database into a new file, while hosts may be writing to it: what was committed before it began, or a
/// little later. Returns what a check of the file's log has seen, whose flaws are the database's own.
pub async fn backup(from: &Location, to: &Path, clock: Arc<dyn Clock>) -> Result<Verification, CopyError> {
    let standing = standing(from, &clock).await?;
    if standing == Standing::Older && matches!(from, Location::Postgres(_)) {
        return Err(CopyError::Older(shown(from)));
    }
    into_file(from, to, &clock).await
}

/// Puts a backup into an empty database, or a file that isn't there yet.
pub async fn restore(from: &Path, to: &Location, clock: Arc<dyn Clock>) -> Result<Verification, CopyError> {
    let source = Location::Sqlite(from.to_owned());
    let standing = standing(&source, &clock).await?;
    match to {
        Location::Sqlite(path) => into_file(&source, path, &clock).await,
        Location::Postgres(url) if standing == Standing::Older => {
            let part = Part::beside(from, ".migrated")?;
            copy::file_to_file(from, &part.0).await?;
            migrated(&Location::Sqlite(part.0.clone()), &clock).await?.close().await;
            into_server(&part.0, url, &clock).await
        }
        Location::Postgres(url) => into_server(from, url, &clock).await,
    }
}

/// Moves a database to the other engine. No server may run on it: what it wrote meanwhile would be lost.
pub async fn move_to(
    from: &Location,
    to: &Location,
    clock: Arc<dyn Clock>,
) -> Result<Verification, CopyError> {
    match (from, to) {
        (Location::Sqlite(file), Location::Postgres(url)) => {
            standing(from, &clock).await?;
            // Holds the file until the end.
            let held = migrated(from, &clock).await?;
            let moved = into_server(file, url, &clock).await;
            held.close().await;
            moved
        }
        (Location::Postgres(_), Location::Sqlite(file)) => {
            let db = Db::open_reading(from, clock.clone()).await?;
            let living = match standing(from, &clock).await? {
                Standing::Older => return Err(CopyError::Older(shown(from))),
                _ => hosts::living(&mut db.read().await?).await?,
            };
            db.close().await;
            if let Some(host) = living.first() {
                return Err(CopyError::Served(shown(from), host.address.clone()));
            }
            into_file(from, file, &clock).await
        }
        _ => Err(CopyError::SameEngine),
    }
}

/// How the source stands to this version, if anything can be taken from it.
async fn standing(from: &Location, clock: &Arc<dyn Clock>) -> Result<Standing, CopyError> {
    if let Location::Sqlite(path) = from
        && !path.is_file()
    {
        return Err(CopyError::Missing(shown(from)));
    }
    let db = Db::open_reading(from, clock.clone()).await?;
    let standing = migrate::standing(&mut db.read().await?).await;
    db.close().await;
    match standing? {
        Standing::Untouched => Err(CopyError::Untouched(shown(from))),
        Standing::Newer(name) => Err(CopyError::Newer(shown(from), name)),
        standing => Ok(standing),
    }
}

async fn migrated(location: &Location, clock: &Arc<dyn Clock>) -> Result<Db, DbError> {
    let db = Db::open(location, clock.clone()).await?;
    match db.migrate().await {
        Ok(()) => Ok(db),
        Err(error) => {
            db.close().await;
            Err(error)
        }
    }
}

async fn into_file(from: &Location, to: &Path, clock: &Arc<dyn Clock>) -> Result<Verification, CopyError> {
    if to.exists() {
        return Err(CopyError::Exists(to.display().to_string()));
    }
    let part = Part::beside(to, ".part")?;
    let place = Location::Sqlite(part.0.clone());
    match from {
        Location::Sqlite(path) => copy::file_to_file(path, &part.0).await?,
        Location::Postgres(url) => {
            migrated(&place, clock).await?.close().await;
            copy::server_to_file(url, &part.0).await?;
            finish(&place, clock).await?;
        }
    }
    copy::check_file(&part.0).await?;
    let seen = verified(&place, clock).await?;
    part.becomes(to)?;
    Ok(seen)
}

async fn into_server(from: &Path, url: &str, clock: &Arc<dyn Clock>) -> Result<Verification, CopyError> {
    let place = Location::Postgres(url.to_owned());
    let db = migrated(&place, clock).await?;
    // Whatever happens in a company is an event.
    let occupied = events::has_any(&mut db.read().await?).await;
    db.close().await;
    if occupied? {
        return Err(CopyError::Occupied(shown(&place)));
    }
    copy::file_to_server(from, url).await?;
    finish(&place, clock).await?;
    Ok(verified(&place, clock).await?)
}

/// Makes what belongs to an engine and doesn't go over: the indexes that people have asked for, and jobs that make what words
/// find.
async fn finish(place: &Location, clock: &Arc<dyn Clock>) -> Result<(), CopyError> {
    let db = Db::open(place, clock.clone()).await?;
    let done = db
        .write((), |tx, ()| {
            Box::pin(async move {
                custom_fields::make_indexes(tx).await?;
                declared_kinds::make_indexes(tx).await?;
                Ok::<(), Refusal>(search::index_all(tx).await?)
            })
        })
        .await;
    db.close().await;
    done.map_err(|refusal| CopyError::Unfinished(refusal.to_string()))
}

async fn verified(place: &Location, clock: &Arc<dyn Clock>) -> Result<Verification, DbError> {
    let db = Db::open_reading(place, clock.clone()).await?;
    let seen = audit::verify(&mut db.read().await?, &[]).await;
    db.close().await;
    seen
}

/// A database as operators write it, without the password that may stand in its address.
fn shown(location: &Location) -> String {
    match location {
        Location::Sqlite(path) => path.display().to_string(),
        Location::Postgres(url) => match (url.find("://"), url.rfind('@')) {
            (Some(scheme), Some(at)) if scheme < at => format!("{}{}", &url[..scheme + 3], &url[at + 1..]),
            _ => url.clone(),
        },
    }
}

/// A file on its way to its place. One that an interrupted copy left is thrown away, and so is this one unless it gets there.
struct Part(PathBuf);

impl Part {
    fn beside(place: &Path, ending: &str) -> Result<Self, CopyError> {
        let mut name = place.as_os_str().to_owned();
        name.push(ending);
        let part = Self(name.into());
        part.remove().map_err(|error| CopyError::File(part.0.clone(), error))?;
        Ok(part)
    }

    /// The file and what SQLite puts beside it.
    fn remove(&self) -> std::io::Result<()> {
        for ending in ["", "-wal", "-shm"] {
            let mut name = self.0.as_os_str().to_owned();
            name.push(ending);
            match std::fs::remove_file(&name) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
        }
        Ok(())
    }

    /// Gives the file its name, unless somebody has taken that meanwhile.
    fn becomes(self, place: &Path) -> Result<(), CopyError> {
        let failed = |error: std::io::Error| match error.kind() {
            std::io::ErrorKind::AlreadyExists => CopyError::Exists(place.display().to_string()),
            _ => CopyError::File(place.to_owned(), error),
        };
        std::fs::File::open(&self.0).and_then(|file| file.sync_all()).map_err(failed)?;
        std::fs::hard_link(&self.0, place).map_err(failed)?;
        let folder = place.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        std::fs::File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed)
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        if let Err(error) = self.remove() {
            tracing::warn!(file = %self.0.display(), %error, "what was left of a copy couldn't be removed");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_not_shown() {
        let shown = |url: &str| shown(&Location::Postgres(url.to_owned()));
        assert_eq!(shown("postgres://me:s@cret@db:5432/crm"), "postgres://db:5432/crm");
        assert_eq!(shown("postgres:///crm"), "postgres:///crm");
    }
}
