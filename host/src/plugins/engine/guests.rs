//! Where calls run. A short one runs where it was made, which costs nothing; one that has held a thread for as long as a
//! tick goes on on threads of its own, behind everybody else, and so do the next calls of its installation. However
//! many guests spin, the threads that answer requests don't wait for them.

use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::task::Poll;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle, Runtime};
use tokio::task::JoinHandle;

use super::EngineError;

/// A call that takes this long in one go isn't short; a guest gives way at each tick, so it is noticed then.
pub(in crate::plugins) const SHORT: Duration = Duration::from_millis(3);
/// How far guests that aren't short step behind everybody else: a little, so that they aren't starved where other programs
/// want the processors.
const NICE: i32 = 2;

/// The threads of the calls that aren't short.
pub(in crate::plugins) struct GuestThreads(Option<Runtime>);

impl GuestThreads {
    /// Starts them, one for each processor.
    pub fn start() -> Result<Self, EngineError> {
        let runtime = Builder::new_multi_thread()
            .worker_threads(std::thread::available_parallelism().map_or(2, usize::from))
            .thread_name("plugin-calls")
            .on_thread_start(|| {
                // Without it they share the processors evenly, which is no reason not to start.
                let _ = rustix::process::setpriority_process(None, NICE);
            })
            .build();
        runtime.map(|runtime| Self(Some(runtime))).map_err(EngineError::Threads)
    }

    /// Runs a call to its end. When this is dropped, the call ends at its next tick.
    pub async fn run<T: Send + 'static>(
        &self,
        is_short: bool,
        call: impl Future<Output = T> + Send + 'static,
    ) -> T {
        let mut call: Pin<Box<dyn Future<Output = T> + Send>> = Box::pin(call);
        if is_short {
            let ended = poll_fn(|context| {
                let begun = Instant::now();
                match call.as_mut().poll(context) {
                    Poll::Ready(value) => Poll::Ready(Some(value)),
                    Poll::Pending if begun.elapsed() >= SHORT => Poll::Ready(None),
                    Poll::Pending => Poll::Pending,
                }
            });
            if let Some(value) = ended.await {
                return value;
            }
        }
        let Some(runtime) = &self.0 else { return call.await };
        // Timers, sockets and tasks stay those of the runtime that the call was made in.
        let home = Handle::current();
        let task = runtime.spawn(poll_fn(move |context| {
            let _home = home.enter();
            call.as_mut().poll(context)
        }));
        match Moved(task).await {
            Ok(value) => value,
            Err(error) if error.is_panic() => std::panic::resume_unwind(error.into_panic()),
            // The threads end when nobody can make calls any more; whoever still waits does so in vain.
            Err(_) => std::future::pending().await,
        }
    }
}

impl Drop for GuestThreads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // Not waited for: this may be an asynchronous thread.
            runtime.shutdown_background();
        }
    }
}

/// A call on the other threads, which ends when nobody waits for it.
struct Moved<T>(JoinHandle<T>);

impl<T> Future for Moved<T> {
    type Output = Result<T, tokio::task::JoinError>;

    fn poll(mut self: Pin<&mut Self>, context: &mut std::task::Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context)
    }
}

impl<T> Drop for Moved<T> {
    fn drop(&mut self) {
        self.0.abort();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::thread;

    use super::*;

    fn hold(time: Duration) {
        let begun = Instant::now();
        while begun.elapsed() < time {}
    }

    #[tokio::test]
    async fn a_short_call_stays_and_one_that_takes_long_moves() {
        let threads = GuestThreads::start().unwrap();
        let here = thread::current().id();
        assert_eq!(threads.run(true, async { thread::current().id() }).await, here);
        let moved = threads.run(true, async {
            hold(SHORT);
            tokio::task::yield_now().await;
            // What it waits for is still the first runtime's.
            tokio::time::sleep(Duration::from_millis(1)).await;
            (thread::current().id(), thread::current().name().map(str::to_owned))
        });
        let (id, name) = moved.await;
        assert!(id != here && name.as_deref() == Some("plugin-calls"), "{name:?}");
        assert_ne!(threads.run(false, async { thread::current().id() }).await, here);
    }

    #[tokio::test]
    async fn a_call_that_nobody_waits_for_ends() {
        struct Ends(Arc<AtomicBool>);
        impl Drop for Ends {
            fn drop(&mut self) {
                self.0.store(true, Ordering::SeqCst);
            }
        }
        let threads = GuestThreads::start().unwrap();
        let ended = Arc::new(AtomicBool::new(false));
        let ends = Ends(Arc::clone(&ended));
        let spin = threads.run(false, async move {
            let _ends = ends;
            loop {
                hold(Duration::from_millis(1));
                tokio::task::yield_now().await;
            }
        });
        let waited: Result<(), _> = tokio::time::timeout(Duration::from_millis(20), spin).await;
        assert!(waited.is_err());
        let begun = Instant::now();
        while !ended.load(Ordering::SeqCst) {
            assert!(begun.elapsed() < Duration::from_secs(10), "it spins on");
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }
}
