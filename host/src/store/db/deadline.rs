//! Until when statements that read may run: the request that wants them doesn't wait longer.

use std::time::{Duration, Instant};

/// The longest that a statement reads, whoever waits for it.
pub const LONGEST: Duration = Duration::from_secs(10);

tokio::task_local! {
    static UNTIL: Instant;
}

/// Does work whose reads end within this time: a statement that would run on is stopped and says that it took too long.
pub async fn within<F: Future>(longest: Duration, work: F) -> F::Output {
    UNTIL.scope(Instant::now() + longest, work).await
}

/// When a statement that begins now has to end.
pub(super) fn next() -> Instant {
    let latest = Instant::now() + LONGEST;
    UNTIL.try_with(|until| latest.min(*until)).unwrap_or(latest)
}
