//! Plugins in use: settings, grants, sealed secrets, and their status.

use super::db::{DbError, Json, Tx, args, row};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{InstallationId, PluginId, PluginVersionId};

/// Settings as they are kept.
pub type Settings = serde_json::Map<String, serde_json::Value>;

row! {
    /// A plugin in use.
    #[derive(Debug, Clone, PartialEq)]
    pub struct InstallationRow {
        /// Its id.
        pub id: InstallationId,
        /// The plugin.
        pub plugin_id: PluginId,
        /// The version in use.
        pub version_id: PluginVersionId,
        /// The name that the operator gave it.
        pub name: String,
        /// Whether it is called.
        pub enabled: bool,
        /// Its settings, without defaults.
        pub settings: Json<Settings>,
        /// What the operator granted.
        pub grants: Json<Vec<String>>,
        /// Failed calls within the last minute.
        pub failures: i64,
        /// Until when it is left alone.
        pub broken_until: Option<Timestamp>,
        /// What went wrong last.
        pub last_error: Option<String>,
        /// When it was made.
        pub created_at: Timestamp,
        /// When it was changed last.
        pub updated_at: Timestamp,
        /// Where a channel that asks for its messages goes on.
        pub poll_cursor: Option<String>,
        /// The version that waits for a grant.
        pub pending_version_id: Option<PluginVersionId>,
        /// The version before, to go back to.
        pub previous_version_id: Option<PluginVersionId>,
        /// Grows with every change, that of a secret included.
        pub version: i64,
    }

    /// A sealed secret.
    #[derive(Debug, Clone, PartialEq)]
    pub struct SealedSecret {
        /// Its name.
        pub name: String,
        /// The key that it is sealed with.
        pub key_id: String,
        /// The sealed text.
        pub sealed: Vec<u8>,
        /// When it was set.
        pub updated_at: Timestamp,
    }
}

/// An installation about to be made.
#[derive(Debug, Clone)]
pub struct NewInstallation<'a> {
    /// The version to use.
    pub version: PluginVersionId,
    /// Its name, which no other may have.
    pub name: &'a str,
    /// Whether it is called from now on.
    pub enabled: bool,
    /// Its settings.
    pub settings: &'a Settings,
    /// What is granted.
    pub grants: &'a [String],
}

/// Makes an installation. [`DbError::Unique`] when the name is taken.
pub async fn add(tx: &mut Tx, new: NewInstallation<'_>) -> Result<InstallationId, DbError> {
    let id: InstallationId = tx.id();
    tx.execute(
        "insert into installations (id, plugin_id, version_id, name, enabled, settings, grants, failures, \
         created_at, updated_at, version) \
         select $1, v.plugin_id, v.id, $2, $3, $4, $5, 0, $6, $6, 1 from plugin_versions v where v.id = $7",
        args![id, new.name, new.enabled, Json(new.settings), Json(&new.grants), tx.now(), new.version],
    )
    .await?;
    Ok(id)
}

/// One by its id.
pub async fn get(tx: &mut Tx, id: InstallationId) -> Result<Option<InstallationRow>, DbError> {
    tx.optional("select * from installations where id = $1 and removed_at is null", args![id]).await
}

/// One by its name.
pub async fn by_name(tx: &mut Tx, name: &str) -> Result<Option<InstallationRow>, DbError> {
    tx.optional("select * from installations where name = $1 and removed_at is null", args![name]).await
}

/// All of them, the oldest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<InstallationRow>, DbError> {
    tx.all("select * from installations where removed_at is null order by id", args![]).await
}

/// Those that are called, the oldest first.
pub async fn enabled(tx: &mut Tx) -> Result<Vec<InstallationRow>, DbError> {
    tx.all("select * from installations where enabled order by id", args![]).await
}

/// Switches it on or off.
pub async fn set_enabled(tx: &mut Tx, id: InstallationId, enabled: bool) -> Result<(), DbError> {
    tx.execute(
        "update installations set enabled = $2, updated_at = $3, version = version + 1 where id = $1",
        args![id, enabled, tx.now()],
    )
    .await
    .map(|_| ())
}

/// Keeps where a channel that asks for its messages goes on.
pub async fn set_poll_cursor(tx: &mut Tx, id: InstallationId, cursor: Option<&str>) -> Result<(), DbError> {
    let sql = "update installations set poll_cursor = $2 where id = $1";
    tx.execute(sql, args![id, cursor.map(str::to_owned)]).await?;
    Ok(())
}

