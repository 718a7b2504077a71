//! What the connections of a process share.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio::sync::watch;
use uuid::Uuid;

use super::counts;
use super::location::Location;
use super::remembered::{Remembered, RightsVersion};
use crate::domain::clock::Clock;
use crate::domain::ids::{IdSource, UserId};

/// Whose records of a kind a person sees; none when everybody's.
type Reach = Remembered<(UserId, &'static str), Option<Vec<Uuid>>>;

/// What is remembered of people's reach, for a connection that was got at a version of the rights. What it reads may be of
/// that time, and is kept for that version alone; it is used as long as that is the current one.
pub(in crate::store) struct KnownReach {
    reach: Arc<Reach>,
    rights: Arc<AtomicU64>,
    version: RightsVersion,
}

impl KnownReach {
    /// Whose records of a kind a person sees, if it is remembered.
    pub(in crate::store) fn get(&self, key: &(UserId, &'static str)) -> Option<Option<Vec<Uuid>>> {
        let is_current = self.rights.load(Ordering::SeqCst) == self.version.number;
        self.reach.get(self.version, key).filter(|_| is_current)
    }

    /// Remembers it.
    pub(in crate::store) fn put(&self, key: (UserId, &'static str), holders: Option<Vec<Uuid>>) {
        self.reach.put(self.version, key, holders);
    }
}

/// What both engines need to make a [`Tx`](super::Tx).
#[derive(Clone)]
pub(crate) struct Common {
    pub(super) clock: Arc<dyn Clock>,
    pub(super) ids: Arc<IdSource>,
    pub(super) commits: watch::Sender<u64>,
    /// Whether other processes may write, too.
    pub(super) is_shared: bool,
    /// The commits of this process that may have changed who may do what.
    pub(super) rights: Arc<AtomicU64>,
    /// What is asked for with each list of a person's.
    reach: Arc<Reach>,
    /// The log's end, as far as this process knows.
    pub(super) head: watch::Sender<i64>,
    pub(super) counts: Arc<counts::Counts>,
    /// What this process's notifications are known by.
    pub(super) process: Uuid,
}

impl Common {
    pub(super) fn new(clock: Arc<dyn Clock>, location: &Location) -> Self {
        let ids = Arc::new(IdSource::new());
        let process = ids.next(clock.now());
        let (commits, head) = (watch::Sender::new(0), watch::Sender::new(0));
        let (rights, reach) = (Arc::default(), Arc::default());
        let is_shared = matches!(location, Location::Postgres(_));
        Self { clock, ids, commits, is_shared, rights, reach, head, counts: Arc::default(), process }
    }

    pub(super) fn rights_version(&self) -> RightsVersion {
        RightsVersion { number: self.rights.load(Ordering::SeqCst), is_shared: self.is_shared }
    }

    pub(super) fn known_reach(&self) -> KnownReach {
        let (reach, rights) = (self.reach.clone(), self.rights.clone());
        KnownReach { reach, rights, version: self.rights_version() }
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
