//! The program behind `cargo demo` and `cargo verify`: it sets up what is missing, then does its work.

mod apt;
mod command;
mod demo;
mod disk;
mod guests;
mod node;
mod python;
mod steps;
mod tally;
mod verify;
mod wasm;
mod workspace;

use std::process::ExitCode;

const USAGE: &str = "\
usage: cargo demo [OPTIONS OF `hospes serve`]   set up what is missing and start the demo on http://127.0.0.1:8080
       cargo verify                            set up what is missing, then pass every check and test
       cargo run -p xtask -- plugins           only the plugins and the tests' guests, for tests run one by one
       cargo run -p xtask -- python            only the tests' Python environment, likewise";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let request = arguments.next();
    // Many write `cargo demo -- --listen ...`, as for `cargo run`; the dashes separate nothing here.
    let rest: Vec<String> = arguments.skip_while(|argument| argument == "--").collect();
    let result = match request.as_deref() {
        Some("demo") => demo::demo(&rest),
        Some("verify") if rest.is_empty() => verify::verify(),
        Some("plugins") if rest.is_empty() => verify::plugins(),
        Some("python") if rest.is_empty() => verify::python(),
        Some("help" | "--help" | "-h") => {
            eprintln!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}
