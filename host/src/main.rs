//! The command line; everything else is the library.

use clap::{Parser, Subcommand};
use hospes::cli::plugin_build::PluginBuild;
use std::process::ExitCode;

/// A compact CRM core, extended by WebAssembly plugins.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Everything about plugins.
    #[command(subcommand)]
    Plugin(PluginCommand),
}

#[derive(Subcommand)]
enum PluginCommand {
    /// Builds a plugin into one file.
    Build(PluginBuild),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Plugin(PluginCommand::Build(build)) => build.run(),
    };
    if let Err(error) = outcome {
        eprintln!("error: {error:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