/// Replaces its settings.
pub async fn set_settings(tx: &mut Tx, id: InstallationId, settings: &Settings) -> Result<(), DbError> {
    tx.execute(
        "update installations set settings = $2, updated_at = $3, version = version + 1 where id = $1",
        args![id, Json(settings), tx.now()],
    )
    .await
    .map(|_| ())
}

/// Replaces its grants.
pub async fn set_grants(tx: &mut Tx, id: InstallationId, grants: &[String]) -> Result<(), DbError> {
    tx.execute(
        "update installations set grants = $2, updated_at = $3, version = version + 1 where id = $1",
        args![id, Json(&grants), tx.now()],
    )
    .await
    .map(|_| ())
}

/// Locks it for a change by raising its version.
pub async fn lock(tx: &mut Tx, id: InstallationId) -> Result<Option<InstallationRow>, DbError> {
    tx.optional(
        "update installations set version = version + 1 where id = $1 and removed_at is null returning *",
        args![id],
    )
    .await
}

/// Lets it use another version of its plugin; what went wrong before was another's fault. `previous` is what it can go
/// back to.
pub async fn set_version(
    tx: &mut Tx,
    id: InstallationId,
    version: PluginVersionId,
    previous: Option<PluginVersionId>,
) -> Result<(), DbError> {
    tx.execute(
        "update installations set version_id = $2, previous_version_id = $3, pending_version_id = null, \
         broken_until = null, updated_at = $4, version = version + 1 where id = $1",
        args![id, version, previous, tx.now()],
    )
    .await
    .map(|_| ())
}

/// Notes the version that it is to use once it has the grants for it; none when it no longer waits.
pub async fn set_pending(
    tx: &mut Tx,
    id: InstallationId,
    version: Option<PluginVersionId>,
) -> Result<(), DbError> {
    tx.execute(
        "update installations set pending_version_id = $2, updated_at = $3, version = version + 1 where id = $1",
        args![id, version, tx.now()],
    )
    .await
    .map(|_| ())
}

/// Takes it out of use for good. Its name is free again; its row stays under another one, because records say that they
/// came through it.
pub async fn remove(tx: &mut Tx, id: InstallationId, name: &str) -> Result<(), DbError> {
    tx.execute("delete from kv where installation_id = $1", args![id]).await?;
    tx.execute("delete from installation_secrets where installation_id = $1", args![id]).await?;
    tx.execute("delete from plugin_logs where installation_id = $1", args![id]).await?;
    tx.execute("delete from early_receipts where installation_id = $1", args![id]).await?;
    tx.execute(
        "update installations set name = $2, enabled = $3, settings = $4, grants = $5, pending_version_id = null, \
         previous_version_id = null, last_error = null, removed_at = $6, updated_at = $6, version = version + 1 \
         where id = $1",
        args![id, name, false, Json(&Settings::new()), Json(&Vec::<String>::new()), tx.now()],
    )
    .await
    .map(|_| ())
}

/// Its secrets, sealed.
pub async fn secrets(tx: &mut Tx, id: InstallationId) -> Result<Vec<SealedSecret>, DbError> {
    tx.all(
        "select name, key_id, sealed, updated_at from installation_secrets where installation_id = $1 order by name",
        args![id],
    )
    .await
}

/// Sets a secret. The installation's version grows, so that the new one is taken at the next call.
pub async fn set_secret(
    tx: &mut Tx,
    id: InstallationId,
    name: &str,
    key_id: &str,
    sealed: &[u8],
) -> Result<(), DbError> {
    tx.execute(
        "insert into installation_secrets (installation_id, name, key_id, sealed, updated_at) \
         values ($1, $2, $3, $4, $5) on conflict (installation_id, name) \
         do update set key_id = excluded.key_id, sealed = excluded.sealed, updated_at = excluded.updated_at",
        args![id, name, key_id, sealed, tx.now()],
    )
    .await?;
    tx.execute(
        "update installations set updated_at = $2, version = version + 1 where id = $1",
        args![id, tx.now()],
    )
    .await
    .map(|_| ())
}

/// Notes its status; this is no change of the installation, so its version stays.
pub async fn set_health(
    tx: &mut Tx,
    id: InstallationId,
    broken_until: Option<Timestamp>,
    last_error: Option<&str>,
) -> Result<(), DbError> {
    tx.execute(
        "update installations set failures = failures + 1, broken_until = $2, last_error = $3 where id = $1",
        args![id, broken_until, last_error],
    )
    .await
    .map(|_| ())
}
