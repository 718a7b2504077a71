//! `hospes:plugin/kv`: the installation's own store, staged over what is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::view::view;
use crate::plugins::bindings::hospes::plugin::kv;
use crate::plugins::effects::{KvChange, Seen};
use crate::plugins::engine::fault::Fault;
use crate::store::kv::{Entry, Usage};

const LONGEST_KEY: usize = 512;
const MOST_LISTED: u32 = 1_000;
/// What a key costs that a call looks at, beside its own bytes: the host remembers what was there.
const LOOK_COST: usize = 64;

/// A call's view of its store: what it read, and over that what it staged.
#[derive(Debug, Default)]
pub(in crate::plugins) struct Overlay {
    keys: BTreeMap<String, StagedKeys>,
    /// What would be kept if the call ended now; read at the first write.
    usage: Option<Usage>,
}

#[derive(Debug)]
struct StagedKeys {
    kept: Option<Entry>,
    /// None: not touched. Some(None): deleted.
    change: Option<Option<Vec<u8>>>,
    /// Whether the change depends on what is kept.
    depends: bool,
}

impl StagedKeys {
    fn current(&self) -> Option<&[u8]> {
        match &self.change {
            Some(change) => change.as_deref(),
            None => self.kept.as_ref().map(|entry| entry.value.as_slice()),
        }
    }
}

/// A change that would keep too much.
#[derive(Debug, PartialEq, Eq)]
enum OverQuota {
    Bytes(u64),
    Keys(u64),
}

impl Overlay {
    /// Stages a change of a key that was loaded before. Deleting and shrinking always fit.
    fn stage(
        &mut self,
        key: &str,
        value: Option<Vec<u8>>,
        depends: bool,
        quota: Usage,
    ) -> Result<(), OverQuota> {
        let (Some(staged), Some(usage)) = (self.keys.get_mut(key), self.usage.as_mut()) else {
            return Ok(());
        };
        let cost = |value: Option<&[u8]>| value.map_or(0, |value| (key.len() + value.len()) as u64);
        let (before, after) = (staged.current().map(<[u8]>::len), value.as_ref().map(Vec::len));
        let next = Usage {
            bytes: usage.bytes.saturating_sub(cost(staged.current())) + cost(value.as_deref()),
            keys: usage.keys.saturating_sub(u64::from(before.is_some())) + u64::from(after.is_some()),
        };
        if next.bytes > quota.bytes && next.bytes > usage.bytes {
            return Err(OverQuota::Bytes(next.bytes));
        }
        if next.keys > quota.keys && next.keys > usage.keys {
            return Err(OverQuota::Keys(next.keys));
        }
        *usage = next;
        staged.change = Some(value);
        staged.depends |= depends;
        Ok(())
    }

    /// What the call changed, one entry a key, in the order of the keys.
    pub fn take(&mut self) -> Vec<KvChange> {
        let changed = std::mem::take(&mut self.keys).into_iter().filter_map(|(key, staged)| {
            let seen = match (staged.depends, &staged.kept) {
                (false, _) => Seen::Anything,
                (true, None) => Seen::Absent,
                (true, Some(entry)) => Seen::Version(entry.version),
            };
            staged.change.map(|value| KvChange { key, value, seen })
        });
        changed.collect()
    }
}

view! {
    /// The installation's store as a call sees it.
    KvView { overlay: Overlay = kv }
}

