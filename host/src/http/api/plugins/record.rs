//! A plugin's version, as the API shows it.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::ids::{PluginId, PluginVersionId};
use crate::store::plugins::Version;

/// A version of a plugin.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "019b8a3e-0000-7000-8000-00000000000d", "plugin_id": "019b8a3e-0000-7000-8000-00000000001c",
    "plugin": "telegram", "version": "0.1.0",
    "digest": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "size": 184_320,
    "manifest": {"id": "telegram", "version": "0.1.0"}, "created_at": "2026-01-05T08:00:00Z",
}))]
pub struct PluginVersion {
    /// Its id.
    pub id: PluginVersionId,
    /// The plugin's id.
    pub plugin_id: PluginId,
    /// The plugin's name: `telegram`.
    pub plugin: String,
    /// The version.
    pub version: String,
    /// SHA-256 of the artifact, in hexadecimal.
    pub digest: String,
    /// Bytes of the artifact.
    pub size: i64,
    /// What the plugin says of itself and asks for.
    #[schema(value_type = Object)]
    pub manifest: Value,
    /// When it came.
    pub created_at: Timestamp,
}

impl From<Version> for PluginVersion {
    fn from(version: Version) -> Self {
        Self {
            id: version.id,
            plugin_id: version.plugin_id,
            plugin: version.plugin,
            version: version.version,
            digest: version.digest,
            size: version.size,
            manifest: version.manifest.0,
            created_at: version.created_at,
        }
    }
}
