//! The command line, one command a file.

mod ask;
pub mod audit_checkpoint;
pub mod audit_verify;
pub mod backup;
pub mod bench;
mod built;
mod case_files;
pub mod completions;
mod copies;
pub mod events_tail;
mod installation_report;
mod languages;
pub mod migrate_database;
pub mod plugin_available;
pub mod plugin_bench;
pub mod plugin_build;
pub mod plugin_calls;
pub mod plugin_check;
pub mod plugin_configure;
pub mod plugin_deliveries;
pub mod plugin_grant;
pub mod plugin_install;
pub mod plugin_list;
pub mod plugin_logs;
pub mod plugin_new;
pub mod plugin_replay;
pub mod plugin_run;
pub mod plugin_show;
pub mod plugin_switch;
pub mod plugin_test;
pub mod plugin_upgrade;
mod remote;
pub mod restore;
pub mod serve;
mod shipped;
pub mod team;
pub mod terminal;
pub mod token;
pub mod user;
pub mod user_reset;

use clap::{CommandFactory, Parser, Subcommand};

use self::audit_checkpoint::AuditCheckpoint;
use self::audit_verify::AuditVerify;
use self::backup::Backup;
use self::bench::Bench;
use self::completions::Completions;
use self::events_tail::EventsTail;
use self::migrate_database::MigrateDatabase;
use self::plugin_available::PluginAvailable;
use self::plugin_bench::PluginBench;
use self::plugin_build::PluginBuild;
use self::plugin_calls::PluginCalls;
use self::plugin_check::PluginCheck;
use self::plugin_configure::PluginConfigure;
use self::plugin_deliveries::PluginDeliveries;
use self::plugin_grant::PluginGrant;
use self::plugin_install::PluginInstall;
use self::plugin_list::PluginList;
use self::plugin_logs::PluginLogs;
use self::plugin_new::PluginNew;
use self::plugin_replay::PluginReplay;
use self::plugin_run::PluginRun;
use self::plugin_show::PluginShow;
use self::plugin_switch::{PluginNamed, PluginRemove};
use self::plugin_test::PluginTest;
use self::plugin_upgrade::PluginUpgrade;
use self::restore::Restore;
use self::serve::Serve;
use self::team::TeamCommand;
use self::token::TokenCommand;
use self::user::UserCommand;
use crate::plugins::package::compile::CompileWorker;

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
    /// Everything about API tokens.
    #[command(subcommand)]
    Token(TokenCommand),
    /// Everything about the people who work here.
    #[command(subcommand)]
    User(UserCommand),
    /// Everything about teams.
    #[command(subcommand)]
    Team(TeamCommand),
    /// Everything about the event log.
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Writes all of a database into a file, while servers run.
    Backup(Backup),
    /// Puts a backup into an empty database.
    Restore(Restore),
    /// Copies a database from SQLite to PostgreSQL, or back.
    MigrateDatabase(MigrateDatabase),
    /// What happens, as it happens.
    #[command(subcommand)]
    Events(EventsCommand),
    /// Measures this binary on this machine.
    #[command(subcommand)]
    Bench(Bench),
    /// Prints a completion script for a shell.
    Completions(Completions),
    #[command(hide = true)]
    CompileWorker(CompileWorker),
}

#[derive(Subcommand)]
enum PluginCommand {
    /// Begins a plugin in a language and with the abilities of your choice.
    New(PluginNew),
    /// Builds a plugin into one file.
    Build(PluginBuild),
    /// Checks a finished plugin as a host does before it takes it.
    Check(PluginCheck),
    /// Runs a plugin's cases.
    Test(PluginTest),
    /// Runs a plugin in a server of its own, builds it anew when it changes, and shows its calls.
    Run(PluginRun),
    /// Tells what a plugin's calls cost.
    Bench(PluginBench),
    /// Makes a recorded call again.
    Replay(PluginReplay),
    /// Prints the calls of an installation that were kept, and makes one a case.
    Calls(PluginCalls),
    /// Lists the plugins that came with the program.
    Available(PluginAvailable),
    /// Uploads a plugin to a running server and installs it.
    Install(PluginInstall),
    /// Gives an installation what it asks for.
    Grant(PluginGrant),
    /// Sets an installation's settings and secrets, and switches it on or off.
    Configure(PluginConfigure),
    /// Lists the plugins in use.
    List(PluginList),
    /// Shows the status and statistics of an installation.
    Show(PluginShow),
    /// Switches an installation on.
    Enable(PluginNamed),
    /// Switches an installation off.
    Disable(PluginNamed),
    /// Switches an installation to another version of its plugin.
    Upgrade(PluginUpgrade),
    /// Goes back to the version before, or drops one that waits for a grant.
    Rollback(PluginNamed),
    /// Takes an installation out of use for good, with its settings, secrets and store.
    Remove(PluginRemove),
    /// Prints what an installation logged.
    Logs(PluginLogs),
    /// Prints what a channel took in that became no message, and makes it one.
    Deliveries(PluginDeliveries),
}