impl KvView<'_> {
    /// Checks the grant and the key, and says how much may be kept.
    fn kv_allowed(&mut self, key: &str) -> Result<Usage, Fault> {
        let installation = Arc::clone(&self.call.installation);
        let bytes = installation.grants.kv().map_err(|denied| self.call.refuse(&denied))?;
        if key.is_empty() || key.len() > LONGEST_KEY {
            let length = key.len();
            return Err(Fault::invalid(format!("a key has 1 to {LONGEST_KEY} bytes, this one {length}")));
        }
        Ok(Usage { bytes, keys: self.call.meter.limits().kv_keys })
    }

    async fn kv_load(&mut self, key: &str) -> Result<&StagedKeys, Fault> {
        if !self.overlay.keys.contains_key(key) {
            let kept = self.call.read_key(key).await?;
            self.overlay.keys.insert(key.to_owned(), StagedKeys { kept, change: None, depends: false });
        }
        self.overlay.keys.get(key).ok_or_else(|| Fault::End(wasmtime::format_err!("a key got lost")))
    }

    async fn kv_stage(
        &mut self,
        key: &str,
        value: Option<Vec<u8>>,
        depends: bool,
        quota: Usage,
    ) -> Result<(), Fault> {
        self.kv_load(key).await?;
        if self.overlay.usage.is_none() {
            self.overlay.usage = Some(self.call.read_usage().await?);
        }
        self.overlay.stage(key, value, depends, quota).map_err(|over| match over {
            OverQuota::Bytes(bytes) => Fault::limit(format!(
                "the store would hold {bytes} bytes; {} are allowed: delete something",
                quota.bytes
            )),
            OverQuota::Keys(keys) => Fault::limit(format!(
                "the store would hold {keys} keys; {} are allowed: delete some",
                quota.keys
            )),
        })
    }

    async fn kv_get(&mut self, key: &str) -> Result<Option<Vec<u8>>, Fault> {
        self.kv_allowed(key)?;
        self.call.meter.transfer(key.len() + LOOK_COST)?;
        Ok(self.kv_load(key).await?.current().map(<[u8]>::to_vec))
    }

    async fn kv_set(&mut self, key: &str, value: Option<Vec<u8>>) -> Result<(), Fault> {
        self.call.meter.transfer(key.len() + value.as_ref().map_or(0, Vec::len))?;
        let quota = self.kv_allowed(key)?;
        self.kv_stage(key, value, false, quota).await
    }

    async fn kv_swap(
        &mut self,
        key: &str,
        expected: Option<Vec<u8>>,
        replacement: Option<Vec<u8>>,
    ) -> Result<bool, Fault> {
        let brought = [&expected, &replacement].map(|value| value.as_ref().map_or(0, Vec::len));
        self.call.meter.transfer(key.len() + brought[0] + brought[1])?;
        let quota = self.kv_allowed(key)?;
        if self.kv_load(key).await?.current() != expected.as_deref() {
            return Ok(false);
        }
        self.kv_stage(key, replacement, true, quota).await?;
        Ok(true)
    }

    async fn kv_increment(&mut self, key: &str, delta: i64) -> Result<i64, Fault> {
        let quota = self.kv_allowed(key)?;
        self.call.meter.transfer(key.len() + LOOK_COST)?;
        let current = match self.kv_load(key).await?.current() {
            None => 0,
            Some(value) => std::str::from_utf8(value)
                .ok()
                .and_then(|text| text.parse::<i64>().ok())
                .ok_or_else(|| {
                    Fault::invalid(format!(
                        "the key {key:?} holds no counter: its value is not a decimal number"
                    ))
                })?,
        };
        let sum = current.checked_add(delta).ok_or_else(|| {
            Fault::invalid(format!(
                "the counter {key:?} would leave the range of 64 bits: {current} + {delta}"
            ))
        })?;
        self.kv_stage(key, Some(sum.to_string().into_bytes()), true, quota).await?;
        Ok(sum)
    }

    async fn kv_list(
        &mut self,
        prefix: &str,
        after: Option<String>,
        limit: u32,
    ) -> Result<Vec<String>, Fault> {
        let installation = Arc::clone(&self.call.installation);
        installation.grants.kv().map_err(|denied| self.call.refuse(&denied))?;
        if limit == 0 || limit > MOST_LISTED {
            return Err(Fault::invalid(format!("limit is {limit}; ask for 1 to {MOST_LISTED} keys")));
        }
        self.call.meter.transfer(prefix.len() + after.as_ref().map_or(0, String::len) + LOOK_COST)?;
        let limit = limit as usize;
        let after = after.as_deref();
        let within = |key: &str| key.starts_with(prefix) && after.is_none_or(|after| key > after);
        let staged: BTreeMap<String, bool> = self
            .overlay
            .keys
            .iter()
            .filter(|(key, staged)| staged.change.is_some() && within(key))
            .map(|(key, staged)| (key.clone(), staged.current().is_some()))
            .collect();
        // So many more are read as may turn out to be deleted.
        let deleted = staged.values().filter(|present| !**present).count();
        let mut keys = self.call.read_keys(prefix, after, limit + deleted).await?;
        keys.retain(|key| !staged.contains_key(key));
        keys.extend(staged.into_iter().filter(|(_, present)| *present).map(|(key, _)| key));
        keys.sort_unstable();
        keys.truncate(limit);
        Ok(keys)
    }
}

