//! The circuit breaker: a plugin that keeps failing is left alone for a while, so that it can't drag the host along.
//!
//! A pure state machine; whoever uses it says what time it is.

use std::collections::VecDeque;

use crate::domain::clock::Timestamp;

/// So many failures within [`WINDOW_MS`] open it.
const FAILURES: usize = 10;
const WINDOW_MS: i64 = 60_000;
/// How long it stays open the first time; twice as long each time that the trial fails again.
const FIRST_PAUSE_MS: i64 = 30_000;
const LONGEST_PAUSE_MS: i64 = 15 * 60_000;
/// How long a trial call may be on its way before another may try.
const TRIAL_MS: i64 = 60_000;

/// The breaker of one installation on one host.
#[derive(Debug, Default)]
pub struct Breaker {
    failures: VecDeque<Failed>,
    open: Option<Open>,
}

/// A failure that counts.
#[derive(Debug, Clone, Copy)]
struct Failed {
    at: Timestamp,
    /// What it failed at, where that is a customer's doing: a channel's request, by its digest.
    request: Option<u64>,
}

#[derive(Debug, Clone, Copy)]
struct Open {
    until: Timestamp,
    pause_ms: i64,
    /// When the one call that may try after the pause went out.
    trial: Option<Timestamp>,
}

/// Whether a call may go through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gate {
    /// It may.
    Closed,
    /// It may not, for so many milliseconds.
    Open {
        /// When it is worth asking again.
        retry_after_ms: u32,
    },
}

impl Breaker {
    /// Asks for a call. After the pause one call at a time gets through, and what comes of it decides.
    pub fn ask(&mut self, now: Timestamp) -> Gate {
        let Some(open) = &mut self.open else { return Gate::Closed };
        let wait = open.until.millis_since(now);
        if wait > 0 {
            return Gate::Open { retry_after_ms: u32::try_from(wait).unwrap_or(u32::MAX) };
        }
        let under_way = open.trial.map(|at| TRIAL_MS - now.millis_since(at)).filter(|left| *left > 0);
        if under_way.is_some() {
            return Gate::Open { retry_after_ms: 1_000 };
        }
        open.trial = Some(now);
        Gate::Closed
    }

    /// A call went well. It closes the breaker if it was the trial.
    pub fn succeeded(&mut self) {
        if self.open.is_some_and(|open| open.trial.is_some()) {
            *self = Self::default();
        }
    }

    /// A channel took a request well. What others of its requests failed at was theirs, then, and not the plugin's.
    pub fn received(&mut self) {
        self.failures.retain(|failed| failed.request.is_none());
    }

    /// A call failed. True when this opened the breaker.
    pub fn failed(&mut self, now: Timestamp) -> bool {
        self.count(Failed { at: now, request: None })
    }

    /// A channel failed at a request. One request counts once, however often it is delivered: whoever sends what a
    /// plugin can't read mustn't close the channel for others by that. True when this opened the breaker.
    pub fn failed_at(&mut self, request: u64, now: Timestamp) -> bool {
        let known = self.open.is_none() && self.failures.iter().any(|failed| failed.request == Some(request));
        !known && self.count(Failed { at: now, request: Some(request) })
    }

    fn count(&mut self, failed: Failed) -> bool {
        let now = failed.at;
        if let Some(open) = &mut self.open {
            if open.trial.is_none() {
                return false;
            }
            let pause_ms = (open.pause_ms * 2).min(LONGEST_PAUSE_MS);
            *open = Open { until: now.plus_millis(pause_ms), pause_ms, trial: None };
            return true;
        }
        self.failures.push_back(failed);
        while self.failures.front().is_some_and(|first| now.millis_since(first.at) >= WINDOW_MS) {
            self.failures.pop_front();
        }
        if self.failures.len() < FAILURES {
            return false;
        }
        self.failures.clear();
        self.open =
            Some(Open { until: now.plus_millis(FIRST_PAUSE_MS), pause_ms: FIRST_PAUSE_MS, trial: None });
        true
    }

    /// Until when it is open; none when calls get through.
    pub fn open_until(&self) -> Option<Timestamp> {
        self.open.map(|open| open.until)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_micros(seconds * 1_000_000)
    }

    fn broken_at(second: i64) -> Breaker {
        let mut breaker = Breaker::default();
        for _ in 0..9 {
            assert!(!breaker.failed(at(second)));
        }
        assert!(breaker.failed(at(second)));
        breaker
    }

    #[test]
    fn ten_failures_within_a_minute_open_it_and_nine_do_not() {
        let mut breaker = Breaker::default();
        for second in 0..9 {
            breaker.failed(at(second));
        }
        assert_eq!(breaker.ask(at(9)), Gate::Closed);
        assert!(!breaker.failed(at(60)), "the first failure is a minute old and no longer counts");
        assert!(breaker.failed(at(60)));
        assert_eq!(breaker.ask(at(61)), Gate::Open { retry_after_ms: 29_000 });
    }

    #[test]
    fn one_request_counts_once_and_ten_of_them_open_it() {
        let mut breaker = Breaker::default();
        assert!((0..50).all(|_| !breaker.failed_at(1, at(0))));
        assert_eq!(breaker.ask(at(0)), Gate::Closed);
        assert!((2..10).all(|request| !breaker.failed_at(request, at(1))));
        assert!(breaker.failed_at(10, at(2)));
        assert!(matches!(breaker.ask(at(2)), Gate::Open { .. }));
    }

    #[test]
    fn a_channel_that_takes_others_stays_open_to_them() {
        let mut breaker = Breaker::default();
        for request in 0..100 {
            assert!(!breaker.failed_at(request, at(1)));
            if request % 9 == 8 {
                breaker.received();
            }
        }
        // What else the plugin does goes on counting.
        for _ in 0..9 {
            assert!(!breaker.failed(at(2)));
            breaker.received();
        }
        assert!(breaker.failed(at(2)));
    }

    #[test]
    fn after_the_pause_one_trial_gets_through_and_its_success_closes_it() {
        let mut breaker = broken_at(0);
        assert_eq!(breaker.ask(at(30)), Gate::Closed);
        assert!(matches!(breaker.ask(at(31)), Gate::Open { .. }), "one trial at a time");
        breaker.succeeded();
        assert_eq!(breaker.ask(at(31)), Gate::Closed);
        assert_eq!(breaker.open_until(), None);
    }

    #[test]
    fn a_failed_trial_doubles_the_pause_up_to_a_quarter_of_an_hour() {
        let mut breaker = broken_at(0);
        let mut now = at(30);
        for pause in [60, 120, 240, 480, 900, 900] {
            assert_eq!(breaker.ask(now), Gate::Closed);
            assert!(breaker.failed(now));
            assert_eq!(breaker.ask(now), Gate::Open { retry_after_ms: pause * 1_000 });
            now = now.plus_millis(i64::from(pause) * 1_000);
        }
    }

    #[test]
    fn a_late_success_of_an_old_call_does_not_close_it() {
        let mut breaker = broken_at(0);
        breaker.succeeded();
        assert!(matches!(breaker.ask(at(1)), Gate::Open { .. }));
    }

    #[test]
    fn a_trial_that_never_came_back_does_not_block_for_ever() {
        let mut breaker = broken_at(0);
        assert_eq!(breaker.ask(at(30)), Gate::Closed);
        assert_eq!(breaker.ask(at(91)), Gate::Closed);
    }
}
