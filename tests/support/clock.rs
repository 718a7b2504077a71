//! A clock that tests move.

use std::sync::atomic::{AtomicI64, Ordering};

use hospes::domain::clock::{Clock, Timestamp};

/// Stands still until it is moved.
pub struct FakeClock(AtomicI64);

impl FakeClock {
    /// A clock at `2026-01-05T08:00:00Z`, a Monday.
    pub fn new() -> Self {
        Self(AtomicI64::new(1_767_600_000_000_000))
    }

    /// Sets it to a time.
    pub fn set(&self, at: Timestamp) {
        self.0.store(at.as_micros(), Ordering::SeqCst);
    }

    /// Moves it forward.
    pub fn advance_millis(&self, millis: i64) {
        self.0.fetch_add(millis * 1_000, Ordering::SeqCst);
    }
}

impl Default for FakeClock {
    fn default() -> Self {
        Self::new()
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}
