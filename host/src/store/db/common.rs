//! What the connections of a process share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;
use uuid::Uuid;

use super::counts;
use super::remembered::{Remembered, RightsVersion};
use crate::domain::clock::Clock;
use crate::domain::ids::{IdSource, UserId};

/// Whose records of a kind a person sees; none when everybody's.
pub(in crate::store) type Reach = Remembered<(UserId, &'static str), Option<Vec<Uuid>>>;

/// What both engines need to make a [`Tx`](super::Tx).
#[derive(Clone)]
pub(crate) struct Common {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<IdSource>,
    pub(super) commits: watch::Sender<u64>,
    /// The commits of this process that may have changed who may do what.
    pub(super) rights: Arc<AtomicU64>,
    /// What is asked for with each list of a person's.
    pub(super) reach: Arc<Reach>,
    /// The log's end, as far as this process knows.
    pub(super) head: watch::Sender<i64>,
    pub(super) counts: Arc<counts::Counts>,
    /// What this process's notifications are known by.
    pub(super) process: Uuid,
}

impl Common {
    pub(super) fn new(clock: Arc<dyn Clock>) -> Self {
        let ids = Arc::new(IdSource::new());
        let process = ids.next(clock.now());
        let (commits, head) = (watch::Sender::new(0), watch::Sender::new(0));
        let (rights, reach) = (Arc::default(), Arc::default());
        Self { clock, ids, commits, rights, reach, head, counts: Arc::default(), process }
    }

    pub(super) fn rights_version(&self, is_shared: bool) -> RightsVersion {
        RightsVersion { number: self.rights.load(Ordering::SeqCst), is_shared }
    }

    /// Notes a commit, before anybody gets an answer: what is remembered from before must not outlive it.
    pub(super) fn committed(&self, rights_changed: bool) {
        if rights_changed {
            self.rights.fetch_add(1, Ordering::SeqCst);
        }
        self.commits.send_modify(|count| *count += 1);
    }

    /// Notes how far the log is sealed.
    pub(super) fn sealed(&self, sequence: i64) {
        self.head.send_if_modified(|head| {
            let grown = sequence > *head;
            *head = sequence.max(*head);
            grown
        });
    }
}
