//! `hospes:plugin/clock`: a clock that stands still while the guest computes.
//!
//! It moves when a host call returns, so a guest sees how long a request took, and all that it ever sees of time lies in
//! what host calls returned: a replay can show it the same.

use super::view::view;
use crate::domain::clock::Timestamp;
use crate::plugins::bindings::hospes::plugin::clock;

/// The clock of one call.
#[derive(Debug, Clone, Copy)]
pub(in crate::plugins) struct CallClock(Timestamp);

impl CallClock {
    /// A clock that stands at the call's beginning.
    pub fn new(start: Timestamp) -> Self {
        Self(start)
    }

    /// What it shows.
    pub fn now(self) -> Timestamp {
        self.0
    }

    /// Moves it; never back.
    pub fn move_to(&mut self, now: Timestamp) {
        self.0 = self.0.max(now);
    }
}

view! {
    /// The call as a clock.
    ClockView {}
}

impl clock::Host for ClockView<'_> {
    fn now(&mut self) -> wasmtime::Result<i64> {
        let shown = self.call.clock.now().as_micros();
        Ok(self.call.leave(shown))
    }
}