#[derive(Subcommand)]
enum AuditCommand {
    /// Follows the chain of hashes.
    Verify(AuditVerify),
    /// Signs the log's end, to be kept elsewhere.
    Checkpoint(AuditCheckpoint),
}

#[derive(Subcommand)]
enum EventsCommand {
    /// Follows the event log of a running server.
    Tail(EventsTail),
}

/// Does what the process's arguments say. Arguments that make no sense end the process with a text that helps.
pub fn run() -> anyhow::Result<()> {
    let command = Arguments::parse().command;
    if let Command::CompileWorker(worker) = command {
        // Without a runtime, whose threads would be there before its limits.
        return worker.run();
    }
    // A huge page that is half empty costs a megabyte, and the kernel makes more of them while a host rests. A kernel
    // without them has none to disable.
    let _ = rustix::thread::disable_transparent_huge_pages(true);
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        match command {
            Command::Serve(serve) => Box::pin(serve.run()).await,
            Command::Plugin(PluginCommand::New(new)) => new.run(),
            Command::Plugin(PluginCommand::Build(build)) => build.run(),
            Command::Plugin(PluginCommand::Check(check)) => Box::pin(check.run()).await,
            Command::Plugin(PluginCommand::Test(test)) => Box::pin(test.run()).await,
            Command::Plugin(PluginCommand::Run(run)) => Box::pin(run.run()).await,
            Command::Plugin(PluginCommand::Bench(bench)) => Box::pin(bench.run()).await,
            Command::Plugin(PluginCommand::Replay(replay)) => Box::pin(replay.run()).await,
            Command::Plugin(PluginCommand::Calls(calls)) => Box::pin(calls.run()).await,
            Command::Plugin(PluginCommand::Available(available)) => available.run(),
            Command::Plugin(PluginCommand::Install(install)) => Box::pin(install.run()).await,
            Command::Plugin(PluginCommand::Grant(grant)) => Box::pin(grant.run()).await,
            Command::Plugin(PluginCommand::Configure(configure)) => Box::pin(configure.run()).await,
            Command::Plugin(PluginCommand::List(list)) => Box::pin(list.run()).await,
            Command::Plugin(PluginCommand::Show(show)) => Box::pin(show.run()).await,
            Command::Plugin(PluginCommand::Enable(named)) => Box::pin(named.step("enable")).await,
            Command::Plugin(PluginCommand::Disable(named)) => Box::pin(named.step("disable")).await,
            Command::Plugin(PluginCommand::Upgrade(upgrade)) => Box::pin(upgrade.run()).await,
            Command::Plugin(PluginCommand::Rollback(named)) => Box::pin(named.step("rollback")).await,
            Command::Plugin(PluginCommand::Remove(remove)) => Box::pin(remove.run()).await,
            Command::Plugin(PluginCommand::Logs(logs)) => Box::pin(logs.run()).await,
            Command::Plugin(PluginCommand::Deliveries(kept)) => Box::pin(kept.run()).await,
            Command::Token(token) => Box::pin(token.run()).await,
            Command::User(user) => Box::pin(user.run()).await,
            Command::Team(team) => Box::pin(team.run()).await,
            Command::Audit(AuditCommand::Verify(verify)) => verify.run().await,
            Command::Audit(AuditCommand::Checkpoint(checkpoint)) => checkpoint.run().await,
            Command::Backup(backup) => Box::pin(backup.run()).await,
            Command::Restore(restore) => Box::pin(restore.run()).await,
            Command::MigrateDatabase(migrate) => Box::pin(migrate.run()).await,
            Command::Events(EventsCommand::Tail(tail)) => Box::pin(tail.run()).await,
            Command::Bench(bench) => Box::pin(bench.run()).await,
            Command::Completions(completions) => completions.run(Arguments::command()),
            Command::CompileWorker(worker) => worker.run(),
        }
    })
}
