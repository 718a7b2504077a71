//! The WebAssembly engine, configured as it was measured to be fastest, and the clockwork that lets no guest hold a
//! thread.

pub mod breaker;
pub(super) mod call;
pub(super) mod data;
pub(super) mod fault;
pub(super) mod guests;
pub mod limits;
pub(super) mod linker;
mod metered;
pub(super) mod state;

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::thread::{JoinHandle, Thread};
use std::time::Duration;

use wasmtime::{Config, Enabled, InstanceAllocationStrategy, OptLevel, PoolingAllocationConfig};

/// How often a running guest gives way to others.
pub const TICK: Duration = Duration::from_millis(5);

/// Instances that may exist at once in the whole process.
pub const INSTANCES: u32 = 1000;

/// The engine can't be made on this machine.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// WebAssembly's engine refused its configuration, or the address space isn't there.
    #[error(
        "the WebAssembly engine can't start: {0:#}; it reserves 4 GiB of address space (not memory) for each of \
         {INSTANCES} sandboxes, so lift any limit on address space (ulimit -v)"
    )]
    Engine(wasmtime::Error),
    /// The thread that ticks couldn't be started.
    #[error("the thread that keeps time for the sandboxes can't start: {0}")]
    Ticker(std::io::Error),
    /// The threads for calls couldn't be started.
    #[error("the threads for plugins' calls can't start: {0}")]
    Threads(std::io::Error),
    /// The directory for compiled plugins can't be used.
    #[error(
        "{path}: {problem}; compiled plugins are kept there, so name a directory that only this user may write"
    )]
    Cache {
        /// The directory.
        path: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// The engine and its ticker. Dropping it stops the ticker.
pub struct Engine {
    engine: wasmtime::Engine,
    ticker: Arc<Ticker>,
    thread: Option<JoinHandle<()>>,
}

impl Engine {
    /// Starts the engine.
    pub fn new() -> Result<Self, EngineError> {
        let engine = wasmtime::Engine::new(&configuration(true)).map_err(EngineError::Engine)?;
        let ticker = Arc::new(Ticker::default());
        let thread = std::thread::Builder::new()
            .name("plugin-ticker".to_owned())
            .spawn({
                let (engine, ticker) = (engine.clone(), Arc::clone(&ticker));
                move || ticker.tick(&engine)
            })
            .map_err(EngineError::Ticker)?;
        // Nobody else has the ticker yet, so this sets it.
        let _first = ticker.thread.set(thread.thread().clone());
        Ok(Self { engine, ticker, thread: Some(thread) })
    }

    /// The engine itself.
    pub(super) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.engine
    }

    /// What calls keep running while they last.
    pub(super) fn ticker(&self) -> &Arc<Ticker> {
        &self.ticker
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.ticker.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            thread.thread().unpark();
            // A ticker that panicked has stopped as well.
            let _ = thread.join();
        }
    }
}

/// Moves the epoch on while calls run, and sleeps when none has run for a while, so that an idle host is idle. It
/// lingers because waking it costs a call about 15 us.
#[derive(Default)]
pub(super) struct Ticker {
    stop: AtomicBool,
    calls: AtomicUsize,
    asleep: AtomicBool,
    thread: OnceLock<Thread>,
}

/// Ticks without a call after which the ticker sleeps: one second.
const LINGER: u32 = 200;

impl Ticker {
    fn tick(&self, engine: &wasmtime::Engine) {
        let mut idle = 0;
        while !self.stop.load(Ordering::SeqCst) {
            idle = if self.calls.load(Ordering::SeqCst) == 0 { idle + 1 } else { 0 };
            if idle <= LINGER {
                std::thread::park_timeout(TICK);
                engine.increment_epoch();
                continue;
            }
            self.asleep.store(true, Ordering::SeqCst);
            // A call that began before it could see the flag is seen here; one that begins later wakes this thread.
            if self.calls.load(Ordering::SeqCst) == 0 && !self.stop.load(Ordering::SeqCst) {
                std::thread::park();
            }
            self.asleep.store(false, Ordering::SeqCst);
            idle = 0;
        }
    }

    /// Ticks until what is returned is dropped.
    pub fn during_a_call(&self) -> Ticking<'_> {
        self.calls.fetch_add(1, Ordering::SeqCst);
        if self.asleep.load(Ordering::SeqCst)
            && let Some(thread) = self.thread.get()
        {
            thread.unpark();
        }
        Ticking(self)
    }
}

/// A call for which the epoch moves.
pub(super) struct Ticking<'t>(&'t Ticker);

impl Drop for Ticking<'_> {
    fn drop(&mut self) {
        self.0.calls.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The configuration that won. Each line was measured against its alternatives. Without the pool, which reserves address
/// space and changes nothing about the code, it is for compiling alone.
pub(super) fn configuration(pooled: bool) -> Config {
    let mut pool = PoolingAllocationConfig::new();
    pool.pagemap_scan(Enabled::Auto)
        .linear_memory_keep_resident(1 << 20)
        .table_keep_resident(1 << 20)
        .total_memories(INSTANCES)
        .total_tables(4 * INSTANCES)
        .total_core_instances(8 * INSTANCES)
        .total_component_instances(INSTANCES)
        .total_stacks(INSTANCES)
        .table_elements(20_000)
        .max_unused_warm_slots(16)
        .max_memory_size(4 << 30)
        .max_core_instances_per_component(64)
        .max_tables_per_component(16)
        .max_memories_per_component(4)
        .max_core_instance_size(8 << 20)
        .max_component_instance_size(8 << 20);
    let mut config = Config::new();
    if pooled {
        config.allocation_strategy(InstanceAllocationStrategy::Pooling(pool));
    }
    config
        .concurrency_support(false)
        .epoch_interruption(true)
        .memory_init_cow(true)
        .cranelift_opt_level(OptLevel::Speed)
        .async_stack_size(1 << 20)
        .max_wasm_stack(512 << 10);
    config
}

#[cfg(test)]
mod tests {
    use std::hash::{Hash as _, Hasher as _};

    use super::*;

    #[test]
    fn the_pool_changes_nothing_about_the_code() {
        let hash = |pooled| {
            let mut hasher = std::hash::DefaultHasher::new();
            let engine = wasmtime::Engine::new(&configuration(pooled)).unwrap();
            engine.precompile_compatibility_hash().hash(&mut hasher);
            hasher.finish()
        };
        assert_eq!(hash(true), hash(false));
    }

    #[test]
    fn the_engine_starts_and_dropping_it_stops_its_ticker() {
        let engine = Engine::new().unwrap();
        let ticker = Arc::clone(&engine.ticker);
        drop(ticker.during_a_call());
        drop(engine);
        assert_eq!(Arc::strong_count(&ticker), 1, "the ticker's thread has let go of it");
    }
}
