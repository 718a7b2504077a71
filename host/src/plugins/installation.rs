//! A plugin in use: everything that a call needs to know of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use serde_json::{Map, Value as Json};
use tokio::sync::Semaphore;

use super::engine::breaker::Breaker;
use super::engine::guests::SHORT;
use super::engine::limits::RequestedLimits;
use super::engine::linker::Linked;
use super::grants::ability::Ability;
use super::grants::grant::{Grant, Host, sender};
use super::grants::{Grants, HttpWant, RecordWant, Wants};
use super::imports::config::EffectiveSettings;
use super::keyring::Secret;
use super::package::manifest::{MailWant, Manifest, Scope};
use super::types;
use crate::domain::clock::Timestamp;
use crate::domain::entity::Entity;
use crate::domain::ids::{InstallationId, PluginVersionId};

/// Calls of one installation that run at once.
const AT_ONCE: usize = 4;
/// Calls that may wait for one of those places.
const WAITING: usize = 64;

/// After so many bytes of log the log is cut to its size: seldom enough to cost nothing.
const LOG_CUT_EVERY: usize = 1 << 20;
/// No request for larger requests goes beyond this.
const LARGEST_REQUEST_MIB: u32 = 32;

/// A plugin in use. It doesn't change: when the operator changes something, a new one takes its place and calls under
/// way end with the old one.
pub struct Installation {
    /// Its id.
    pub id: InstallationId,
    /// The name that the operator gave it.
    pub name: String,
    /// The plugin's name.
    pub plugin: String,
    /// The plugin's version.
    pub version: String,
    /// The version's id.
    pub version_id: PluginVersionId,
    /// What the plugin says of itself.
    pub manifest: Arc<Manifest>,
    /// What it may do.
    pub grants: Grants,
    /// Its settings, filled with the defaults.
    pub settings: EffectiveSettings,
    /// What it can do.
    pub abilities: Vec<Ability>,
    /// Whether it may be called at all.
    pub enabled: bool,
    /// The version of its row.
    pub row_version: i64,
    /// Until when it is left alone, as the database says: another host may have seen it fail.
    pub broken_until: Option<Timestamp>,
    pub(super) secrets: BTreeMap<String, Secret>,
    pub(super) linked: Linked,
    pub(super) gate: Arc<Gate>,
}

impl std::fmt::Debug for Installation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Installation")
            .field("id", &self.id)
            .field("name", &self.name)
            .field("plugin", &self.plugin)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

impl Installation {
    /// What its manifest requests beyond the default limits.
    pub(super) fn requested_limits(&self) -> RequestedLimits {
        requested_limits(&self.manifest)
    }

    /// Whether it exports an interface.
    pub fn has(&self, ability: Ability) -> bool {
        self.abilities.contains(&ability)
    }

    /// A record with the fields that it may read.
    pub fn visible(&self, entity: &Entity) -> types::Entity {
        let kind = entity.kind.as_str();
        let readable = |name: &str| self.grants.read(kind).is_ok_and(|want| want.read.contains(name));
        let granted = entity.attributes.iter().filter(|attribute| readable(&attribute.name));
        types::Entity {
            kind: kind.to_owned(),
            id: entity.id.to_string(),
            version: entity.version,
            attributes: granted.cloned().map(Into::into).collect(),
        }
    }

    /// What an event of this kind of record, brought in by `source`, may tell it: of the data's fields those that it may
    /// read of the record itself.
    pub fn readable(
        &self,
        kind: &str,
        source: Option<InstallationId>,
        data: Map<String, Json>,
    ) -> Map<String, Json> {
        match self.grants.read(kind) {
            Ok(want) if !want.own || source == Some(self.id) => {
                data.into_iter().filter(|(name, _)| want.read.contains(name)).collect()
            }
            _ => Map::new(),
        }
    }

    /// The largest body that its `channel.receive` is handed, in bytes; none when the host's own limit holds.
    pub fn request_limit(&self) -> Option<usize> {
        let request = self.manifest.limits.as_ref()?.request_mib?;
        self.grants.limits().then(|| (request.min(LARGEST_REQUEST_MIB) as usize) << 20)
    }

    /// Counts a refusal and says which of its minute it is on this host.
    pub fn count_refusal(&self, now: Timestamp) -> u32 {
        count(&self.gate.refusals, now)
    }

    /// Notes bytes that it has logged, and says whether so many came together that its log should be cut to its size.
    pub fn has_logged(&self, bytes: usize) -> bool {
        let sum = self.gate.logged.fetch_add(bytes, Ordering::Relaxed).saturating_add(bytes);
        sum >= LOG_CUT_EVERY && self.gate.logged.swap(0, Ordering::Relaxed) > 0
    }

    /// Until when this host leaves it alone because it failed too often; none when calls get through.
    pub fn open_until(&self) -> Option<Timestamp> {
        self.gate.breaker().open_until()
    }
}

