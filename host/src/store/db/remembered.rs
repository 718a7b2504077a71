//! What hardly changes and is asked for with most requests, remembered for as long as nothing has changed that it may follow
//! from.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Where other processes write too, what is remembered counts for so long: what another host takes from somebody, a token
/// say, ends here within that time.
const AMONG_OTHERS: Duration = Duration::from_secs(1);
/// More than that isn't remembered at once.
const MOST: usize = 10_000;

/// Who may do what, as it was when something was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RightsVersion {
    pub(super) number: u64,
    /// Whether other processes may change it.
    pub(super) is_shared: bool,
}

/// Values by their keys. They hold until this process commits something that may change who may do what: on SQLite nobody
/// else writes, so that what is revoked is refused from the moment on at which its revocation is answered.
#[derive(Debug)]
pub struct Remembered<K, V>(Mutex<Known<K, V>>);

#[derive(Debug)]
struct Known<K, V> {
    /// The version before all of it was read.
    version: u64,
    since: Instant,
    values: HashMap<K, V>,
}

impl<K, V> Default for Remembered<K, V> {
    fn default() -> Self {
        Self(Mutex::new(Known { version: 0, since: Instant::now(), values: HashMap::new() }))
    }
}

impl<K: Eq + Hash, V: Clone> Remembered<K, V> {
    /// What is remembered for a key at this version.
    pub fn get(&self, rights: RightsVersion, key: &K) -> Option<V> {
        // No map has a state that a panic could leave half done.
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let is_old = rights.is_shared && known.since.elapsed() > AMONG_OTHERS;
        if rights.number < known.version {
            return None;
        }
        if known.version != rights.number || is_old || known.values.len() >= MOST {
            *known = Known { version: rights.number, since: Instant::now(), values: HashMap::new() };
        }
        known.values.get(key).cloned()
    }

    /// Remembers what was read after this version was asked for. What was read before somebody else's change is as good for
    /// the request that read it, and not to be kept.
    pub fn put(&self, rights: RightsVersion, key: K, value: V) {
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.version == rights.number {
            known.values.insert(key, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_read_before_a_change_is_not_kept() {
        let known = Remembered::default();
        let [before, after] = [1, 2].map(|number| RightsVersion { number, is_shared: false });
        assert_eq!(known.get(before, &"a"), None);
        known.put(before, "a", 1);
        assert_eq!((known.get(before, &"a"), known.get(before, &"b")), (Some(1), None));
        assert_eq!(known.get(after, &"a"), None);
        known.put(before, "a", 1);
        assert_eq!(known.get(after, &"a"), None);
        known.put(after, "a", 2);
        assert_eq!((known.get(after, &"a"), known.get(before, &"a")), (Some(2), None));
        assert_eq!(known.get(after, &"a"), Some(2), "who began before leaves it to the others");
    }
}
