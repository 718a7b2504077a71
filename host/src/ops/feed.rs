//! Wakes who follows the log: one look at its end per process, shared by every stream, however many there are.

use std::sync::Arc;

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio_util::sync::CancellationToken;

/// How many streams one process serves at once.
const SEATS: usize = 1_024;

/// The log's end as this process last saw it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Feed {
    head: watch::Sender<i64>,
    closing: CancellationToken,
    seats: Arc<Semaphore>,
}

impl Default for Feed {
    fn default() -> Self {
        let (head, closing) = (watch::Sender::new(0), CancellationToken::new());
        Self { head, closing, seats: Arc::new(Semaphore::new(SEATS)) }
    }
}

impl Feed {
    /// Says that the log is sealed up to this place. Followers wake only when it has grown.
    pub fn publish(&self, head: i64) {
        self.head.send_if_modified(|known| {
            let grown = head > *known;
            if grown {
                *known = head;
            }
            grown
        });
    }

    /// The place up to which the log is sealed, which changes as it grows.
    pub fn heads(&self) -> watch::Receiver<i64> {
        self.head.subscribe()
    }

    /// A place among those who follow, until it is dropped; none when all are taken.
    pub fn seat(&self) -> Option<OwnedSemaphorePermit> {
        self.seats.clone().try_acquire_owned().ok()
    }

    /// Sends the followers home: the process is about to stop, and they come back to another one.
    pub fn close(&self) {
        self.closing.cancel();
    }

    /// Fires when followers are sent home.
    pub fn closing(&self) -> &CancellationToken {
        &self.closing
    }

    /// How many follow now.
    pub fn followers(&self) -> usize {
        SEATS - self.seats.available_permits()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_growth_wakes_and_a_seat_comes_back() {
        let feed = Feed::default();
        let mut heads = feed.heads();
        feed.publish(3);
        assert!(heads.has_changed().unwrap());
        assert_eq!(*heads.borrow_and_update(), 3);
        feed.publish(3);
        feed.publish(2);
        assert!(!heads.has_changed().unwrap());
        let seat = feed.seat().unwrap();
        assert_eq!(feed.followers(), 1);
        drop(seat);
        assert_eq!(feed.followers(), 0);
    }
}
