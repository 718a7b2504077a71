//! A small store of the installation's own. Writes are kept when the call succeeds.

pub use crate::bindings::hospes::plugin::kv::{delete, get, increment, list_keys, set, swap};

use crate::Error;
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value that was kept by [`set_json`].
pub fn json<T: DeserializeOwned>(key: &str) -> Result<Option<T>, Error> {
    match get(key)? {
        Some(bytes) => Ok(Some(serde_json::from_slice(&bytes)?)),
        None => Ok(None),
    }
}

/// Keeps a value as JSON.
pub fn set_json(key: &str, value: &impl Serialize) -> Result<(), Error> {
    set(key, &serde_json::to_vec(value)?)
}

/// The key that an id belongs to, one of `keys` behind a prefix: `asked/03f`. A store holds 10,000 keys, and there are more
/// customers, calls or receipts than that, so what is kept of many shares a key.
pub fn shared_key(prefix: &str, id: &str, keys: u32) -> String {
    let hash =
        id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
    format!("{prefix}{:03x}", (hash ^ (hash >> 16)) % keys.max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_spread_over_the_keys() {
        let key =
            |number: u32| shared_key("asked/", &format!("018f0000-0000-7000-8000-{number:012x}"), 4_096);
        let keys: std::collections::BTreeSet<String> = (0..4_096).map(key).collect();
        assert!(keys.len() > 2_000, "{}", keys.len());
        assert!(keys.iter().all(|key| key.len() == "asked/fff".len()));
    }
}
