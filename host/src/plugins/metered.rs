//! Charges a guest for the time that it really spends on a processor.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::future::BoxFuture;
use rustix::time::{ClockId, clock_gettime};

use super::limits::{Exceeded, Limit};

/// A call that is polled with its processor time accounted.
///
/// The guest gives way at every tick of the epoch, so each poll is short, and a poll that brings the
/// account over the limit is the last: the future is dropped by whoever gets the error, and the guest's stack with it.
pub struct Metered<'a, T> {
    inner: BoxFuture<'a, T>,
    used: Duration,
    allowed: Duration,
}

impl<'a, T> Metered<'a, T> {
    /// Meters the call.
    pub fn new(inner: BoxFuture<'a, T>, allowed: Duration) -> Self {
        Self { inner, used: Duration::ZERO, allowed }
    }
}

impl<T> Future for Metered<'_, T> {
    type Output = (Result<T, Exceeded>, Duration);

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let before = thread_time();
        let polled = self.inner.as_mut().poll(context);
        self.used += thread_time().saturating_sub(before);
        match polled {
            Poll::Ready(value) => Poll::Ready((Ok(value), self.used)),
            Poll::Pending if self.used > self.allowed => {
                // Begun milliseconds count, so that what went over the limit shows as more than the limit.
                let millis =
                    |span: Duration| u64::try_from(span.as_micros().div_ceil(1_000)).unwrap_or(u64::MAX);
                let (allowed, used) = (millis(self.allowed), millis(self.used));
                Poll::Ready((Err(Exceeded { which: Limit::Cpu, allowed, used }), self.used))
            }
            Poll::Pending => Poll::Pending,
        }
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

    #[tokio::test]
    async fn a_spinning_call_ends_soon_after_its_limit() {
        let (result, used) = Metered::new(Box::pin(spin(1_000)), Duration::from_millis(10)).await;
        let exceeded = result.unwrap_err();
        assert_eq!((exceeded.which, exceeded.allowed), (Limit::Cpu, 10));
        assert!(used < Duration::from_millis(100), "{used:?}");
    }

    #[tokio::test]
    async fn waiting_costs_nothing() {
        let wait = tokio::time::sleep(Duration::from_millis(30));
        let (result, used) = Metered::new(Box::pin(wait), Duration::from_millis(10)).await;
        assert!(result.is_ok() && used < Duration::from_millis(10), "{used:?}");
    }
}