impl kv::Host for KvView<'_> {
    async fn get(&mut self, key: String) -> Result<Option<Vec<u8>>, Fault> {
        let answer = self.kv_get(&key).await;
        self.call.leave(answer)
    }

    async fn set(&mut self, key: String, value: Vec<u8>) -> Result<(), Fault> {
        let answer = self.kv_set(&key, Some(value)).await;
        self.call.leave(answer)
    }

    async fn swap(
        &mut self,
        key: String,
        expected: Option<Vec<u8>>,
        replacement: Option<Vec<u8>>,
    ) -> Result<bool, Fault> {
        let answer = self.kv_swap(&key, expected, replacement).await;
        self.call.leave(answer)
    }

    async fn delete(&mut self, key: String) -> Result<(), Fault> {
        let answer = self.kv_set(&key, None).await;
        self.call.leave(answer)
    }

    async fn list_keys(
        &mut self,
        prefix: String,
        after: Option<String>,
        limit: u32,
    ) -> Result<Vec<String>, Fault> {
        let answer = self.kv_list(&prefix, after, limit).await;
        self.call.leave(answer)
    }

    async fn increment(&mut self, key: String, delta: i64) -> Result<i64, Fault> {
        let answer = self.kv_increment(&key, delta).await;
        self.call.leave(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUOTA: Usage = Usage { bytes: 20, keys: 2 };

    fn overlay(kept: &[(&str, &str)]) -> Overlay {
        let bytes = kept.iter().map(|(key, value)| (key.len() + value.len()) as u64).sum();
        let usage = Usage { bytes, keys: kept.len() as u64 };
        let keys = kept.iter().map(|(key, value)| {
            let entry = Entry { value: value.as_bytes().to_vec(), version: 5 };
            ((*key).to_owned(), StagedKeys { kept: Some(entry), change: None, depends: false })
        });
        let mut overlay = Overlay { keys: keys.collect(), usage: Some(usage) };
        for key in ["new", "other"] {
            overlay.keys.insert(key.to_owned(), StagedKeys { kept: None, change: None, depends: false });
        }
        overlay
    }

    #[test]
    fn reads_see_the_calls_own_writes_and_only_changes_come_out() {
        let mut overlay = overlay(&[("a", "1")]);
        overlay.stage("new", Some(b"x".to_vec()), false, QUOTA).unwrap();
        overlay.stage("a", None, false, QUOTA).unwrap();
        assert_eq!(overlay.keys["new"].current(), Some(b"x".as_slice()));
        assert_eq!(overlay.keys["a"].current(), None);
        let change = |key: &str, value: Option<&str>| KvChange {
            key: key.to_owned(),
            value: value.map(|value| value.as_bytes().to_vec()),
            seen: Seen::Anything,
        };
        assert_eq!(overlay.take(), [change("a", None), change("new", Some("x"))]);
    }

    #[test]
    fn a_swap_stays_bound_to_what_it_saw_even_when_a_blind_write_follows() {
        let mut overlay = overlay(&[("a", "1")]);
        overlay.stage("a", Some(b"2".to_vec()), true, QUOTA).unwrap();
        overlay.stage("a", Some(b"3".to_vec()), false, QUOTA).unwrap();
        overlay.stage("new", Some(b"1".to_vec()), true, QUOTA).unwrap();
        let seen: Vec<_> = overlay.take().into_iter().map(|change| change.seen).collect();
        assert_eq!(seen, [Seen::Version(5), Seen::Absent]);
    }

    #[test]
    fn the_quota_counts_keys_and_bytes_and_lets_shrinking_through() {
        let mut overlay = overlay(&[("a", "123456789012345678901234567890")]);
        let shorter = Some(b"1234567890123456789012345".to_vec());
        overlay.stage("a", shorter, false, QUOTA).unwrap();
        assert_eq!(overlay.stage("new", Some(Vec::new()), false, QUOTA), Err(OverQuota::Bytes(29)));
        overlay.stage("a", Some(Vec::new()), false, QUOTA).unwrap();
        overlay.stage("new", Some(Vec::new()), false, QUOTA).unwrap();
        assert_eq!(overlay.stage("other", Some(Vec::new()), false, QUOTA), Err(OverQuota::Keys(3)));
        overlay.stage("a", None, false, QUOTA).unwrap();
        overlay.stage("other", Some(Vec::new()), false, QUOTA).unwrap();
    }
}
