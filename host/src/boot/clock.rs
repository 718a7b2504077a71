//! The real clock: the only place that reads the time of day.

use crate::domain::clock::{Clock, Timestamp};

/// The machine's clock, cut to microseconds, which is what both databases keep.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Timestamp {
        #[expect(clippy::disallowed_methods, reason = "this is the clock that everybody else is handed")]
        let now = jiff::Timestamp::now();
        Timestamp::from(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_tells_this_century_and_runs_on() {
        let first = SystemClock.now();
        assert!(
            first > "2025-01-01T00:00:00Z".parse().unwrap()
                && first < "2100-01-01T00:00:00Z".parse().unwrap()
        );
        assert!(SystemClock.now() >= first);
    }
}
