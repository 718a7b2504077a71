//! What the host told a call, in order: recorded while the call runs, played when its transcript is replayed.
//!
//! Records and keys come from the database, time from the clock, and what secrets make of data from secrets that
//! nobody else has; all of them stand here. Requests are recorded where they are made, settings and grants
//! belong to the installation, and chance follows from the call's seeds.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::domain::actor::Scope;
use crate::domain::clock::Timestamp;
use crate::domain::entity::Entity;
use crate::domain::value::Attribute;
use crate::plugins::bindings::hospes::plugin::types;
use crate::plugins::engine::fault::Fault;
use crate::plugins::engine::state::CallContext;
use crate::store::db::DbError;
use crate::store::filter::{Condition, FilterError};
use crate::store::kv;

/// Bytes that a recording holds of what was read; later answers are left out, and the transcript says so.
const LONGEST: usize = 128 << 10;
/// Times that a recording holds.
const MOST_TIMES: usize = 4_096;
/// What an answer costs beside its texts.
const STEP_COST: usize = 64;

/// One answer of the host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "asked", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// A key of the installation's store.
    Key {
        /// The key.
        key: String,
        /// Its value, if it was there.
        value: Option<Exact>,
        /// The value's version.
        version: i64,
    },
    /// How much the installation keeps.
    Usage {
        /// Bytes.
        bytes: u64,
        /// Keys.
        keys: u64,
    },
    /// Keys with a prefix.
    Keys {
        /// The prefix.
        prefix: String,
        /// Those that were found.
        found: Vec<String>,
    },
    /// A record.
    Record {
        /// Its kind.
        kind: String,
        /// Its id.
        id: Uuid,
        /// What the plugin may see of it, if it was there.
        found: Option<Found>,
    },
    /// Records that meet conditions.
    Records {
        /// Their kind.
        kind: String,
        /// Those that were found.
        found: Vec<Found>,
    },
    /// What a secret made of data.
    Secret {
        /// The function.
        function: String,
        /// What it gave.
        gave: Gave,
    },
}

/// What the plugin may see of a record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Its id.
    id: Uuid,
    /// Its version.
    version: i64,
    /// Its granted fields.
    attributes: Vec<types::Attribute>,
}

/// What a secret made of data.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Gave {
    /// Bytes.
    Bytes(Exact),
    /// Whether it is the secret.
    Same(bool),
    /// Nothing, because of this.
    Error(types::Error),
}

/// Bytes that are written as `{"text"}` or `{"base64"}`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exact(pub Vec<u8>);

impl Serialize for Exact {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        crate::plugins::values::wit_json::bytes(&self.0).serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let json = serde_json::Value::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom(r#"bytes are {"text"} or {"base64"}"#);
        crate::plugins::values::dynamic::bytes_of(&json).map(Self).ok_or_else(wrong)
    }
}

/// A recording under way.
#[derive(Debug, Default)]
pub(in crate::plugins) struct Recorded {
    pub steps: Vec<Step>,
    /// What the clock showed at the beginning and after each host call, in microseconds.
    pub times: Vec<i64>,
    /// Whether something didn't fit any more.
    pub cut: bool,
    size: usize,
}

/// A recording that is played.
#[derive(Debug)]
pub(in crate::plugins) struct Played {
    pub steps: VecDeque<Step>,
    pub times: VecDeque<i64>,
    /// Where the call asked for something else than the first time.
    pub diverged: Vec<String>,
}

/// The recording of one call.
#[derive(Debug)]
pub(in crate::plugins) enum Recording {
    Live(Recorded),
    Replayed(Box<Played>),
}

impl Default for Recording {
    fn default() -> Self {
        Self::Live(Recorded::default())
    }
}

impl Recorded {
    /// About how many bytes it holds.
    pub fn weight(&self) -> usize {
        self.size.min(LONGEST) + size_of_val(self.times.as_slice())
    }

