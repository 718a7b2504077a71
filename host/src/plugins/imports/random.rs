//! `hospes:plugin/random`, and the ids of the records that a call makes.
//!
//! Both follow from the call's id and a key that only this process knows: they can't be guessed, and a call that has to
//! run again draws the same ones, so that requests which it already sent are recognised.

use hmac::{Hmac, KeyInit, Mac};
use rand::rngs::StdRng;
use rand::{Rng, SeedableRng};
use sha2::Sha256;
use uuid::Uuid;

use super::view::view;
use crate::domain::clock::Timestamp;
use crate::plugins::bindings::hospes::plugin::random;
use crate::plugins::engine::state::CallContext;

/// The most that a guest gets at once.
const MOST: u64 = 65_536;

/// What a call's randomness grew from, as far as it wanted any: a transcript holds it, and it tells nothing of
/// other calls.
#[derive(Debug, Clone, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Seeds {
    /// Of the random bytes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bytes: Option<Grown>,
    /// Of the ids of new records.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ids: Option<Grown>,
}

/// One seed; 64 hexadecimal digits in a transcript.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Grown([u8; 32]);

impl serde::Serialize for Grown {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let digits: String = self.0.iter().map(|byte| format!("{byte:02x}")).collect();
        serializer.serialize_str(&digits)
    }
}

impl<'de> serde::Deserialize<'de> for Grown {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let digits = String::deserialize(deserializer)?;
        let wrong = || serde::de::Error::custom("a seed has 64 hexadecimal digits");
        let mut seed = [0; 32];
        if digits.len() != 64 {
            return Err(wrong());
        }
        for (place, byte) in seed.iter_mut().enumerate() {
            let pair = digits.get(2 * place..2 * place + 2).ok_or_else(wrong)?;
            *byte = u8::from_str_radix(pair, 16).map_err(|_| wrong())?;
        }
        Ok(Self(seed))
    }
}

/// Where a call's randomness comes from. Nothing is computed before it is wanted.
#[derive(Default)]
pub(in crate::plugins) struct Seed {
    bytes: Option<Box<StdRng>>,
    ids: Option<Box<StdRng>>,
    drawn: u16,
    /// Given by a transcript, or drawn when they were first wanted.
    seeds: Seeds,
}

impl Seed {
    /// The randomness of a call that is replayed.
    pub fn given(seeds: Seeds) -> Self {
        Self { seeds, ..Self::default() }
    }

    /// What was drawn so far.
    pub fn seeds(&self) -> &Seeds {
        &self.seeds
    }

    fn fill(&mut self, key: &[u8; 32], call: Uuid, bytes: &mut [u8]) {
        let seed = *self.seeds.bytes.get_or_insert_with(|| Grown(seed(key, call, "bytes")));
        self.bytes.get_or_insert_with(|| Box::new(StdRng::from_seed(seed.0))).fill_bytes(bytes);
    }

    /// An id for a record that the call makes: a UUIDv7 that sorts after the call's earlier ones.
    pub fn id(&mut self, key: &[u8; 32], call: Uuid, start: Timestamp) -> Uuid {
        let mut random = [0; 10];
        let seed = *self.seeds.ids.get_or_insert_with(|| Grown(seed(key, call, "ids")));
        self.ids.get_or_insert_with(|| Box::new(StdRng::from_seed(seed.0))).fill_bytes(&mut random);
        // The 12 bits behind the time count, so that the ids of one call keep the order they were drawn in.
        self.drawn = self.drawn.wrapping_add(1);
        random[..2].copy_from_slice(&self.drawn.to_be_bytes());
        uuid::Builder::from_unix_timestamp_millis(call_millis(call, start), &random).into_uuid()
    }
}

/// The time in the call's own id, so that a second run draws the same ids; or else when it started.
fn call_millis(call: Uuid, start: Timestamp) -> u64 {
    let (seconds, nanos) = match call.get_timestamp() {
        Some(timestamp) if call.get_version_num() == 7 => timestamp.to_unix(),
        _ => return u64::try_from(start.as_micros() / 1_000).unwrap_or(0),
    };
    seconds * 1_000 + u64::from(nanos / 1_000_000)
}

fn seed(key: &[u8; 32], call: Uuid, purpose: &str) -> [u8; 32] {
    let mut seed = [0; 32];
    // HMAC takes a key of any length, so this is always filled.
    if let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) {
        mac.update(call.as_bytes());
        mac.update(purpose.as_bytes());
        seed = mac.finalize().into_bytes().into();
    }
    seed
}

impl CallContext {
    /// An id for a record that the call makes.
    pub(super) fn draw_id(&mut self) -> Uuid {
        self.seed.id(&self.shared.seed_key, self.id, self.clock.now())
    }

    /// So many random bytes, or [`MOST`].
    pub(super) fn random_bytes(&mut self, count: u64) -> Vec<u8> {
        let mut bytes = vec![0; usize::try_from(count.min(MOST)).unwrap_or_default()];
        self.seed.fill(&self.shared.seed_key, self.id, &mut bytes);
        bytes
    }
}

view! {
    /// What is drawn by a call.
    RandomView {}
}

impl random::Host for RandomView<'_> {
    fn bytes(&mut self, count: u32) -> wasmtime::Result<Vec<u8>> {
        let bytes = self.call.random_bytes(count.into());
        Ok(self.call.leave(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn draw(call: Uuid) -> (Vec<Uuid>, [u8; 16]) {
        let mut seed = Seed::default();
        let start = Timestamp::from_micros(1_767_600_000_000_000);
        let ids = (0..1_000).map(|_| seed.id(&[3; 32], call, start)).collect();
        let mut bytes = [0; 16];
        seed.fill(&[3; 32], call, &mut bytes);
        (ids, bytes)
    }

    #[test]
    fn a_second_run_draws_the_same_and_another_call_does_not() {
        let calls = [Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001), Uuid::from_u128(7)];
        assert_eq!(draw(calls[0]), draw(calls[0]));
        let ((ids, bytes), (other_ids, other_bytes)) = (draw(calls[0]), draw(calls[1]));
        assert_ne!(bytes, other_bytes);
        assert!(ids.iter().all(|id| !other_ids.contains(id)));
    }

    #[test]
    fn ids_are_version_7_and_grow() {
        let (ids, _) = draw(Uuid::from_u128(7));
        assert!(ids.iter().all(|id| id.get_version_num() == 7));
        assert!(ids.windows(2).all(|pair| pair[0] < pair[1]));
    }
}
