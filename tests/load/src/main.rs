//! Measures the built host: `cargo run --release -p load -- all`. What each row means stands in this folder's README.

mod check;
mod client;
mod copy;
mod cpu;
mod data;
mod database;
mod floor;
mod host;
mod idle;
mod made;
mod peers;
mod postgres;
#[expect(dead_code, reason = "the tests kill hosts, the measurements don't")]
#[path = "../../support/process.rs"]
mod process;
mod r24;
mod report;
mod v10;
mod v15;
mod v16;
mod v17;
mod v6;
mod v7;
mod v8;
mod v9;

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Result, bail, ensure};
use clap::{Args, Parser, Subcommand};

use crate::database::Database;
use crate::floor::server::Kind;
use crate::host::Place;
use crate::report::{Row, print, say};

/// How much is measured.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Rounds whose medians are taken.
    pub rounds: u32,
    /// How long one measurement of a round takes.
    pub millis: u64,
    /// How many customers the large database has.
    pub customers: u64,
    /// How many minutes a host is left alone before its memory is read.
    pub minutes: u64,
    /// How many seconds a host is left alone while its processor time is counted.
    pub idle_seconds: u64,
}

impl Size {
    const FULL: Self = Self { rounds: 5, millis: 3_000, customers: 1_000_000, minutes: 10, idle_seconds: 60 };
    const QUICK: Self = Self { rounds: 3, millis: 1_000, customers: 100_000, minutes: 1, idle_seconds: 20 };
}

/// Measures the host against floors of the same run. It needs the host as it is shipped and the plugins:
/// cargo build --profile dist -p hospes; cargo run -p xtask -- plugins
#[derive(Parser)]
#[command(name = "load", args_conflicts_with_subcommands = true, arg_required_else_help = true)]
struct Arguments {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    run: Run,
    /// What to measure: all, or some of V6 V7 V8 V9 V10 V15 V16 V17 R24 R28 idle
    rows: Vec<String>,
}

/// Options of what measures.
#[derive(Args)]
struct Run {
    /// Less data and fewer rounds
    #[arg(long)]
    quick: bool,
    /// The host runs on PostgreSQL: on a server whose user may create databases, postgres://USER@HOST:PORT, or without an
    /// address on a cluster that is made for this run
    #[arg(long, value_name = "URL", num_args = 0..=1, require_equals = true)]
    postgres: Option<Option<String>>,
    /// Minutes before V17 reads the memory
    #[arg(long)]
    minutes: Option<u64>,
    /// Seconds for which the processor time of a host at rest is counted
    #[arg(long)]
    idle_seconds: Option<u64>,
    /// A component with tools that V17 installs as its large plugin
    #[arg(long, value_name = "FILE")]
    large: Option<PathBuf>,
    /// The host's program, where it isn't target/dist/hospes
    #[arg(long, value_name = "FILE")]
    host: Option<PathBuf>,
    /// The folder of the shipped plugins, where it isn't target/plugins
    #[arg(long, value_name = "FOLDER")]
    plugins: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Measures Hospes on both databases beside Directus on PostgreSQL, in turn
    Peers(Run),
    /// Compares the ratios of a run with the table in tests/load/README.md
    Check {
        /// What a run has printed
        run: PathBuf,
        /// The table
        #[arg(long, default_value = "tests/load/README.md")]
        table: PathBuf,
    },
    /// Serves what a floor of V8 does; the program starts itself so
    #[command(hide = true)]
    Floor {
        /// What it does for a request
        kind: Kind,
        /// Where it listens
        address: SocketAddr,
        /// What it reads
        database: String,
    },
}

/// What can be measured, in the order of `all`.
const ALL: [&str; 11] = ["V6", "V7", "V8", "V9", "V10", "V15", "V16", "V17", "R24", "R28", "idle"];

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    match arguments.command {
        Some(Command::Floor { kind, address, database }) => {
            floor::server::run(kind, address, &Database::of(&database))
        }
        Some(Command::Check { run, table }) => check::run(&run, &table),
        Some(Command::Peers(run)) => {
            // Without an address it makes a cluster.
            let run = Run { postgres: Some(run.postgres.flatten()), ..run };
            measuring(&run, &async |place: &Place, size| Ok(print(&peers::run(place, size).await?)?))
        }
        None => measuring(&arguments.run, &async |place: &Place, size| {
            measure_all(place, size, &arguments.rows).await
        }),
    }
}

/// Prepares what every measurement needs, and puts it away after this one, however it went.
fn measuring(run: &Run, work: &impl AsyncFn(&Place, Size) -> Result<()>) -> Result<()> {
    let size = if run.quick { Size::QUICK } else { Size::FULL };
    let size = Size {
        minutes: run.minutes.unwrap_or(size.minutes),
        idle_seconds: run.idle_seconds.unwrap_or(size.idle_seconds),
        ..size
    };
    let place = Place::find(run)?;
    // One thread: the client must leave the machine to what it measures.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let done = work(&place, size).await;
        place.engine.finish().await?;
        done
    })
}

async fn measure_all(place: &Place, size: Size, wanted: &[String]) -> Result<()> {
    let wanted: Vec<&str> = match wanted {
        [all] if all == "all" => ALL.to_vec(),
        some => some.iter().map(String::as_str).collect(),
    };
    let (mut rows, mut failed) = (Vec::new(), Vec::new());
    for name in &wanted {
        say(&format!("measuring {name}"));
        // A run takes long: what it has is shown as it comes, and one row that can't be measured doesn't end it.
        match measure(place, size, name).await {
            Ok(measured) => {
                say(&report::text(&measured));
                rows.extend(measured);
            }
            Err(error) => failed.push(format!("{name}: {error:#}")),
        }
    }
    print(&rows)?;
    ensure!(failed.is_empty(), "not measured:\n{}", failed.join("\n"));
    Ok(())
}

async fn measure(place: &Place, size: Size, name: &str) -> Result<Vec<Row>> {
    match name {
        "V6" => Box::pin(v6::run(place, size)).await,
        "V7" => Box::pin(v7::run(place, size)).await,
        "V10" => Box::pin(v10::run(place, size)).await,
        "V15" => Box::pin(v15::run(place, size)).await,
        "V16" => Box::pin(v16::run(place, size)).await,
        "V17" => Box::pin(v17::memory(place, size)).await,
        "R24" => Box::pin(r24::guesses(place)).await,
        "R28" => Box::pin(v17::spinning(place)).await,
        "V8" => Box::pin(v8::run(place, size)).await,
        "V9" => Box::pin(v9::run(place, size)).await,
        "idle" => Box::pin(idle::run(place, size)).await,
        _ => bail!("there is no {name:?}; there are {}", ALL.join(" ")),
    }
}

/// A number that looks like chance and is the same in every run.
pub fn random(number: u64) -> u64 {
    // SplitMix64: one multiplication and some shifts.
    let mut z = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
