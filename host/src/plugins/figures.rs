//! Statistics of calls: counted on this host as they end, by installation, version and interface.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::effects::Outcome;
use super::error::CallError;
use super::grants::ability::Ability;
use super::installation::Installation;
use crate::domain::ids::{InstallationId, PluginVersionId};

/// The longest time, in microseconds, that a call of each class took; the last class is longer than all.
pub const CLASSES_US: [u64; 4] = [1_000, 10_000, 100_000, 1_000_000];

/// Whose calls, and of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Of {
    /// The installation.
    pub installation: InstallationId,
    /// Its version then.
    pub version: PluginVersionId,
    /// The interface that was called.
    pub ability: Ability,
}

/// Sums over calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Sums {
    /// Calls that were made.
    pub calls: u64,
    /// Of these, those that the guest answered with an error of its own.
    pub refused: u64,
    /// Of these, those that broke a limit, broke down or could not read the database.
    pub failed: u64,
    /// Calls that weren't made, because too many waited already.
    pub turned_away: u64,
    /// How long all of them took together, in microseconds.
    pub total_us: u64,
    /// How long the longest took, in microseconds.
    pub longest_us: u64,
    /// The most memory that one took, in bytes.
    pub memory: u64,
    /// How many took at most as long as each of [`CLASSES_US`].
    pub within: [u64; 4],
}

impl Sums {
    /// Adds others to these.
    pub fn add(&mut self, more: &Self) {
        self.calls += more.calls;
        self.refused += more.refused;
        self.failed += more.failed;
        self.turned_away += more.turned_away;
        self.total_us += more.total_us;
        self.longest_us = self.longest_us.max(more.longest_us);
        self.memory = self.memory.max(more.memory);
        for (sum, more) in self.within.iter_mut().zip(more.within) {
            *sum += more;
        }
    }
}

/// This host's account of calls.
#[derive(Debug, Default)]
pub struct Figures(Mutex<Account>);

#[derive(Debug, Default)]
struct Account {
    /// Since the start.
    all: HashMap<Of, Sums>,
    /// Since they were taken last.
    fresh: HashMap<Of, Sums>,
}

impl Figures {
    /// Notes a call that was made.
    pub(super) fn note<T>(
        &self,
        installation: &Installation,
        ability: Ability,
        took: Duration,
        outcome: &Result<Outcome<T>, CallError>,
    ) {
        let took = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let one = Sums {
            calls: 1,
            refused: u64::from(matches!(outcome, Err(CallError::Refused(_)))),
            failed: u64::from(matches!(outcome, Err(error) if !matches!(error, CallError::Refused(_)))),
            turned_away: 0,
            total_us: took,
            longest_us: took,
            memory: outcome.as_ref().map_or(0, |outcome| outcome.usage.memory),
            within: CLASSES_US.map(|class| u64::from(took <= class)),
        };
        self.count(installation, ability, &one);
    }

    /// Notes a call that wasn't made.
    pub(super) fn turned_away(&self, installation: &Installation, ability: Ability) {
        self.count(installation, ability, &Sums { turned_away: 1, ..Sums::default() });
    }

    fn count(&self, installation: &Installation, ability: Ability, sums: &Sums) {
        let of = Of { installation: installation.id, version: installation.version_id, ability };
        let mut account = self.account();
        account.all.entry(of).or_default().add(sums);
        account.fresh.entry(of).or_default().add(sums);
    }

    /// Everything since the start.
    pub fn all(&self) -> Vec<(Of, Sums)> {
        self.account().all.iter().map(|(of, sums)| (*of, *sums)).collect()
    }

    /// What came since this was asked last; the asker keeps it.
    pub fn take(&self) -> Vec<(Of, Sums)> {
        std::mem::take(&mut self.account().fresh).into_iter().collect()
    }

    /// Takes back what the asker could not keep.
    pub fn put_back(&self, taken: &[(Of, Sums)]) {
        let mut account = self.account();
        for (of, sums) in taken {
            account.fresh.entry(*of).or_default().add(sums);
        }
    }

    /// It has no state that a panic could leave half done.
    fn account(&self) -> MutexGuard<'_, Account> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sums_add_up_and_the_longest_stays() {
        let mut sums =
            Sums { calls: 2, longest_us: 90, total_us: 100, within: [2, 2, 2, 2], ..Sums::default() };
        let more =
            Sums { calls: 1, longest_us: 5_000, total_us: 5_000, within: [0, 1, 1, 1], ..Sums::default() };
        sums.add(&more);
        assert_eq!((sums.calls, sums.total_us, sums.longest_us), (3, 5_100, 5_000));
        assert_eq!(sums.within, [2, 3, 3, 3]);
    }
}
