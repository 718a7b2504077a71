//! What the server plans by. It looks for itself once a minute at most, and a database that is being filled is read by the
//! plans of an empty one until then: a list of fifty by a scan of all. So whoever fills it has it look as it grows.

use std::sync::atomic::{AtomicU64, Ordering};

use sqlx::Executor as _;
use sqlx::postgres::PgPool;

/// After so many rows for the first time, and then whenever it has become twice as many.
const FIRST: u64 = 1_000;

/// The tables that grow.
const GROWING: &str =
    "analyze customers, identities, conversations, interactions, tickets, events, jobs, search_rows";

/// How much this process has written.
pub(super) struct Statistics {
    written: AtomicU64,
    due_at: AtomicU64,
}

impl Statistics {
    pub(super) fn new() -> Self {
        Self { written: AtomicU64::new(0), due_at: AtomicU64::new(FIRST) }
    }

    /// Notes rows that were written; whether the server should look now.
    pub(super) fn are_due(&self, rows: u64) -> bool {
        let written = self.written.fetch_add(rows, Ordering::Relaxed) + rows;
        let due = self.due_at.load(Ordering::Relaxed);
        written >= due
            && self.due_at.compare_exchange(due, written * 2, Ordering::Relaxed, Ordering::Relaxed).is_ok()
    }

    /// Has the server look.
    pub(super) async fn take(pool: PgPool) {
        if let Err(error) = pool.execute(GROWING).await {
            tracing::debug!(%error, "the statistics of the database were not taken; its own will do in a minute");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn they_are_taken_as_often_as_it_doubles() {
        let statistics = Statistics::new();
        let due = (1..=100_u64).filter(|_| statistics.are_due(100)).count();
        assert_eq!(due, 4, "at 1,000, 2,000, 4,000 and 8,000 of 10,000 rows");
    }
}
