//! How many tests passed and failed, read from what the test runner prints.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

/// True counts of tests that ran.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Tests that did what they should.
    pub passed: u64,
    /// Tests that failed, ran out of time or could not be started.
    pub failed: u64,
}

impl Tally {
    /// Both together.
    pub fn and(self, other: Self) -> Self {
        Self {
            passed: self.passed + other.passed,
            failed: self.failed + other.failed,
        }
    }

    /// The counts of a runner that ended well or not.
    fn of_runner(self, success: bool) -> Self {
        let unnamed = u64::from(!success && self.failed == 0);
        self.and(Self {
            passed: 0,
            failed: unnamed,
        })
    }

    /// Reads one line of a runner: cargo test's `test result: ...` or nextest's `Summary [...] ...`.
    fn of_line(line: &str) -> Option<Self> {
        let line = without_colours(line.trim_end());
        if let Some(result) = line.trim_start().strip_prefix("test result: ") {
            return Some(Self {
                passed: count(result, "passed")?,
                failed: count(result, "failed")?,
            });
        }
        let (_, summary) = line.trim_start().strip_prefix("Summary [")?.split_once(']')?;
        let (run, results) = summary
            .split_once(" run: ")
            .or_else(|| summary.split_once(" run, "))?;
        // `12 tests` or, when the run was ended early, `7/12 tests`.
        let run: u64 = run.trim().split([' ', '/']).next()?.parse().ok()?;
        let passed = count(results, "passed").unwrap_or(0);
        Some(Self {
            passed,
            failed: run.saturating_sub(passed),
        })
    }
}

/// Which of its outputs a runner reports on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reports {
    /// Cargo test: results on standard output.
    Out,
    /// Nextest: all on standard error.
    Error,
}

/// Runs a test runner, lets its output through as it comes and adds up its counts. A runner that fails without
/// a failed test (a test binary that crashed, say) counts as one failure.
pub fn run(command: &mut Command, reports: Reports) -> Result<Tally> {
    match reports {
        Reports::Out => command.stdout(Stdio::piped()),
        Reports::Error => command.stderr(Stdio::piped()),
    };
    let mut child = command.spawn().context("the test runner could not be started")?;
    let tally = match reports {
        Reports::Out => add_up(
            child.stdout.take().context("its output is piped")?,
            std::io::stdout(),
        )?,
        Reports::Error => add_up(
            child.stderr.take().context("its output is piped")?,
            std::io::stderr(),
        )?,
    };
    Ok(tally.of_runner(child.wait()?.success()))
}

/// Copies what a runner prints, line by line, and adds up the counts in it.
fn add_up(from: impl Read, mut to: impl Write) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut lines = BufReader::new(from);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        tally = tally.and(Tally::of_line(&String::from_utf8_lossy(&line)).unwrap_or_default());
        line.clear();
    }
    Ok(tally)
}

/// The number before a word: 3 of `3 passed`.
fn count(text: &str, word: &str) -> Option<u64> {
    let words: Vec<_> = text
        .split([' ', ',', ';', '.', '(', ')'])
        .filter(|part| !part.is_empty())
        .collect();
    words.windows(2).find(|pair| pair[1] == word)?[0].parse().ok()
}

/// The line without terminal colours (`ESC [ ... m`).
fn without_colours(line: &str) -> String {
    let mut parts = line.split("\u{1b}[");
    let mut plain = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        plain.push_str(part.split_once('m').map_or(part, |(_, rest)| rest));
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    fn counts(line: &str) -> Option<(u64, u64)> {
        Tally::of_line(line).map(|tally| (tally.passed, tally.failed))
    }

    #[test]
    fn lines_of_both_runners_are_read() {
        let cargo = "test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.01s";
        assert_eq!(counts(cargo), Some((3, 1)));
        assert_eq!(
            counts("     Summary [   0.011s] 3 tests run: 3 passed, 0 skipped"),
            Some((3, 0))
        );
        assert_eq!(
            counts("     Summary [   0.011s] 1 test run: 1 passed (1 slow), 2 skipped"),
            Some((1, 0))
        );
        let bad = "     Summary [   9.0s] 9 tests run: 5 passed (1 leaky), 2 failed, 1 timed out, 1 exec failed, 0 skipped";
        assert_eq!(counts(bad), Some((5, 4)));
        assert_eq!(
            counts("     Summary [   1.0s] 7/12 tests run: 6 passed, 1 failed, 0 skipped"),
            Some((6, 1))
        );
        assert_eq!(
            counts("     Summary [   0.000s] 0 tests run: 0 passed, 3 skipped"),
            Some((0, 0))
        );
        assert_eq!(counts("test summary: 3 passed"), None);
    }

    #[test]
    fn colours_do_not_hide_counts() {
        let line = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, 0 skipped";
        assert_eq!(counts(line), Some((2, 0)));
    }

    #[test]
    fn lines_are_passed_on_and_added_up() {
        let said =
            b"running 2 tests\ntest result: ok. 2 passed; 0 failed\nx\ntest result: ok. 1 passed; 0 failed\n";
        let mut shown = Vec::new();
        let tally = add_up(said.as_slice(), &mut shown).expect("nothing can fail");
        assert_eq!(tally, Tally { passed: 3, failed: 0 });
        assert_eq!(shown, said);
    }

    #[test]
    fn a_runner_that_crashes_is_a_failure() {
        let tally = Tally { passed: 2, failed: 0 };
        assert_eq!(tally.of_runner(true), tally);
        assert_eq!(tally.of_runner(false), Tally { passed: 2, failed: 1 });
        let counted = Tally { passed: 2, failed: 4 };
        assert_eq!(counted.of_runner(false), counted);
    }
}
