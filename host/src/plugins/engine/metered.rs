//! Charges a call for the time that is really spent on a processor: by its guest, by the host's functions that run on
//! the same thread, and by others that work for it meanwhile.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use rustix::time::{ClockId, clock_gettime};

use super::limits::{Exceeded, HostTime, Limit};

/// A call that is polled with its processor time accounted.
///
/// The guest gives way at every tick of the epoch, so each poll is short, and a poll that brings the
/// account over the limit is the last: the future is dropped by whoever gets the error, and the guest's stack with it.
pub struct Metered<'a, T> {
    inner: BoxFuture<'a, T>,
    used: Duration,
    allowed: Duration,
    host: HostTime,
}

impl<'a, T> Metered<'a, T> {
    /// Meters the call.
    pub fn new(inner: BoxFuture<'a, T>, allowed: Duration, host: HostTime) -> Self {
        Self { inner, used: Duration::ZERO, allowed, host }
    }
}

impl<T> Future for Metered<'_, T> {
    type Output = (Result<T, Exceeded>, Duration);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let before = thread_time();
        let polled = self.inner.as_mut().poll(context);
        self.used += thread_time().saturating_sub(before);
        let used = self.used + self.host.spent();
        if used > self.allowed {
            // Also when it is done: one call of the host can take long, too.
            // Begun milliseconds count, so that what went over the limit shows as more than the limit.
            let millis = |span: Duration| u64::try_from(span.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX);
            let exceeded = Exceeded { which: Limit::Cpu, allowed: millis(self.allowed), used: millis(used) };
            return Poll::Ready((Err(exceeded), used));
        }
        polled.map(|value| (Ok(value), used))
    }
}

/// The time that this thread has spent on a processor.
fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    let seconds = u64::try_from(time.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(time.tv_nsec).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spins for a while of processor time at each poll.
    async fn spin(polls: u32) -> u32 {
        for _ in 0..polls {
            let start = thread_time();
            while thread_time() - start < Duration::from_millis(2) {}
            tokio::task::yield_now().await;
        }
        polls
    }

    fn metered<'a, T>(work: impl Future<Output = T> + Send + 'a) -> Metered<'a, T> {
        Metered::new(Box::pin(work), Duration::from_millis(10), HostTime::default())
    }

    #[tokio::test]
    async fn what_takes_long_in_one_go_is_over_its_limit_too() {
        let burn = async {
            let start = thread_time();
            while thread_time() - start < Duration::from_millis(20) {}
        };
        assert_eq!(metered(burn).await.0.unwrap_err().which, Limit::Cpu);
    }

    #[tokio::test]
    async fn what_others_do_for_it_counts() {
        let host = HostTime::default();
        let work = host.of(Duration::MAX, tokio::time::sleep(Duration::from_millis(30)));
        let (result, used) = Metered::new(Box::pin(work), Duration::from_millis(10), host.clone()).await;
        assert_eq!(result.unwrap_err().which, Limit::Cpu);
        assert!(used >= Duration::from_millis(25), "{used:?}");
    }

    #[tokio::test]
    async fn a_spinning_call_ends_soon_after_its_limit() {
        let (result, used) = metered(spin(1_000)).await;
        let exceeded = result.unwrap_err();
        assert_eq!((exceeded.which, exceeded.allowed), (Limit::Cpu, 10));
        assert!(used < Duration::from_millis(100), "{used:?}");
    }

    #[tokio::test]
    async fn waiting_costs_nothing() {
        let wait = tokio::time::sleep(Duration::from_millis(30));
        let (result, used) = metered(wait).await;
        assert!(result.is_ok() && used < Duration::from_millis(10), "{used:?}");
    }
}
