//! The key that secrets are encrypted with: found, made on the first start, and checked against the database.

use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use base64::Engine as _;
use rand::Rng as _;

use super::settings::KeySource;
use crate::plugins::Keyring;
use crate::store::db::{Db, DbError, Location};
use crate::store::{installations, second_factors};

/// The key for this database. The first start of a SQLite file makes one beside it; a key that isn't the one that
/// the database's secrets were sealed with is an error.
pub async fn keyring(db: &Db, source: &KeySource, location: &Location) -> anyhow::Result<Keyring> {
    let sealed_with = sealed_with(db).await?;
    let (keyring, place) = match (source, location) {
        (KeySource::Text(text), _) => (Keyring::parse(text)?, "HOSPES_KEY".to_owned()),
        (KeySource::File(path), _) => (Keyring::read(path)?, path.display().to_string()),
        (KeySource::Unsaid, Location::Sqlite(database)) => {
            let path = beside(database, ".key");
            let keyring = match (path.exists(), sealed_with.first()) {
                (true, _) => Keyring::read(&path)?,
                (false, None) => make(&path)?,
                (false, Some(id)) => bail!(
                    "the key file {} is gone, and secrets in the database were sealed with its key {id}; put the file \
                     back, or name the key by HOSPES_KEY or HOSPES_KEY_FILE",
                    path.display()
                ),
            };
            (keyring, path.display().to_string())
        }
        (KeySource::Unsaid, Location::Postgres(_)) => bail!(
            "a PostgreSQL database needs the key that secrets are encrypted with, the same for every host on it: set \
             HOSPES_KEY or HOSPES_KEY_FILE; make one with: openssl rand -base64 32"
        ),
    };
    if let Some(other) = sealed_with.iter().find(|id| *id != keyring.id()) {
        bail!(
            "{place} is the key {}, but secrets in the database were sealed with the key {other}; start with that one",
            keyring.id()
        );
    }
    Ok(keyring)
}

/// The key of a database that a server has started on before; none is made.
pub fn existing(source: &KeySource, location: &Location) -> anyhow::Result<Keyring> {
    match (source, location) {
        (KeySource::Text(text), _) => Ok(Keyring::parse(text)?),
        (KeySource::File(path), _) => Ok(Keyring::read(path)?),
        (KeySource::Unsaid, Location::Sqlite(database)) => Ok(Keyring::read(&beside(database, ".key"))?),
        (KeySource::Unsaid, Location::Postgres(_)) => {
            bail!("set HOSPES_KEY or HOSPES_KEY_FILE to the key that the servers on this database have")
        }
    }
}

/// The ids of the keys that the database's secrets were sealed with.
pub async fn sealed_with(db: &Db) -> Result<Vec<String>, DbError> {
    let mut tx = db.read().await?;
    let mut ids = Vec::new();
    for installation in installations::all(&mut tx).await? {
        ids.extend(
            installations::secrets(&mut tx, installation.id).await?.into_iter().map(|secret| secret.key_id),
        );
    }
    ids.extend(second_factors::key_ids(&mut tx).await?);
    Ok(ids)
}

/// A file that belongs to a database's, such as `hospes.db.key`.
pub fn beside(database: &Path, suffix: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn make(path: &Path) -> anyhow::Result<Keyring> {
    let mut key = [0; 32];
    #[expect(clippy::disallowed_methods, reason = "a key must not be reproducible")]
    rand::rng().fill_bytes(&mut key);
    let text = base64::engine::general_purpose::STANDARD.encode(key);
    write_private(path, &text)?;
    tracing::info!(file = %path.display(), "made a key for secrets; a backup of the database is worth little without it");
    Ok(Keyring::new(key))
}

/// Writes a new file that only its owner can read.
pub fn write_private(path: &Path, text: &str) -> anyhow::Result<()> {
    let write = || {
        let mut file = std::fs::File::options().write(true).create_new(true).mode(0o600).open(path)?;
        writeln!(file, "{text}")?;
        file.sync_all()
    };
    write().with_context(|| format!("{} can't be written", path.display()))
}