    fn add(&mut self, size: usize, step: impl FnOnce() -> Step) {
        self.size += size + STEP_COST;
        if self.size > LONGEST {
            self.cut = true;
            return;
        }
        self.steps.push(step());
    }
}

impl Recording {
    /// The time now, by the clock or by the recording.
    pub fn time(&mut self, clock: impl FnOnce() -> Timestamp) -> Timestamp {
        match self {
            Self::Live(recorded) => {
                let now = clock();
                if recorded.times.len() < MOST_TIMES {
                    recorded.times.push(now.as_micros());
                } else {
                    recorded.cut = true;
                }
                now
            }
            Self::Replayed(played) => played.times.pop_front().map_or_else(clock, Timestamp::from_micros),
        }
    }

    fn record(&mut self, size: usize, step: impl FnOnce() -> Step) {
        if let Self::Live(recorded) = self {
            recorded.add(size, step);
        }
    }

    /// The next answer of a recording that is played, if it is one to this question. None when nothing is played.
    fn play<T>(
        &mut self,
        asked: impl FnOnce() -> String,
        read: impl FnOnce(&Step) -> Option<T>,
    ) -> Option<Option<T>> {
        let Self::Replayed(played) = self else { return None };
        let next = played.steps.pop_front();
        let found = next.as_ref().and_then(read);
        if found.is_none() {
            let instead = next.map_or_else(|| "nothing more".to_owned(), |step| format!("{step:?}"));
            played.diverged.push(format!("it asks for {}; the transcript has {instead:.200}", asked()));
        }
        Some(found)
    }
}

impl Found {
    fn of(entity: &Entity, may_see: &dyn Fn(&str) -> bool) -> Self {
        let seen = entity.attributes.iter().filter(|attribute| may_see(&attribute.name));
        let attributes = seen.cloned().map(Into::into).collect();
        Self { id: entity.id, version: entity.version, attributes }
    }

    fn entity(&self, kind: &str) -> Entity {
        let attributes = self.attributes.iter().cloned().map(Attribute::from).collect();
        Entity { kind: kind.to_owned(), id: self.id, version: self.version, attributes }
    }

    fn size(&self) -> usize {
        STEP_COST + crate::plugins::values::size(&self.attributes)
    }
}

impl CallContext {
    /// A key's value and version, as it is or as the recording has it.
    pub(in crate::plugins) async fn read_key(&mut self, key: &str) -> Result<Option<kv::Entry>, DbError> {
        let played = self.recording.play(
            || format!("the key {key:?}"),
            |step| match step {
                Step::Key { key: of, value, version } if of == key => {
                    Some(value.as_ref().map(|value| kv::Entry { value: value.0.clone(), version: *version }))
                }
                _ => None,
            },
        );
        if let Some(entry) = played {
            return Ok(entry.flatten());
        }
        let entry = self.shared.data.key(&self.meter.host_time, self.installation.id, key).await?;
        let size = key.len() + entry.as_ref().map_or(0, |entry| entry.value.len());
        self.recording.record(size, || Step::Key {
            key: key.to_owned(),
            value: entry.as_ref().map(|entry| Exact(entry.value.clone())),
            version: entry.as_ref().map_or(0, |entry| entry.version),
        });
        Ok(entry)
    }

    /// How much the installation keeps, as it is or as the recording has it.
    pub(in crate::plugins) async fn read_usage(&mut self) -> Result<kv::Usage, DbError> {
        let played = self.recording.play(
            || "how much is kept".to_owned(),
            |step| match step {
                Step::Usage { bytes, keys } => Some(kv::Usage { bytes: *bytes, keys: *keys }),
                _ => None,
            },
        );
        if let Some(usage) = played {
            return Ok(usage.unwrap_or_default());
        }
        let usage = self.shared.data.usage(&self.meter.host_time, self.installation.id).await?;
        self.recording.record(0, || Step::Usage { bytes: usage.bytes, keys: usage.keys });
        Ok(usage)
    }

