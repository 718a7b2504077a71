//! How many tests passed and failed, read from what the test runner prints.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};

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
        Self { passed: self.passed + other.passed, failed: self.failed + other.failed }
    }

    /// The counts of a runner that ended well or not.
    fn of_runner(self, success: bool) -> Self {
        let unnamed = u64::from(!success && self.failed == 0);
        self.and(Self { passed: 0, failed: unnamed })
    }

    /// Cargo test: `test result: ok. 3 passed; 0 failed; ...`, once for each test program.
    fn of_cargo(line: &str) -> Option<Self> {
        let result = line.strip_prefix("test result: ")?;
        Some(Self { passed: count(result, "passed")?, failed: count(result, "failed")? })
    }

    /// Nextest: `Summary [ 0.1s] 3 tests run: 3 passed, 0 skipped`, once.
    fn of_nextest(line: &str) -> Option<Self> {
        let (_, summary) = line.trim_start().strip_prefix("Summary [")?.split_once(']')?;
        let (run, results) = summary.split_once(" run: ")?;
        // `12 tests` or, when the run was ended early, `7/12 tests`.
        let run: u64 = run.trim().split([' ', '/']).next()?.parse().ok()?;
        let passed = count(results, "passed").unwrap_or(0);
        Some(Self { passed, failed: run.saturating_sub(passed) })
    }
}

/// Whose report is read. Each has its own form, and both show what failed tests printed, so that a line of the
/// other's form may be such a print and counts nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Runner {
    /// `cargo test`, which reports on standard output.
    Cargo,
    /// `cargo nextest run`, which reports on standard error.
    Nextest,
}

/// Runs a test runner, lets its output through as it comes and adds up its counts. A runner that fails without
/// a failed test (a test binary that crashed, say) counts as one failure.
pub fn run(command: &mut Command, runner: Runner) -> Result<Tally> {
    match runner {
        Runner::Cargo => command.stdout(Stdio::piped()),
        Runner::Nextest => command.stderr(Stdio::piped()),
    };
    let mut child = command.spawn().context("the test runner could not be started")?;
    let tally = match (child.stdout.take(), child.stderr.take()) {
        (Some(output), _) => add_up(output, std::io::stdout(), Tally::of_cargo)?,
        (None, Some(output)) => add_up(output, std::io::stderr(), Tally::of_nextest)?,
        (None, None) => bail!("the test runner's output was not piped"),
    };
    Ok(tally.of_runner(child.wait()?.success()))
}

/// Copies what a runner prints, line by line, and adds up the counts in it.
fn add_up(from: impl Read, mut to: impl Write, counts: fn(&str) -> Option<Tally>) -> Result<Tally> {
    let mut tally = Tally::default();
    let mut lines = BufReader::new(from);
    let mut line = Vec::new();
    while lines.read_until(b'\n', &mut line)? > 0 {
        to.write_all(&line)?;
        let said = without_colours(String::from_utf8_lossy(&line).trim_end());
        tally = tally.and(counts(&said).unwrap_or_default());
        line.clear();
    }
    Ok(tally)
}

/// The number before a word: 3 of `3 passed`.
fn count(text: &str, word: &str) -> Option<u64> {
    let words: Vec<_> = text.split([' ', ',', ';', '.', '(', ')']).filter(|part| !part.is_empty()).collect();
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

    fn counts(runner: Runner, said: &str) -> (u64, u64) {
        let form = if runner == Runner::Cargo { Tally::of_cargo } else { Tally::of_nextest };
        let mut shown = Vec::new();
        let tally = add_up(said.as_bytes(), &mut shown, form).expect("nothing can fail");
        assert_eq!(String::from_utf8_lossy(&shown), said, "all is passed on");
        (tally.passed, tally.failed)
    }

    #[test]
    fn cargo_reports_once_for_each_program() {
        let said = "running 4 tests\n\
                    test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.01s\n\
                    test result: ok. 2 passed; 0 failed\n";
        assert_eq!(counts(Runner::Cargo, said), (5, 1));
    }

    #[test]
    fn nextest_reports_once() {
        let nextest = |said: &str| counts(Runner::Nextest, said);
        assert_eq!(nextest("     Summary [   0.011s] 3 tests run: 3 passed, 0 skipped"), (3, 0));
        assert_eq!(nextest("     Summary [   0.011s] 1 test run: 1 passed (1 slow), 2 skipped"), (1, 0));
        let bad = "     Summary [   9.0s] 9 tests run: 5 passed (1 leaky), 2 failed, 1 timed out, 1 exec failed, 0 skipped";
        assert_eq!(nextest(bad), (5, 4));
        assert_eq!(nextest("     Summary [   1.0s] 7/12 tests run: 6 passed, 1 failed, 0 skipped"), (6, 1));
        assert_eq!(nextest("     Summary [   0.000s] 0 tests run: 0 passed, 3 skipped"), (0, 0));
    }

    #[test]
    fn the_output_of_a_failed_test_is_not_counted_again() {
        let said = "        FAIL [   0.2s] (2/3) plugin tests::one\n    test result: FAILED. 0 passed; 1 failed; 0 ignored\n\
                    test result: FAILED. 0 passed; 1 failed\n     Summary [   0.3s] 3 tests run: 2 passed, 1 failed\n";
        assert_eq!(counts(Runner::Nextest, said), (2, 1));
    }

    #[test]
    fn colours_do_not_hide_counts() {
        let line = "\u{1b}[32;1m     Summary\u{1b}[0m [   0.1s] \u{1b}[1m2\u{1b}[0m tests run: \u{1b}[1m2\u{1b}[0m \u{1b}[32;1mpassed\u{1b}[0m, 0 skipped";
        assert_eq!(counts(Runner::Nextest, line), (2, 0));
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
