//! Who stands behind each token, remembered for as long as nothing has changed: most requests come from few callers.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::tokens::{self, Bearer, Uses};
use crate::domain::actor::Actor;
use crate::store::db::{Db, DbError};

/// Where other processes write too, what is remembered counts for so long. A token that another host revokes is
/// refused here within that time.
const AMONG_OTHERS: Duration = Duration::from_secs(1);
/// More tokens than that aren't remembered at once.
const MOST: usize = 10_000;

/// What is known of tokens. It holds until this process commits anything: on SQLite nobody else writes, so that a
/// revoked token is refused from the moment on at which its revocation is answered. Cheap to clone.
#[derive(Clone)]
pub struct Callers(Arc<Inner>);

struct Inner {
    db: Db,
    commits: watch::Receiver<u64>,
    uses: Uses,
    known: Mutex<Known>,
}

struct Known {
    /// The commits of this process before all of it was read.
    commits: u64,
    since: Instant,
    bearers: HashMap<[u8; 32], Bearer>,
}

impl Callers {
    /// Of a database; nobody is known yet.
    pub fn of(db: &Db) -> Self {
        let known = Known { commits: 0, since: Instant::now(), bearers: HashMap::new() };
        Self(Arc::new(Inner {
            db: db.clone(),
            commits: db.commits(),
            uses: Uses::default(),
            known: Mutex::new(known),
        }))
    }

    /// Who a token's text stands for; none when it is unknown, revoked or at its end.
    pub async fn authenticate(&self, text: &str) -> Result<Option<Actor>, DbError> {
        let Some(digest) = tokens::digest_of(text) else { return Ok(None) };
        let commits = *self.0.commits.borrow();
        let remembered = {
            let mut known = self.known();
            let old = self.0.db.is_shared() && known.since.elapsed() > AMONG_OTHERS;
            if known.commits != commits || old || known.bearers.len() >= MOST {
                known.bearers.clear();
                (known.commits, known.since) = (commits, Instant::now());
            }
            known.bearers.get(&digest).copied()
        };
        let bearer = match remembered {
            Some(bearer) => bearer,
            None => {
                let Some(bearer) = tokens::bearer(&mut self.0.db.read().await?, &digest).await? else {
                    return Ok(None);
                };
                let mut known = self.known();
                // What was read before somebody else's commit is as good for this request, and not to be kept.
                if known.commits == commits {
                    known.bearers.insert(digest, bearer);
                }
                bearer
            }
        };
        let now = self.0.db.now();
        if bearer.expires_at.is_some_and(|end| end <= now) {
            return Ok(None);
        }
        self.0.uses.note(bearer.token, now);
        Ok(Some(bearer.actor))
    }

    /// When tokens were last used, as far as it is not written down yet.
    pub fn uses(&self) -> &Uses {
        &self.0.uses
    }

    /// The map has no state that a panic could leave half done.
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
