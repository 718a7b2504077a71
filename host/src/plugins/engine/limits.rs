//! What one call may use, and the account of what it used.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use wasmtime::ResourceLimiter;

const KIB: usize = 1 << 10;
const MIB: usize = 1 << 20;

/// What one call may use at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Linear memory in bytes, summed over all memories of the component.
    pub memory: usize,
    /// Time on a processor.
    pub cpu: Duration,
    /// Time on the wall, waiting included.
    pub wall: Duration,
    /// Bytes that may reach the host in one host call or result.
    pub transfer: usize,
    /// Bytes that may reach the host in the whole call.
    pub transfers: usize,
    /// HTTP requests, redirects not counted.
    pub http_requests: u32,
    /// Bytes of one HTTP answer.
    pub http_response: usize,
    /// Bytes of log.
    pub log: usize,
    /// Elements of all tables together.
    pub table_elements: usize,
    /// Keys in the installation's store.
    pub kv_keys: u64,
    /// Changes of records that a call may stage: all of them are made in one transaction, which others wait for.
    pub writes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            memory: 64 * MIB,
            cpu: Duration::from_millis(250),
            wall: Duration::from_secs(5),
            transfer: MIB,
            transfers: 8 * MIB,
            http_requests: 16,
            http_response: 2 * MIB,
            log: 64 * KIB,
            table_elements: 20_000,
            kv_keys: 10_000,
            writes: 1_000,
        }
    }
}

/// What a manifest requests beyond the defaults.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RequestedLimits {
    /// Memory in MiB.
    pub memory_mib: Option<u32>,
    /// Processor time in milliseconds.
    pub cpu_ms: Option<u32>,
    /// Wall time in milliseconds.
    pub wall_ms: Option<u32>,
}

impl RequestedLimits {
    /// No request goes beyond these: 1 GiB, 10 s of processor, 5 minutes.
    const MOST: (u32, u32, u32) = (1024, 10_000, 300_000);
}

impl Limits {
    /// The limits of a call whose role waits `wall` at most by default. A request below a default always counts, one
    /// above it only when the operator granted that.
    pub fn of(wall: Duration, requested_limits: RequestedLimits, granted: bool) -> Self {
        let default = Self { wall, ..Self::default() };
        let choose = |request: Option<u32>, most: u32, default: u64| match request {
            Some(request) if granted || u64::from(request) < default => u64::from(request.min(most)),
            _ => default,
        };
        let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
        let (memory, cpu, longest) = RequestedLimits::MOST;
        let mib = choose(requested_limits.memory_mib, memory, (default.memory / MIB) as u64);
        Self {
            memory: usize::try_from(mib).unwrap_or(64) * MIB,
            cpu: Duration::from_millis(choose(requested_limits.cpu_ms, cpu, millis(default.cpu))),
            wall: Duration::from_millis(choose(requested_limits.wall_ms, longest, millis(default.wall))),
            ..default
        }
    }

    /// The same for a call that is handed a request of so many bytes at most: it may hand all of it back to have its
    /// signature checked.
    #[must_use]
    pub fn for_request(self, bytes: usize) -> Self {
        let (transfer, transfers) = (self.transfer.max(bytes), self.transfers.max(4 * bytes));
        Self { transfer, transfers, ..self }
    }
}

/// A limit that ends the call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{which} went over its limit: {used} used, {allowed} allowed ({unit})", unit = which.unit())]
pub struct Exceeded {
    /// Which limit.
    pub which: Limit,
    /// How much was allowed, in the limit's unit.
    pub allowed: u64,
    /// How much the call used or asked for.
    pub used: u64,
}

/// The limits that end a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Limit {
    /// Linear memory.
    Memory,
    /// Elements of tables.
    Tables,
    /// Processor time.
    Cpu,
    /// One transfer to the host.
    Transfer,
    /// All transfers to the host.
    Transfers,
}

