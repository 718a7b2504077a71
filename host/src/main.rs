//! The command line; everything else is the library.

use clap::{CommandFactory, Parser, Subcommand};
use hospes::cli::audit_verify::AuditVerify;
use hospes::cli::completions::Completions;
use hospes::cli::plugin_build::PluginBuild;
use hospes::cli::serve::Serve;
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
    /// Runs the server.
    Serve(Serve),
    /// Everything about plugins.
    #[command(subcommand)]
    Plugin(PluginCommand),
    /// Everything about the event log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Prints a completion script for a shell.
    Completions(Completions),
}

#[derive(Subcommand)]
enum PluginCommand {
    /// Builds a plugin into one file.
    Build(PluginBuild),
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Follows the chain of hashes.
    Verify(AuditVerify),
}

fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(serve) => serve.run(),
        Command::Plugin(PluginCommand::Build(build)) => build.run(),
        Command::Audit(AuditCommand::Verify(verify)) => verify.run(),
        Command::Completions(completions) => completions.run(Arguments::command()),
    };
    if let Err(error) = outcome {
        eprintln!("error: {error:#}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
