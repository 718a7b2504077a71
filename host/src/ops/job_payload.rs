//! What the jobs of an installation are about.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::domain::ids::InstallationId;

/// The payload of a job that an installation does about a customer or an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForInstallation<T> {
    /// The installation.
    pub installation: InstallationId,
    /// What it is about.
    pub about: T,
}

/// The installation that a job with this payload keeps busy.
pub fn installation_of(payload: &Value) -> Option<InstallationId> {
    payload["installation"].as_str()?.parse().ok()
}
