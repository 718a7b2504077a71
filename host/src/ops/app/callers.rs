//! Who stands behind each token, remembered for as long as nothing has changed: most requests come from few callers.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::domain::actor::Actor;
use crate::domain::clock::Timestamp;
use crate::domain::ids::TokenId;
use crate::store::db::Db;

/// Where other processes write too, what is remembered counts for so long. A token that another host revokes is
/// refused here within that time.
const AMONG_OTHERS: Duration = Duration::from_secs(1);
/// More tokens than that aren't remembered at once.
const MOST: usize = 10_000;

/// Who a token stands for, and until when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ops) struct Bearer {
    /// The token.
    pub token: TokenId,
    /// Who.
    pub actor: Actor,
    /// When the token ends.
    pub expires_at: Option<Timestamp>,
}

/// What is known of tokens. It holds until this process commits something that may change who may do what: on SQLite
/// nobody else writes, so that a revoked token is refused from the moment on at which its revocation is answered.
#[derive(Default)]
pub struct Callers {
    uses: Mutex<HashMap<TokenId, Timestamp>>,
    known: Mutex<Known>,
}

#[derive(Default)]
struct Known {
    /// The version of the rights before all of it was read.
    version: u64,
    since: Option<Instant>,
    bearers: HashMap<[u8; 32], Bearer>,
}

/// What is remembered of one token.
pub(in crate::ops) struct Remembered {
    /// The version of the rights; what is read now holds for it.
    pub version: u64,
    /// Who; none when it has to be looked up.
    pub bearer: Option<Bearer>,
}

impl Callers {
    /// What is remembered of the token of this digest.
    pub(in crate::ops) fn known(&self, db: &Db, digest: &[u8; 32]) -> Remembered {
        let version = db.rights_version();
        let mut known = lock(&self.known);
        let old = db.is_shared() && known.since.is_none_or(|since| since.elapsed() > AMONG_OTHERS);
        if known.version != version || old || known.bearers.len() >= MOST {
            known.bearers.clear();
            (known.version, known.since) = (version, Some(Instant::now()));
        }
        Remembered { version, bearer: known.bearers.get(digest).copied() }
    }

    /// Remembers what was read for a version. What was read before somebody else's change is as good for the request that
    /// read it, and not to be kept.
    pub(in crate::ops) fn remember(&self, version: u64, digest: [u8; 32], bearer: Bearer) {
        let mut known = lock(&self.known);
        if known.version == version {
            known.bearers.insert(digest, bearer);
        }
    }

    /// Notes that a token was used: in memory, so that a request writes nothing.
    pub(in crate::ops) fn note_use(&self, token: TokenId, at: Timestamp) {
        lock(&self.uses).insert(token, at);
    }

    /// When tokens were used since this was asked the last time, to be written down.
    pub fn take_uses(&self) -> Vec<(TokenId, Timestamp)> {
        lock(&self.uses).drain().collect()
    }
}

/// No map has a state that a panic could leave half done.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
