//! The command line, one command a file.

pub mod audit_verify;
pub mod bench;
pub mod completions;
pub mod events_tail;
pub mod plugin_build;
pub mod plugin_configure;
pub mod plugin_grant;
pub mod plugin_install;
pub mod plugin_test;
mod remote;
mod rust_guest;
pub mod serve;

use clap::{CommandFactory, Parser, Subcommand};

use self::audit_verify::AuditVerify;
use self::bench::Bench;
use self::completions::Completions;
use self::events_tail::EventsTail;
use self::plugin_build::PluginBuild;
use self::plugin_configure::PluginConfigure;
use self::plugin_grant::PluginGrant;
use self::plugin_install::PluginInstall;
use self::plugin_test::PluginTest;
use self::serve::Serve;

/// A compact CRM core, extended by WebAssembly plugins.
#[derive(Parser)]
#[command(name = "hospes", version)]
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
    /// What happens, as it happens.
    #[command(subcommand)]
    Events(EventsCommand),
    /// Measures this binary on this machine.
    #[command(subcommand)]
    Bench(Bench),
    /// Prints a completion script for a shell.
    Completions(Completions),
}

#[derive(Subcommand)]
enum PluginCommand {
    /// Builds a plugin into one file.
    Build(PluginBuild),
    /// Runs a plugin's cases.
    Test(PluginTest),
    /// Uploads a plugin to a running server and installs it.
    Install(PluginInstall),
    /// Gives an installation what it asks for.
    Grant(PluginGrant),
    /// Sets an installation's settings and secrets, and switches it on or off.
    Configure(PluginConfigure),
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Follows the chain of hashes.
    Verify(AuditVerify),
}

#[derive(Subcommand)]
enum EventsCommand {
    /// Follows the event log of a running server.
    Tail(EventsTail),
}

/// Does what the process's arguments say. Arguments that make no sense end the process with a text that helps.
pub fn run() -> anyhow::Result<()> {
    let command = Arguments::parse().command;
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        match command {
            Command::Serve(serve) => Box::pin(serve.run()).await,
            Command::Plugin(PluginCommand::Build(build)) => build.run(),
            Command::Plugin(PluginCommand::Test(test)) => Box::pin(test.run()).await,
            Command::Plugin(PluginCommand::Install(install)) => Box::pin(install.run()).await,
            Command::Plugin(PluginCommand::Grant(grant)) => Box::pin(grant.run()).await,
            Command::Plugin(PluginCommand::Configure(configure)) => Box::pin(configure.run()).await,
            Command::Audit(AuditCommand::Verify(verify)) => verify.run().await,
            Command::Events(EventsCommand::Tail(tail)) => Box::pin(tail.run()).await,
            Command::Bench(bench) => Box::pin(bench.run()).await,
            Command::Completions(completions) => completions.run(Arguments::command()),
        }
    })
}
