//! Measures the built host: `cargo run --release -p load -- all`. What each row means stands in this folder's README.

mod client;
mod data;
mod floor;
mod host;
mod made;
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

use std::path::PathBuf;

use anyhow::{Result, bail};

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
}

impl Size {
    const FULL: Self = Self { rounds: 5, millis: 3_000, customers: 1_000_000, minutes: 10 };
    const QUICK: Self = Self { rounds: 3, millis: 1_000, customers: 100_000, minutes: 1 };
}

const USAGE: &str = "\
usage: cargo run --release -p load -- [--quick] [--minutes N] [--large FILE] all | V6 | V7 | V8 | V9 | V10 | V15 | V16 | V17 | R24 | R28 ...

Needs the host as it is shipped and the plugins: cargo build --profile dist -p hospes; cargo run -p xtask -- plugins";

/// What can be measured, in the order of `all`.
const ALL: [&str; 10] = ["V6", "V7", "V8", "V9", "V10", "V15", "V16", "V17", "R24", "R28"];

fn main() -> Result<()> {
    let mut wanted: Vec<String> = std::env::args().skip(1).collect();
    if wanted.first().is_some_and(|first| first == "floor") {
        return floor::server::run(&wanted[1..]);
    }
    let quick = wanted.iter().any(|word| word == "--quick");
    wanted.retain(|word| word != "--quick");
    let minutes = option(&mut wanted, "--minutes").map(|minutes| minutes.parse::<u64>()).transpose()?;
    let large = option(&mut wanted, "--large").map(PathBuf::from);
    if wanted == ["all"] {
        wanted = ALL.iter().map(|name| (*name).to_owned()).collect();
    }
    if wanted.is_empty() {
        bail!("{USAGE}");
    }
    let size = if quick { Size::QUICK } else { Size::FULL };
    let size = Size { minutes: minutes.unwrap_or(size.minutes), ..size };
    let place = Place { large, ..Place::find()? };
    // One thread: the client must leave the machine to what it measures.
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut rows = Vec::new();
    for name in &wanted {
        say(&format!("measuring {name}"));
        let measured = runtime.block_on(measure(&place, size, name))?;
        print(&measured)?;
        rows.extend(measured);
    }
    if wanted.len() > 1 {
        say("\nall of it, for the table in tests/load/README.md:\n");
        print(&rows)?;
    }
    Ok(())
}

/// Takes an option and its value out of the arguments.
fn option(arguments: &mut Vec<String>, name: &str) -> Option<String> {
    let place = arguments.iter().position(|word| word == name).filter(|place| place + 1 < arguments.len())?;
    arguments.drain(place..place + 2).next_back()
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
        _ => bail!("there is no {name:?}\n{USAGE}"),
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
