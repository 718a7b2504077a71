//! Wakes who follows the log: one look at its end per process, shared by every stream, however many there are.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::domain::actor::Principal;

/// How many streams one process serves at once.
const SEATS: usize = 1_024;
/// How many of them one caller may have: the others are for others.
const SEATS_OF_ONE: usize = 64;

/// The log's end as this process last saw it. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Feed {
    head: watch::Sender<i64>,
    closing: CancellationToken,
    seats: Seats,
}

impl Default for Feed {
    fn default() -> Self {
        let (head, closing) = (watch::Sender::new(0), CancellationToken::new());
        Self { head, closing, seats: Seats::default() }
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

    /// A place for this caller among those who follow, until it is dropped; none when all, or all of one's own, are taken.
    pub fn seat(&self, principal: Principal) -> Option<Seat> {
        self.seats.take(principal)
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
        self.seats.taken().values().sum()
    }
}

/// Who has how many places.
#[derive(Debug, Clone, Default)]
struct Seats(Arc<Mutex<HashMap<Principal, usize>>>);

/// A place among those who follow, free again when it is dropped.
#[derive(Debug)]
pub struct Seat {
    seats: Seats,
    of: Principal,
}

impl Seats {
    fn take(&self, principal: Principal) -> Option<Seat> {
        let mut taken = self.taken();
        if taken.values().sum::<usize>() >= SEATS {
            return None;
        }
        let own = taken.entry(principal).or_default();
        if *own >= SEATS_OF_ONE {
            return None;
        }
        *own += 1;
        Some(Seat { seats: self.clone(), of: principal })
    }

    /// The counts have no state that a panic could leave half done.
    fn taken(&self) -> MutexGuard<'_, HashMap<Principal, usize>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.taken();
        if let Some(own) = taken.get_mut(&self.of) {
            *own -= 1;
            if *own == 0 {
                taken.remove(&self.of);
            }
        }
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
        let seat = feed.seat(Principal::System).unwrap();
        assert_eq!(feed.followers(), 1);
        drop(seat);
        assert_eq!(feed.followers(), 0);
    }

    #[test]
    fn one_caller_leaves_seats_for_the_others() {
        let feed = Feed::default();
        let token = Principal::Token(uuid::Uuid::from_u128(1).into());
        let seats: Vec<_> = std::iter::from_fn(|| feed.seat(token)).collect();
        assert_eq!(seats.len(), SEATS_OF_ONE);
        assert!(feed.seat(Principal::System).is_some());
        drop(seats);
        assert!(feed.seat(token).is_some());
    }
}
