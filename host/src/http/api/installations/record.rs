//! An installation, as the API shows it.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::domain::ids::{HostId, InstallationId, PluginVersionId};
use crate::http::response::versioned;
use crate::ops::installations::installed::Installed;
use crate::ops::installations::requests::{self, Requested};
use crate::ops::installations::upgrades;
use crate::plugins::package::manifest;
use crate::store::hosts::Readiness;

/// A plugin in use.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(example = json!({
    "id": "019b8a3e-0000-7000-8000-000000000003", "name": "telegram", "plugin": "telegram", "version_in_use": "0.1.0",
    "version_id": "019b8a3e-0000-7000-8000-00000000000d", "title": {"zh-CN": "电报", "en": "Telegram"}, "enabled": true,
    "settings": {}, "grants": ["http:api.telegram.org", "secrets:bot-token:url"],
    "requested": [{
        "grant": "secrets:bot-token:url", "waits_for": null, "given": true,
        "words": "have the secret `bot-token` sent in addresses to the granted hosts",
        "reason": {"zh-CN": "以机器人的身份收发消息", "en": "To act as the bot"},
    }],
    "warnings": [],
    "secrets": [{"name": "bot-token", "set": true}], "pending": null, "previous_version": "0.0.9", "ready": true,
    "hosts": [{"id": "019b8a3e-0000-7000-8000-000000000010", "address": "10.0.0.5:8080", "ready": true, "error": null}],
    "failures": 0, "last_error": null, "broken_until": null,
    "created_at": "2026-01-05T08:00:00Z", "updated_at": "2026-01-05T08:00:00Z", "version": 3,
}))]
pub struct Installation {
    /// Its id.
    pub id: InstallationId,
    /// The name that the operator gave it; channels have it in their address.
    pub name: String,
    /// The plugin's name.
    pub plugin: String,
    /// The plugin's version in use.
    pub version_in_use: String,
    /// The id of that version.
    pub version_id: PluginVersionId,
    /// What people call the plugin.
    pub title: Texts,
    /// Whether it is called.
    pub enabled: bool,
    /// Its settings, without defaults.
    #[schema(value_type = Object)]
    pub settings: Map<String, Value>,
    /// What it was granted.
    pub grants: Vec<String>,
    /// What it asks for.
    pub requested: Vec<Request>,
    /// What keeps it from working as its plugin means it to: grants, settings and secrets that are missing.
    pub warnings: Vec<Warning>,
    /// The secrets that it asks for. Their texts are never shown.
    pub secrets: Vec<Secret>,
    /// The version that waits for a grant; the one in use goes on meanwhile.
    pub pending: Option<Pending>,
    /// The version before, which a rollback goes back to.
    pub previous_version: Option<String>,
    /// Whether every living host has compiled the version in use. One that hasn't makes its first call wait for that.
    pub ready: bool,
    /// How far each living host is with the version in use.
    pub hosts: Vec<HostState>,
    /// Calls that have failed.
    pub failures: i64,
    /// What went wrong last.
    pub last_error: Option<String>,
    /// Until when it is left alone because it failed too often.
    pub broken_until: Option<Timestamp>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Grows by one with every change; the record's ETag.
    pub version: i64,
}

versioned!(Installation);

/// One thing that an installation asks for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = GrantRequest)]
pub struct Request {
    /// What to grant; null while the setting that it depends on holds no address.
    pub grant: Option<String>,
    /// The setting that has to hold an address before this can be granted; null for everything that can be granted now.
    pub waits_for: Option<String>,
    /// Whether it is granted.
    pub given: bool,
    /// What it means, in plain English.
    pub words: String,
    /// Why the plugin wants it.
    pub reason: Texts,
}

/// Something that an installation lacks.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = InstallationWarning)]
pub struct Warning {
    /// `grant-missing`, `secret-missing` or `setting-missing`.
    pub code: String,
    /// What is missing.
    pub detail: Texts,
    /// The command that mends it.
    pub command: String,
}

impl From<requests::Warning> for Warning {
    fn from(warning: requests::Warning) -> Self {
        Self { code: warning.code.to_owned(), detail: warning.words.into(), command: warning.command }
    }
}

/// A version that waits because it asks for more than the one in use.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = PendingVersion)]
pub struct Pending {
    /// The version.
    pub version: String,
    /// What it asks for besides. Granting it switches to the version.
    pub more: Vec<More>,
}

/// One thing that a version asks for and the one in use doesn't, or not as much.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = FurtherRequest)]
pub struct More {
    /// What to grant; null when a setting has to be set first, or when any grant settles it.
    pub grant: Option<String>,
    /// What it means, in plain English.
    pub words: String,
    /// What the version in use asks for in its place.
    pub before: Option<String>,
    /// Why the plugin wants it.
    pub reason: Texts,
}

impl From<upgrades::More> for More {
    fn from(more: upgrades::More) -> Self {
        Self {
            grant: more.grant.map(|grant| grant.to_string()),
            words: more.words,
            before: more.before,
            reason: more.reason.into(),
        }
    }
}

/// A secret that an installation asks for.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[schema(as = SecretState)]
pub struct Secret {
    /// Its name.
    pub name: String,
    /// Whether it is set.
    pub set: bool,
}

/// How far a living host is with a version of a plugin.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct HostState {
    /// The host.
    pub id: HostId,
    /// Where it listens.
    pub address: String,
    /// Whether it has compiled the version.
    pub ready: bool,
    /// Why it can't.
    pub error: Option<String>,
}

impl From<Readiness> for HostState {
    fn from(host: Readiness) -> Self {
        Self { id: host.host_id, address: host.address, ready: host.ready, error: host.error }
    }
}

/// A text in the languages of the console.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct Texts {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
    /// English.
    pub en: String,
}

impl From<manifest::Texts> for Texts {
    fn from(texts: manifest::Texts) -> Self {
        Self { zh_cn: texts.zh_cn, en: texts.en }
    }
}

impl From<Installed> for Installation {
    fn from(installed: Installed) -> Self {
        let Installed { row, manifest, requested, warnings, secrets, pending, previous, hosts } = installed;
        let grants = row.grants.0;
        let request = |request: Requested| Request {
            given: request.given,
            grant: request.grant.map(|grant| grant.to_string()),
            waits_for: request.waits_for,
            words: request.words.en,
            reason: request.reason.into(),
        };
        Self {
            id: row.id,
            name: row.name,
            plugin: manifest.id,
            version_in_use: manifest.version,
            version_id: row.version_id,
            title: manifest.name.into(),
            enabled: row.enabled,
            settings: row.settings.0,
            requested: requested.into_iter().map(request).collect(),
            grants,
            warnings: warnings.into_iter().map(Into::into).collect(),
            secrets: secrets.into_iter().map(|(name, set)| Secret { name, set }).collect(),
            pending: pending
                .map(|(version, more)| Pending { version, more: more.into_iter().map(Into::into).collect() }),
            previous_version: previous,
            ready: hosts.iter().all(|host| host.ready),
            hosts: hosts.into_iter().map(HostState::from).collect(),
            failures: row.failures,
            last_error: row.last_error,
            broken_until: row.broken_until,
            created_at: row.created_at,
            updated_at: row.updated_at,
            version: row.version,
        }
    }
}
