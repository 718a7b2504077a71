//! The command line; everything else is the library.

use clap::{Parser, Subcommand};
use hospes::cli::bench::Bench;
use hospes::cli::plugin_build::PluginBuild;
use hospes::cli::plugin_test::PluginTest;

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
    /// Measures this binary on this machine.
    #[command(subcommand)]
    Bench(Bench),
}

#[derive(Subcommand)]
enum PluginCommand {
    /// Builds a plugin into one file.
    Build(PluginBuild),
    /// Runs a plugin's cases.
    Test(PluginTest),
}

fn main() -> anyhow::Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    match Arguments::parse().command {
        Command::Plugin(PluginCommand::Build(build)) => build.run(),
        Command::Plugin(PluginCommand::Test(test)) => runtime.block_on(test.run()),
        Command::Bench(bench) => runtime.block_on(bench.run()),
    }
}
