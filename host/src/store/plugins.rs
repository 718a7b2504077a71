//! Plugins and their versions: the artifacts, not their use.

use uuid::Uuid;

use super::db::{DbError, Json, Tx, args, row};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{PluginId, PluginVersionId};

row! {
    /// A version of a plugin.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Version {
        /// Its id.
        pub id: PluginVersionId,
        /// The plugin's id.
        pub plugin_id: PluginId,
        /// The plugin's name.
        pub plugin: String,
        /// The version, such as `0.1.0`.
        pub version: String,
        /// SHA-256 of the artifact, in hexadecimal.
        pub digest: String,
        /// Bytes of the artifact.
        pub size: i64,
        /// The manifest.
        pub manifest: Json<serde_json::Value>,
        /// Where the artifact is kept.
        pub artifact_id: Uuid,
        /// When it came.
        pub created_at: Timestamp,
    }
}

/// A version about to be kept.
#[derive(Debug, Clone)]
pub struct NewVersion<'a> {
    /// The plugin's name; the plugin is made when there is none of that name.
    pub plugin: &'a str,
    /// The version.
    pub version: &'a str,
    /// SHA-256 of the artifact, in hexadecimal.
    pub digest: &'a str,
    /// The manifest.
    pub manifest: &'a serde_json::Value,
    /// The artifact.
    pub artifact: &'a [u8],
}

/// Keeps a version. [`DbError::Unique`] when the plugin has this version already.
pub async fn add(tx: &mut Tx, new: NewVersion<'_>) -> Result<PluginVersionId, DbError> {
    let (plugin, id): (PluginId, PluginVersionId) = (tx.id(), tx.id());
    tx.execute(
        "insert into plugins (id, name, created_at) values ($1, $2, $3) on conflict (name) do nothing",
        args![plugin, new.plugin, tx.now()],
    )
    .await?;
    let plugin: PluginId = tx.scalar("select id from plugins where name = $1", args![new.plugin]).await?;
    let artifact = super::blobs::put(tx, new.artifact).await?;
    let size = i64::try_from(new.artifact.len()).unwrap_or(i64::MAX);
    tx.execute(
        "insert into plugin_versions (id, plugin_id, version, digest, size, manifest, artifact_id, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
        args![id, plugin, new.version, new.digest, size, Json(new.manifest), artifact, tx.now()],
    )
    .await?;
    Ok(id)
}

/// A version by its id.
pub async fn version(tx: &mut Tx, id: PluginVersionId) -> Result<Option<Version>, DbError> {
    tx.optional(
        "select v.id, v.plugin_id, p.name as plugin, v.version, v.digest, v.size, v.manifest, v.artifact_id, \
         v.created_at from plugin_versions v join plugins p on p.id = v.plugin_id where v.id = $1",
        args![id],
    )
    .await
}

/// The versions of a plugin, the latest first.
pub async fn versions(tx: &mut Tx, plugin: &str) -> Result<Vec<Version>, DbError> {
    tx.all(
        "select v.id, v.plugin_id, p.name as plugin, v.version, v.digest, v.size, v.manifest, v.artifact_id, \
         v.created_at from plugin_versions v join plugins p on p.id = v.plugin_id where p.name = $1 \
         order by v.created_at desc, v.id desc",
        args![plugin],
    )
    .await
}

/// All versions of all plugins, by name, the latest first.
pub async fn all(tx: &mut Tx) -> Result<Vec<Version>, DbError> {
    tx.all(
        "select v.id, v.plugin_id, p.name as plugin, v.version, v.digest, v.size, v.manifest, v.artifact_id, \
         v.created_at from plugin_versions v join plugins p on p.id = v.plugin_id \
         order by p.name, v.created_at desc, v.id desc",
        args![],
    )
    .await
}