    /// Keys with a prefix, as it is or as the recording has it.
    pub(in crate::plugins) async fn read_keys(
        &mut self,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<String>, DbError> {
        let played = self.recording.play(
            || format!("the keys {prefix:?}"),
            |step| match step {
                Step::Keys { prefix: of, found } if of == prefix => Some(found.clone()),
                _ => None,
            },
        );
        if let Some(found) = played {
            return Ok(found.unwrap_or_default());
        }
        let found =
            self.shared.data.keys(&self.meter.host_time, self.installation.id, prefix, after, limit).await?;
        let size = prefix.len() + found.iter().map(String::len).sum::<usize>();
        self.recording.record(size, || Step::Keys { prefix: prefix.to_owned(), found: found.clone() });
        Ok(found)
    }

    /// A record, as the host tells the call; the recording holds no field that the plugin may not see.
    pub(in crate::plugins) async fn read_record(
        &mut self,
        kind: &str,
        id: Uuid,
        scope: Scope,
        may_see: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Option<Entity>, DbError> {
        let played = self.recording.play(
            || format!("the {kind} {id}"),
            |step| match step {
                Step::Record { kind: of, id: which, found } if of == kind && *which == id => {
                    Some(found.as_ref().map(|found| found.entity(kind)))
                }
                _ => None,
            },
        );
        if let Some(entity) = played {
            return Ok(entity.flatten());
        }
        let entity = self.shared.data.entity(&self.meter.host_time, kind, id, scope).await?;
        let found = entity.as_ref().map(|entity| Found::of(entity, may_see));
        let size = found.as_ref().map_or(0, Found::size);
        self.recording.record(size, || Step::Record { kind: kind.to_owned(), id, found });
        Ok(entity)
    }

    /// Records that meet conditions, as it is or as the recording has it.
    pub(in crate::plugins) async fn read_records(
        &mut self,
        kind: &str,
        conditions: &[Condition],
        after: Uuid,
        limit: u32,
        scope: Scope,
        may_see: &(dyn Fn(&str) -> bool + Sync),
    ) -> Result<Vec<Entity>, FilterError> {
        let played = self.recording.play(
            || format!("the {kind} records that meet conditions"),
            |step| match step {
                Step::Records { kind: of, found } if of == kind => {
                    Some(found.iter().map(|found| found.entity(kind)).collect::<Vec<_>>())
                }
                _ => None,
            },
        );
        if let Some(found) = played {
            return Ok(found.unwrap_or_default());
        }
        let entities =
            self.shared.data.find(&self.meter.host_time, kind, conditions, after, limit, scope).await?;
        let found: Vec<Found> = entities.iter().map(|entity| Found::of(entity, may_see)).collect();
        let size = found.iter().map(Found::size).sum();
        self.recording.record(size, || Step::Records { kind: kind.to_owned(), found });
        Ok(entities)
    }

    /// What a secret makes of data: computed, or played where the secret isn't known.
    pub(in crate::plugins) fn made_by_secret(
        &mut self,
        function: &str,
        compute: impl FnOnce(&mut Self) -> Result<Gave, Fault>,
    ) -> Result<Gave, Fault> {
        let played = self.recording.play(
            || format!("secret.{function}"),
            |step| match step {
                Step::Secret { function: of, gave } if of == function => Some(gave.clone()),
                _ => None,
            },
        );
        let gave = match played.flatten() {
            Some(gave) => gave,
            None => match compute(self) {
                Ok(gave) => gave,
                Err(Fault::Guest(error)) => Gave::Error(error),
                Err(end) => return Err(end),
            },
        };
        let size = if let Gave::Bytes(bytes) = &gave { bytes.0.len() } else { 0 };
        self.recording.record(size, || Step::Secret { function: function.to_owned(), gave: gave.clone() });
        match gave {
            Gave::Error(error) => Err(Fault::Guest(error)),
            gave => Ok(gave),
        }
    }
}

impl Gave {
    /// The bytes; none when it gave something else.
    pub fn bytes(self) -> Vec<u8> {
        if let Self::Bytes(bytes) = self { bytes.0 } else { Vec::new() }
    }
}
