//! `cargo verify`: every check and every test of the tree.

use std::cell::{Cell, RefCell};
use std::io::{IsTerminal, Write};
use std::process::Command;
use std::time::Instant;

use anyhow::{Result, bail};
use xtask::postgres::{self, Lease};
use xtask::room;

use crate::apt;
use crate::command::{found, run};
use crate::disk;
use crate::guests::{self, Wanted};
use crate::node;
use crate::python;
use crate::steps::{self, Outcome, Step, clock};
use crate::tally::{self, Runner, Tally};
use crate::wasm;
use crate::workspace::{Workspace, variable};

/// Sets up what is missing and runs the checks and tests. The last line printed is `N passed, N failed`.
pub fn verify() -> Result<()> {
    let begin = Instant::now();
    let workspace = Workspace::find()?;
    let database: RefCell<Option<Lease>> = RefCell::new(None);
    let tally = Cell::new(Tally::default());

    let cargo = |subcommand: &str, arguments: &[&str]| {
        run(workspace.cargo(subcommand).args(arguments)).map(|()| Outcome::Worked)
    };
    let steps = vec![
        Step::new("look for room on the disk", disk::BY_HAND, || disk::ensure(&workspace)),
        Step::new(
            "look for the programs that the tests need",
            apt::by_hand(&apt::names(apt::FOR_TESTS)),
            || apt::ensure(apt::FOR_TESTS),
        ),
        Step::new("find a compiler for WebAssembly", wasm::BY_HAND, wasm::prepare),
        Step::new("check the format", "cargo fmt --all", || cargo("fmt", &["--all", "--check"])),
        Step::new("check with clippy", "read its advice above and follow it", || {
            cargo("clippy", &["--workspace", "--all-targets", "--", "-D", "warnings"])
        }),
        Step::new("build the host and the tests", BUILD_BY_HAND, || build(&workspace)),
        Step::new("build the plugins and the tests' guests", guests::BY_HAND, || guests(&workspace)),
        Step::new("prepare Python for the tests", python::BY_HAND, || python::prepare(&workspace)),
        Step::new("fetch what the browser tests need", node::BY_HAND, || node::prepare(&workspace)),
        Step::new("start PostgreSQL for the tests", postgres::BY_HAND, || {
            if variable(postgres::VARIABLE).is_some() {
                return Ok(Outcome::AlreadyThere(format!("{} names a server", postgres::VARIABLE)));
            }
            *database.borrow_mut() = Some(Lease::take(&workspace.target)?);
            Ok(Outcome::Worked)
        }),
        Step::new("run the tests", "the failing tests stand above, each with its output", || {
            let lease = database.borrow();
            tally.set(tests(&workspace, lease.as_ref().map(Lease::url))?);
            Ok(Outcome::Worked)
        }),
    ];
    let result = steps::run(steps);
    if let Some(lease) = database.take() {
        lease.end();
    }
    result?;

    let tally = tally.get();
    eprintln!("\ntotal time: {}", clock(begin.elapsed()));
    writeln!(std::io::stdout(), "{} passed, {} failed", tally.passed, tally.failed)?;
    if tally.failed > 0 {
        bail!("not all tests passed; the failed ones stand above, each with its output");
    }
    if tally.passed == 0 {
        bail!("no test ran, so nothing was verified");
    }
    Ok(())
}

/// Builds what the tests call, for a developer who then runs single tests: nothing is older than its source after it.
pub fn plugins() -> Result<()> {
    let workspace = Workspace::find()?;
    steps::run(vec![
        Step::new("find a compiler for WebAssembly", wasm::BY_HAND, wasm::prepare),
        Step::new("build the host and the tests", BUILD_BY_HAND, || build(&workspace)),
        Step::new("build the plugins and the tests' guests", guests::BY_HAND, || guests(&workspace)),
    ])
}

/// Prepares what tests call that are written in Python, for a developer who then runs single tests.
pub fn python() -> Result<()> {
    let workspace = Workspace::find()?;
    steps::run(vec![
        Step::new("look for Python", apt::by_hand(&["python3-venv"]), || apt::ensure(apt::FOR_PYTHON)),
        Step::new("prepare Python for the tests", python::BY_HAND, || python::prepare(&workspace)),
    ])
}

const BUILD_BY_HAND: &str = "cargo build --workspace --bins --tests";

/// One call for all of it, so that every dependency gets its features, and is built, just once.
fn build(workspace: &Workspace) -> Result<Outcome> {
    run(workspace.cargo("build").args(["--workspace", "--bins", "--tests"]))?;
    Ok(Outcome::Worked)
}

fn guests(workspace: &Workspace) -> Result<Outcome> {
    guests::build(workspace, Wanted::All, &workspace.target.join("debug/hospes"))
}

/// Runs all tests by cargo-nextest, if it is installed, and else by `cargo test`. The examples in the
/// documentation run by cargo in both cases, since nextest doesn't know them.
fn tests(workspace: &Workspace, postgres: Option<&str>) -> Result<Tally> {
    let prepared = |subcommand: &str, arguments: &[&str]| {
        let mut command: Command = workspace.cargo(subcommand);
        command
            .args(arguments)
            .env("HOSPES_TEST_PLUGINS", workspace.plugins())
            .env(python::VARIABLE, python::interpreter(workspace))
            .env(node::VARIABLE, node::axe(workspace))
            .env("TMPDIR", room::temporary_folder())
            // What failed is said by the test; a way through the executor would bury it.
            .env("RUST_BACKTRACE", "0");
        if let Some(url) = postgres {
            command.env(postgres::VARIABLE, url);
        }
        if std::io::stderr().is_terminal() {
            command.env("CARGO_TERM_COLOR", "always");
        }
        command
    };
    if found("cargo-nextest").is_none() {
        return tally::run(&mut prepared("test", &["--workspace", "--no-fail-fast"]), Runner::Cargo);
    }
    let tests =
        tally::run(&mut prepared("nextest", &["run", "--workspace", "--no-fail-fast"]), Runner::Nextest)?;
    let examples =
        tally::run(&mut prepared("test", &["--workspace", "--doc", "--no-fail-fast"]), Runner::Cargo)?;
    Ok(tests.and(examples))
}
