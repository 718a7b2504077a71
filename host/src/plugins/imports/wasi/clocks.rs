//! `wasi:clocks`: the call's clock. It stands still while the guest computes, so sleeping doesn't wait: it moves the
//! monotonic clock on, and the guest goes on at once.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use wasmtime::Result;
use wasmtime::component::Resource;
use wasmtime_wasi::async_trait;
use wasmtime_wasi::p2::bindings::clocks::{monotonic_clock, wall_clock};
use wasmtime_wasi::p2::{DynPollable, Pollable, subscribe};

use super::SystemView;

const MICROS: u64 = 1_000_000;

/// A time on the monotonic clock that somebody waits for: as soon as they do, it has come.
struct Due {
    /// How far the clock has to be moved on, in nanoseconds.
    slept: u64,
    clock: Arc<AtomicU64>,
}

#[async_trait]
impl Pollable for Due {
    async fn ready(&mut self) {
        self.clock.fetch_max(self.slept, Ordering::Relaxed);
    }
}

impl SystemView<'_> {
    fn slept(&mut self) -> &Arc<AtomicU64> {
        self.wasi.slept.get_or_insert_default()
    }

    /// The call's clock in nanoseconds, without what was slept.
    fn awake(&self) -> u64 {
        u64::try_from(self.call.clock.now().as_micros()).unwrap_or(0).saturating_mul(1_000)
    }
}

impl wall_clock::Host for SystemView<'_> {
    fn now(&mut self) -> Result<wall_clock::Datetime> {
        let micros = u64::try_from(self.call.clock.now().as_micros()).unwrap_or(0);
        let nanoseconds = u32::try_from(micros % MICROS * 1_000).unwrap_or(0);
        Ok(wall_clock::Datetime { seconds: micros / MICROS, nanoseconds })
    }

    fn resolution(&mut self) -> Result<wall_clock::Datetime> {
        Ok(wall_clock::Datetime { seconds: 0, nanoseconds: 1_000 })
    }
}

impl monotonic_clock::Host for SystemView<'_> {
    fn now(&mut self) -> Result<u64> {
        // No two looks at it are the same: some wait in a loop for it to move.
        let slept = self.slept().fetch_add(1, Ordering::Relaxed);
        Ok(self.awake().saturating_add(slept))
    }

    fn resolution(&mut self) -> Result<u64> {
        Ok(1)
    }

    fn subscribe_instant(&mut self, when: u64) -> Result<Resource<DynPollable>> {
        let due = Due { slept: when.saturating_sub(self.awake()), clock: Arc::clone(self.slept()) };
        let due = self.table.push(due)?;
        subscribe(self.table, due)
    }

    fn subscribe_duration(&mut self, duration: u64) -> Result<Resource<DynPollable>> {
        let clock = Arc::clone(self.slept());
        let due = Due { slept: clock.load(Ordering::Relaxed).saturating_add(duration), clock };
        let due = self.table.push(due)?;
        subscribe(self.table, due)
    }
}
