//! The manifest: what a plugin is and what it wants, written as `plugin.toml` beside its source and carried
//! as JSON in the finished plugin.

mod bounds;
mod check;
mod form;
mod requested_grants;
pub mod schema;

pub use check::{ManifestError, Problem};
pub use form::is_id;
pub use requested_grants::RequestedGrant;

use crate::domain::declared::NewDeclaredKind;
use crate::plugins::grants::ability::Ability;
use crate::plugins::grants::secret_use::SecretUse;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version of the contract that this host speaks, as manifests name it.
pub const CONTRACT: &str = "0.1";

/// Everything a plugin says of itself. Whoever holds one that was read by [`Manifest::from_toml`] or
/// [`Manifest::from_json`] may rely on its having been checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// The plugin's name: `telegram`.
    pub id: String,
    /// Semantic version.
    pub version: String,
    /// Version of the contract it is written for.
    pub contract: String,
    /// SPDX expression.
    pub license: String,
    /// What people call it.
    pub name: Texts,
    /// One sentence.
    pub summary: Texts,
    /// What it exports, where its author says so: toolchains of dynamic languages have to know before they build.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub abilities: Vec<Ability>,
    /// Events on which hooks and scoring run.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<String>,
    /// Present when it is a channel.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub channel: Option<ChannelFacts>,
    /// Present when it draws panels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub panel: Option<PanelFacts>,
    /// What it asks the operator for.
    #[serde(default)]
    pub wants: Wants,
    /// When it runs by itself.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub schedule: Vec<Appointment>,
    /// Functions it offers.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<Tool>,
    /// Kinds of records that it declares.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kinds: Vec<NewDeclaredKind>,
    /// Requests above the default limits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limits: Option<ManifestLimits>,
    /// JSON Schema of an installation's settings; `None` when there is nothing to set.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<Value>,
}

/// A text in the languages of the console.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Texts {
    /// Simplified Chinese.
    #[serde(rename = "zh-CN")]
    pub zh_cn: String,
    /// English.
    pub en: String,
}

impl Texts {
    /// The text for who reads this language: Chinese for any kind of it, otherwise English.
    pub fn in_language(&self, language: &str) -> &str {
        if language.starts_with("zh") { &self.zh_cn } else { &self.en }
    }
}

/// What is particular to a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ChannelFacts {
    /// The scheme of its identities.
    pub scheme: String,
    /// How long it waits from one time that it asks for messages to the next, in seconds; none for one that gets webhooks.
    #[serde(default, skip_serializing_if = "Option::is_none", rename = "poll-seconds")]
    pub poll_seconds: Option<u32>,
}

/// What is particular to a panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PanelFacts {
    /// Where it is drawn: `customer`, `ticket`, `partner`.
    pub places: Vec<String>,
}

/// What a plugin asks the operator for.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Wants {
    /// Hosts to speak to.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub http: Vec<HttpWant>,
    /// Secrets to work with.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub secrets: Vec<SecretWant>,
    /// Records to read and write.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub records: Vec<RecordWant>,
    /// Schemes whose attested identities should count.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identities: Vec<IdentityWant>,
    /// A store of its own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kv: Option<KvWant>,
    /// Sending e-mail through the host.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail: Option<MailWant>,
}

/// A request to speak to a host. Either `host` or `setting` is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpWant {
    /// `host`, `host:port` or `*.example.com`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The setting that holds the address whose host is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// Upper case.
    pub methods: Vec<String>,
    /// Begin with `/`; `*` stands for any characters.
    pub paths: Vec<String>,
    /// Why, for the operator.
    pub reason: Texts,
}

/// A request to work with a secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SecretWant {
    /// What `secrets.get` takes.
    pub name: String,
    /// What for.
    pub uses: Vec<SecretUse>,
    /// Why, for the operator.
    pub reason: Texts,
}

/// A request to read or write records of a kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordWant {
    /// `customer`, `ticket`, ...
    pub kind: String,
    /// Fields to read.
    #[serde(default)]
    pub read: Vec<String>,
    /// Fields to write.
    #[serde(default)]
    pub write: Vec<String>,
    /// Which rows.
    pub scope: Scope,
    /// Why, for the operator.
    pub reason: Texts,
}

/// Which rows a plugin reaches.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Scope {
    /// Every row.
    All,
    /// Rows that this installation brought in.
    Own,
}

/// A request to vouch for a scheme of identities.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityWant {
    /// The scheme.
    pub scheme: String,
    /// Why, for the operator.
    pub reason: Texts,
}

/// A request for a store.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KvWant {
    /// Bytes of keys and values.
    pub bytes: u64,
    /// Why, for the operator.
    pub reason: Texts,
}

/// A request to send e-mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailWant {
    /// Addresses it wants to send from; `*@example.com` is any of the domain.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub senders: Vec<String>,
    /// The setting that holds the address it wants to send from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub setting: Option<String>,
    /// Why, for the operator.
    pub reason: Texts,
}

/// A time at which the plugin runs by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Appointment {
    /// What `schedule.run` is told.
    pub name: String,
    /// Minute, hour, day of month, month, day of week.
    pub cron: String,
    /// The time zone that they are of (IANA); UTC when it isn't said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Why, for the operator.
    pub reason: Texts,
}

/// A function that the plugin offers.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tool {
    /// What `tools.call` is told.
    pub name: String,
    /// One sentence.
    pub summary: Texts,
    /// JSON Schema of its arguments, an object.
    pub arguments: Value,
    /// JSON Schema of its result.
    pub result: Value,
}

/// Requests above the default limits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ManifestLimits {
    /// Memory of a call in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub memory_mib: Option<u32>,
    /// Processor time of a call in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cpu_ms: Option<u32>,
    /// Wall-clock time of a call in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wall_ms: Option<u32>,
    /// Body of a request to `channel.receive` in MiB.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_mib: Option<u32>,
    /// Why, for the operator.
    pub reason: Texts,
}

impl Manifest {
    /// Reads and checks a `plugin.toml`.
    pub fn from_toml(text: &str) -> Result<Self, ManifestError> {
        short_enough(text.len())?;
        let manifest: Self = toml::from_str(text)
            .map_err(|error| ManifestError::Syntax(error.to_string().trim_end().to_owned()))?;
        manifest.check()?;
        manifest.check_schemas()?;
        Ok(manifest)
    }

    /// Reads and checks the form that a finished plugin carries.
    pub fn from_json(json: &[u8]) -> Result<Self, ManifestError> {
        short_enough(json.len())?;
        let manifest: Self =
            serde_json::from_slice(json).map_err(|error| ManifestError::Syntax(error.to_string()))?;
        manifest.check()?;
        manifest.check_schemas()?;
        Ok(manifest)
    }

    /// Reads the form that is kept of an uploaded plugin. Its schemas were tried when it came; this costs no more
    /// than its length.
    pub fn kept(json: &Value) -> Result<Self, ManifestError> {
        let manifest = Self::deserialize(json).map_err(|error| ManifestError::Syntax(error.to_string()))?;
        manifest.check()?;
        Ok(manifest)
    }

    /// The form that a finished plugin carries: JSON without spaces, keys in byte order, so that equal
    /// manifests are equal bytes.
    pub fn canonical_json(&self) -> String {
        // Every field is a string, a number, a list or a JSON value, none of which can fail.
        let mut value = serde_json::to_value(self).unwrap_or_default();
        value.sort_all_objects();
        value.to_string()
    }
}

fn short_enough(bytes: usize) -> Result<(), ManifestError> {
    let most = bounds::LARGEST;
    if bytes > most { Err(ManifestError::TooLong { bytes, most }) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
