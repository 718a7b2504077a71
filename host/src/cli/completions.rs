//! `hospes completions`: what a shell needs to complete our commands.

use std::io::Write as _;

use clap_complete::Shell;

/// Prints a completion script.
///
/// For bash: hospes completions bash > ~/.local/share/bash-completion/completions/hospes
#[derive(Debug, clap::Args)]
pub struct Completions {
    /// The shell
    pub shell: Shell,
}

impl Completions {
    /// Prints the script for this command line on standard output.
    pub fn run(self, mut command: clap::Command) -> anyhow::Result<()> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut command, "hospes", &mut script);
        std::io::stdout().write_all(&script)?;
        Ok(())
    }
}
