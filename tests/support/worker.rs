//! `hospes compile-worker` alone: hosts that run within a test have plugins compiled by it.

use std::process::ExitCode;

use clap::Parser;
use hospes::plugins::package::compile::CompileWorker;

#[derive(Parser)]
enum Command {
    CompileWorker(CompileWorker),
}

fn main() -> ExitCode {
    let Command::CompileWorker(worker) = Command::parse();
    match worker.run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}
