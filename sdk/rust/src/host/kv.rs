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
