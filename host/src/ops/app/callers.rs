//! Who stands behind each token, remembered for as long as nothing has changed: most requests come from few callers.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use crate::domain::actor::Actor;
use crate::domain::clock::Timestamp;
use crate::domain::ids::TokenId;
use crate::store::db::Remembered;

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

/// What is known of tokens.
#[derive(Default)]
pub struct Callers {
    /// Those who have been asked for, by their tokens' digests.
    pub(in crate::ops) bearers: Remembered<[u8; 32], Bearer>,
    uses: Mutex<HashMap<TokenId, Timestamp>>,
}

impl Callers {
    /// Notes that a token was used: in memory, so that a request writes nothing.
    pub(in crate::ops) fn note_use(&self, token: TokenId, at: Timestamp) {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner).insert(token, at);
    }

    /// When tokens were used since this was asked the last time, to be written down.
    pub fn take_uses(&self) -> Vec<(TokenId, Timestamp)> {
        self.uses.lock().unwrap_or_else(PoisonError::into_inner).drain().collect()
    }
}
