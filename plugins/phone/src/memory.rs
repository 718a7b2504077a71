//! What is remembered of calls, so that their events become one entry, and whose legs were seen.
//!
//! Many calls share a key of the store; what is older than [`DAYS`] goes when its key is written.

use crate::call::Call;
use hospes_sdk::{Error, clock, kv, log, serde_json};
use serde::{Deserialize, Serialize};

/// Keys that calls are spread over.
const KEYS: u32 = 2_048;
/// How long a call is remembered: recordings may come late.
const DAYS: i64 = 3;
/// Calls and legs under one key; the oldest go first. With all keys full, that is 24,000 calls.
const MOST: usize = 12;
const DAY: i64 = 24 * 3_600_000_000;

/// What is kept under an id.
#[derive(Debug, Serialize, Deserialize)]
struct Kept {
    id: String,
    day: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    call: Option<Call>,
    /// Whose leg it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<String>,
}

/// What is known of a call.
pub fn call(id: &str) -> Option<Call> {
    found(id)?.call
}

/// The call whose leg this is.
pub fn parent(leg: &str) -> Option<String> {
    found(leg)?.parent
}

/// Remembers a call.
pub fn keep_call(id: &str, call: Call) {
    keep(Kept { id: id.into(), day: clock::now() / DAY, call: Some(call), parent: None });
}

/// Remembers whose leg this is.
pub fn keep_leg(leg: &str, parent: &str) {
    if self::parent(leg).is_none() {
        keep(Kept { id: leg.into(), day: clock::now() / DAY, call: None, parent: Some(parent.into()) });
    }
}

fn found(id: &str) -> Option<Kept> {
    let (_, all) = all(&key(id)).unwrap_or_else(|error| unremembered(&error));
    all.into_iter().find(|kept| kept.id == id)
}

/// Without a store each event stands by itself. Of two events at once the call that comes too late runs again, with what the
/// other has kept.
fn keep(new: Kept) {
    let key = key(&new.id);
    let kept = all(&key).and_then(|(before, mut all)| {
        all.retain(|kept| kept.id != new.id && new.day - kept.day < DAYS);
        all.drain(..all.len().saturating_sub(MOST - 1));
        all.push(new);
        kv::swap(&key, before.as_deref(), Some(&serde_json::to_vec(&all)?))
    });
    kept.unwrap_or_else(|error| unremembered(&error));
}

fn unremembered<T: Default>(error: &Error) -> T {
    log::warn(&format!("Calls can't be remembered: {}", error.message));
    T::default()
}

fn key(id: &str) -> String {
    kv::shared_key("calls/", id, KEYS)
}

/// What is kept under a key, as it lies there and as it is read.
fn all(key: &str) -> Result<(Option<Vec<u8>>, Vec<Kept>), Error> {
    let bytes = kv::get(key)?;
    // What can't be read was kept by another version.
    let all = bytes.as_deref().and_then(|bytes| serde_json::from_slice(bytes).ok());
    Ok((bytes, all.unwrap_or_default()))
}
