//! What this process asks of the database: statements, commits, the operations in them, and how long they take.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// The longest time, in microseconds, that a commit of each class took; the last class is longer than all.
pub const CLASSES_US: [u64; 6] = [1_000, 3_000, 10_000, 30_000, 100_000, 1_000_000];

/// This process's account of its statements and commits.
#[derive(Debug, Default)]
pub struct Counts {
    reads: AtomicU64,
    writes: AtomicU64,
    commits: AtomicU64,
    operations: AtomicU64,
    total_us: AtomicU64,
    classes: [AtomicU64; 7],
}

/// What was counted so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountSums {
    /// Statements outside of transactions that write: on PostgreSQL each is a round trip.
    pub reads: u64,
    /// Statements of transactions that write, their beginnings and ends among them.
    pub writes: u64,
    /// Transactions that were ended.
    pub commits: u64,
    /// Operations in them: SQLite's writer takes several into one.
    pub operations: u64,
    /// How long all of them took together, in microseconds.
    pub total_us: u64,
    /// How many fell into each class of [`CLASSES_US`], and how many took longer than all.
    pub classes: [u64; 7],
}

impl Counts {
    /// Notes a statement of a transaction that writes, or of none.
    pub(super) fn statement(&self, writing: bool) {
        let count = if writing { &self.writes } else { &self.reads };
        count.fetch_add(1, Ordering::Relaxed);
    }

    /// Notes a transaction with so many operations.
    pub(super) fn commit(&self, operations: usize, took: Duration) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        self.commits.fetch_add(1, Ordering::Relaxed);
        self.operations.fetch_add(operations as u64, Ordering::Relaxed);
        self.total_us.fetch_add(took, Ordering::Relaxed);
        let class = CLASSES_US.iter().position(|class| took <= *class).unwrap_or(CLASSES_US.len());
        self.classes[class].fetch_add(1, Ordering::Relaxed);
    }

    /// What was counted so far.
    pub fn sums(&self) -> CountSums {
        CountSums {
            reads: self.reads.load(Ordering::Relaxed),
            writes: self.writes.load(Ordering::Relaxed),
            commits: self.commits.load(Ordering::Relaxed),
            operations: self.operations.load(Ordering::Relaxed),
            total_us: self.total_us.load(Ordering::Relaxed),
            classes: self.classes.each_ref().map(|class| class.load(Ordering::Relaxed)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_commit_falls_into_the_first_class_that_is_long_enough() {
        let counts = Counts::default();
        for micros in [1_000, 1_001, 2_000_000] {
            counts.commit(5, Duration::from_micros(micros));
        }
        let sums = counts.sums();
        assert_eq!((sums.commits, sums.operations, sums.total_us), (3, 15, 2_002_001));
        assert_eq!(sums.classes, [1, 1, 0, 0, 0, 0, 1]);
    }
}
