//! The manifests of the plugins in use.

use super::refusal::Refusal;
use crate::plugins::package::manifest::Manifest;
use crate::store::db::Tx;
use crate::store::plugins::Version;
use crate::store::{installations, plugins};

/// What a version says of itself.
pub(super) fn of(version: &Version) -> Result<Manifest, Refusal> {
    let unreadable = |error: String| {
        Refusal::Conflict(format!(
            "the manifest of {} {} can't be read: {error}",
            version.plugin, version.version
        ))
    };
    Manifest::kept(&version.manifest.0).map_err(|error| unreadable(error.to_string()))
}

/// Each installation's name, and the manifest of the version that it uses.
pub(super) async fn in_use(tx: &mut Tx) -> Result<Vec<(String, Manifest)>, Refusal> {
    let mut found = Vec::new();
    for row in installations::all(tx).await? {
        let version = plugins::version(tx, row.version_id).await?;
        let version = version.ok_or_else(|| Refusal::not_found("plugin version", row.version_id))?;
        found.push((row.name, of(&version)?));
    }
    Ok(found)
}