/// What outlives the changes of an installation: its places and its breaker.
pub(super) struct Gate {
    pub places: Semaphore,
    pub queue: Semaphore,
    breaker: Mutex<Breaker>,
    /// Whether the last call wasn't short, so that the next one won't be.
    is_slow: AtomicBool,
    /// Bytes logged since the log was last cut to its size.
    logged: AtomicUsize,
    /// Failures of the current minute that were counted, and the minute.
    failures: Mutex<(i64, u32)>,
    /// The same of refusals that were to be logged.
    refusals: Mutex<(i64, u32)>,
}

/// Counts one more of the minute.
fn count(counted: &Mutex<(i64, u32)>, now: Timestamp) -> u32 {
    let minute = now.as_micros() / 60_000_000;
    let mut counted = counted.lock().unwrap_or_else(PoisonError::into_inner);
    if counted.0 != minute {
        *counted = (minute, 0);
    }
    counted.1 = counted.1.saturating_add(1);
    counted.1
}

impl Gate {
    /// The breaker. It has no state that a panic could leave half done.
    pub fn breaker(&self) -> MutexGuard<'_, Breaker> {
        self.breaker.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the next call is expected to be short.
    pub fn is_short(&self) -> bool {
        !self.is_slow.load(Ordering::Relaxed)
    }

    /// Notes how long a call was on a processor.
    pub fn note_length(&self, cpu: Duration) {
        let is_slow = cpu >= SHORT;
        // Written when it changes alone: calls on other processors read it.
        if self.is_slow.load(Ordering::Relaxed) != is_slow {
            self.is_slow.store(is_slow, Ordering::Relaxed);
        }
    }

    /// Counts a failed call and says which of its minute it is.
    pub fn count_failure(&self, now: Timestamp) -> u32 {
        count(&self.failures, now)
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self {
            places: Semaphore::new(AT_ONCE),
            queue: Semaphore::new(AT_ONCE + WAITING),
            breaker: Mutex::default(),
            is_slow: AtomicBool::default(),
            logged: AtomicUsize::default(),
            failures: Mutex::default(),
            refusals: Mutex::default(),
        }
    }
}

/// What a manifest requests beyond the default limits.
pub(super) fn requested_limits(manifest: &Manifest) -> RequestedLimits {
    manifest.limits.as_ref().map_or_else(RequestedLimits::default, |limits| RequestedLimits {
        memory_mib: limits.memory_mib,
        cpu_ms: limits.cpu_ms,
        wall_ms: limits.wall_ms,
    })
}

/// The manifest's wants in the form in which they are checked. Where a want names a setting, its host is that of the
/// setting's address.
pub(super) fn wants(manifest: &Manifest, settings: &EffectiveSettings) -> Wants {
    let host = |host: Option<&String>, setting: Option<&String>| -> Option<Host> {
        match (host, setting) {
            (Some(host), _) => host.parse().ok(),
            (None, Some(setting)) => {
                let address = settings.get(setting)?.as_str()?;
                Host::of(&reqwest::Url::parse(address).ok()?)
            }
            (None, None) => None,
        }
    };
    let wants = &manifest.wants;
    let http = wants.http.iter().map(|want| HttpWant {
        host: host(want.host.as_ref(), want.setting.as_ref()),
        methods: want.methods.clone(),
        paths: want.paths.clone(),
    });
    let mut records: BTreeMap<String, RecordWant> = BTreeMap::new();
    for want in &wants.records {
        // Two wants for one kind come together as the narrower of the two.
        let known = records.entry(want.kind.clone()).or_default();
        known.read.extend(want.read.iter().cloned());
        known.write.extend(want.write.iter().cloned());
        known.own |= want.scope == Scope::Own;
    }
    Wants {
        http: http.collect(),
        secrets: wants
            .secrets
            .iter()
            .map(|want| (want.name.clone(), want.uses.iter().copied().collect()))
            .collect(),
        records,
        identities: wants.identities.iter().map(|want| want.scheme.clone()).collect(),
        mail: senders(wants.mail.as_ref(), settings),
        kv: wants.kv.as_ref().map(|want| want.bytes),
        limits: manifest.limits.is_some(),
    }
}

/// The addresses that a manifest wants to send from: those that it names, and that of the setting that it names.
fn senders(want: Option<&MailWant>, settings: &EffectiveSettings) -> BTreeSet<String> {
    let Some(want) = want else { return BTreeSet::new() };
    let set = want.setting.as_ref().and_then(|setting| settings.get(setting)?.as_str());
    want.senders.iter().map(String::as_str).chain(set).filter_map(sender).collect()
}

/// Everything that a manifest wants, as grants: what an operator gives who agrees to all of it.
pub fn all_grants(manifest: &Manifest, settings: &EffectiveSettings) -> Vec<Grant> {
    Grants::new("", wants(manifest, settings), []).missing()
}
