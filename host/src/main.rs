//! The command line; everything else is the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    match hospes::cli::run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
