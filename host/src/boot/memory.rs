//! Giving memory back that is free. The allocator keeps what was freed for the next who asks, and looks at it again only
//! when somebody does: a host that has started and rests would keep half of what its start took.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

/// How long after the start, and how often from then on.
const FIRST: Duration = Duration::from_secs(1);
const EVERY: Duration = Duration::from_secs(10);

/// Gives free memory back now and then, until it is time to stop.
pub(super) async fn run(stop: CancellationToken) {
    let mut wait = FIRST;
    while stop.run_until_cancelled(tokio::time::sleep(wait)).await.is_some() {
        give_back();
        wait = EVERY;
    }
}

#[expect(
    unsafe_code,
    reason = "the allocator's own function; it takes no pointer and may be called at any time"
)]
fn give_back() {
    // SAFETY: it is called from a thread that the allocator knows like every other, and touches nothing that is in use.
    unsafe { libmimalloc_sys::mi_collect(false) }
}