impl Limit {
    /// What it is counted in.
    pub fn unit(self) -> &'static str {
        match self {
            Self::Memory | Self::Transfer | Self::Transfers => "bytes",
            Self::Tables => "elements",
            Self::Cpu => "milliseconds",
        }
    }

    /// Its word, as logs and answers name it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Tables => "tables",
            Self::Cpu => "cpu",
            Self::Transfer => "transfer",
            Self::Transfers => "transfers",
        }
    }
}

impl std::fmt::Display for Limit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.word())
    }
}

/// Processor time that a call has others spend for it, beside the thread that it runs on: it counts like the guest's own.
#[derive(Debug, Clone, Default)]
pub struct HostTime(Arc<AtomicU64>);

impl HostTime {
    /// How much it is so far.
    pub fn spent(&self) -> Duration {
        Duration::from_nanos(self.0.load(Ordering::Relaxed))
    }

    /// Charges so much.
    pub fn add(&self, span: Duration) {
        self.0.fetch_add(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// Charges the time in which others work on a future, so much at most: whoever shares them may also have to wait. What
    /// is done while it is polled is charged anyway, as time of the thread.
    pub async fn of<T>(&self, most: Duration, work: impl Future<Output = T>) -> T {
        let mut work = std::pin::pin!(work);
        let mut left = most;
        let mut handed_over: Option<Instant> = None;
        std::future::poll_fn(|context| {
            if let Some(since) = handed_over.take() {
                let charged = since.elapsed().min(left);
                left -= charged;
                self.add(charged);
            }
            let polled = work.as_mut().poll(context);
            if polled.is_pending() {
                handed_over = Some(Instant::now());
            }
            polled
        })
        .await
    }
}

/// The account of one call: it lives in the call's store and goes with it.
#[derive(Debug)]
pub struct Meter {
    limits: Limits,
    held: usize,
    /// Processor time of the host's.
    pub host_time: HostTime,
    memory: usize,
    tables: usize,
    transferred: usize,
    /// HTTP requests so far.
    pub http_requests: u32,
    /// Checks of secrets so far.
    pub secret_checks: u32,
    /// Host calls so far.
    pub host_calls: u32,
}

impl Meter {
    /// An empty account.
    pub fn new(limits: Limits) -> Self {
        let host_time = HostTime::default();
        Self {
            limits,
            held: 0,
            host_time,
            memory: 0,
            tables: 0,
            transferred: 0,
            http_requests: 0,
            secret_checks: 0,
            host_calls: 0,
        }
    }

    /// What the call may use.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// Linear memory in use, in bytes. Memory never shrinks, so this is also the peak.
    pub fn memory(&self) -> usize {
        self.memory
    }

    /// Bytes that reached the host so far.
    pub fn transferred(&self) -> usize {
        self.transferred
    }

    /// Accounts for so many bytes that one host call brought.
    pub fn transfer(&mut self, bytes: usize) -> Result<(), Exceeded> {
        self.transferred = self.transferred.saturating_add(bytes);
        check(Limit::Transfer, bytes, self.limits.transfer)?;
        check(Limit::Transfers, self.transferred, self.limits.transfers)
    }

    /// Accounts for so many bytes of the host's memory that the call is about to take, before they are taken. The host
    /// holds no more for a guest than the guest may hold itself.
    pub fn hold(&mut self, bytes: usize) -> Result<(), Exceeded> {
        let held = self.held.saturating_add(bytes);
        check(Limit::Memory, held, self.limits.memory)?;
        self.held = held;
        Ok(())
    }

    /// Accounts for so many bytes of the host's own that it handles for the guest, as if the guest had brought them.
    pub fn handle(&mut self, bytes: usize) -> Result<(), Exceeded> {
        self.transferred = self.transferred.saturating_add(bytes);
        check(Limit::Transfers, self.transferred, self.limits.transfers)
    }
}

fn check(which: Limit, used: usize, allowed: usize) -> Result<(), Exceeded> {
    if used > allowed {
        return Err(Exceeded { which, allowed: allowed as u64, used: used as u64 });
    }
    Ok(())
}

impl ResourceLimiter for Meter {
    // Refusing with `Ok(false)` would let the guest see a failed `memory.grow` and die of an unreachable
    // instruction somewhere in its allocator; the error names the limit instead.
    fn memory_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let sum = self.memory.saturating_sub(current).saturating_add(desired);
        check(Limit::Memory, sum, self.limits.memory)?;
        self.memory = sum;
        Ok(true)
    }

    fn table_growing(
        &mut self,
        current: usize,
        desired: usize,
        maximum: Option<usize>,
    ) -> wasmtime::Result<bool> {
        if maximum.is_some_and(|maximum| desired > maximum) {
            return Ok(false);
        }
        let sum = self.tables.saturating_sub(current).saturating_add(desired);
        check(Limit::Tables, sum, self.limits.table_elements)?;
        self.tables = sum;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_summed_over_all_memories() {
        let mut meter = Meter::new(Limits { memory: 100, ..Limits::default() });
        assert!(meter.memory_growing(0, 60, None).unwrap());
        assert!(meter.memory_growing(0, 30, None).unwrap());
        assert_eq!(meter.memory(), 90);
        let error = meter.memory_growing(30, 50, None).unwrap_err();
        let exceeded = error.downcast_ref::<Exceeded>().unwrap();
        assert_eq!(*exceeded, Exceeded { which: Limit::Memory, allowed: 100, used: 110 });
        assert_eq!(meter.memory(), 90, "a refused growth isn't accounted");
    }

    #[test]
    fn a_memory_past_its_own_maximum_fails_as_webassembly_says() {
        let mut meter = Meter::new(Limits::default());
        assert!(!meter.memory_growing(0, 3, Some(2)).unwrap());
        assert_eq!(meter.memory(), 0);
    }

    #[test]
    fn transfers_have_a_limit_each_and_one_in_sum() {
        let mut meter = Meter::new(Limits { transfer: 10, transfers: 25, ..Limits::default() });
        assert_eq!(meter.transfer(11).unwrap_err().which, Limit::Transfer);
        meter.transfer(10).unwrap();
        let error = meter.transfer(10).unwrap_err();
        assert_eq!((error.which, error.used), (Limit::Transfers, 31));
        assert_eq!(error.to_string(), "transfers went over its limit: 31 used, 25 allowed (bytes)");
    }

    #[test]
    fn what_the_host_holds_is_limited_like_memory_and_what_it_handles_like_transfers() {
        let mut meter = Meter::new(Limits { memory: 100, transfer: 10, transfers: 25, ..Limits::default() });
        meter.hold(60).unwrap();
        assert_eq!(meter.hold(50).unwrap_err().which, Limit::Memory);
        meter.hold(40).unwrap();
        meter.handle(20).unwrap();
        assert_eq!(meter.handle(20).unwrap_err().which, Limit::Transfers);
    }

    #[tokio::test]
    async fn time_of_others_is_charged_and_that_of_the_thread_is_not_charged_twice() {
        let time = HostTime::default();
        time.of(Duration::MAX, tokio::time::sleep(Duration::from_millis(30))).await;
        assert!(time.spent() >= Duration::from_millis(25), "{:?}", time.spent());
        let before = time.spent();
        time.of(Duration::MAX, async { std::hint::black_box((0..100_000_u64).sum::<u64>()) }).await;
        assert_eq!(time.spent(), before);
        time.of(Duration::from_millis(1), tokio::time::sleep(Duration::from_millis(30))).await;
        assert_eq!(time.spent(), before + Duration::from_millis(1), "no more than one may be charged");
    }

    #[test]
    fn a_request_above_the_default_counts_only_when_granted() {
        let wall = Duration::from_secs(5);
        let requested_limits =
            RequestedLimits { memory_mib: Some(128), cpu_ms: Some(100), wall_ms: Some(9_000_000) };
        let plain = Limits::of(wall, requested_limits, false);
        assert_eq!((plain.memory, plain.cpu, plain.wall), (64 * MIB, Duration::from_millis(100), wall));
        let granted = Limits::of(wall, requested_limits, true);
        assert_eq!((granted.memory, granted.wall), (128 * MIB, Duration::from_secs(300)));
    }
}
