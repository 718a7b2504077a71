//! Running other programs: found in PATH, run to the end, run with a time limit.

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// Where a program of this name lies in PATH.
pub fn found(program: &str) -> Option<PathBuf> {
    let path = crate::workspace::variable("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Runs a program to its end, its output where ours goes. The error names the command line.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("could not start: {}", line(command)))?;
    if !status.success() {
        bail!("{status}: {}", line(command));
    }
    Ok(())
}

/// What a program prints on its standard output, trimmed.
pub fn output(command: &mut Command) -> Result<String> {
    let output = command.output().with_context(|| format!("could not start: {}", line(command)))?;
    if !output.status.success() {
        let why = String::from_utf8_lossy(&output.stderr);
        bail!("{}: {}: {}", output.status, line(command), why.trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

/// Runs a program that may wait for a network that never answers; it is ended after the limit.
pub fn run_within(limit: Duration, command: &mut Command) -> Result<()> {
    let begin = Instant::now();
    let mut child = command
        .stdin(Stdio::null())
        .spawn()
        .with_context(|| format!("could not start: {}", line(command)))?;
    loop {
        if let Some(status) = child.try_wait()? {
            if !status.success() {
                bail!("{status}: {}", line(command));
            }
            return Ok(());
        }
        if begin.elapsed() > limit {
            child.kill()?;
            child.wait()?;
            bail!("no end after {} s: {}", limit.as_secs(), line(command));
        }
        pause(Duration::from_millis(50));
    }
}

#[expect(clippy::disallowed_methods, reason = "no runtime here; a child is asked again after a moment")]
fn pause(time: Duration) {
    std::thread::sleep(time);
}

/// The command as a person would type it, for messages.
fn line(command: &Command) -> String {
    let mut words = vec![command.get_program().to_string_lossy().into_owned()];
    words.extend(command.get_args().map(|word| word.to_string_lossy().into_owned()));
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_program_that_hangs_is_ended() {
        let begin = Instant::now();
        let error = run_within(Duration::from_millis(200), Command::new("sleep").arg("60"))
            .expect_err("sleep takes longer than that");
        assert!(begin.elapsed() < Duration::from_secs(20));
        assert!(error.to_string().contains("sleep 60"), "{error}");
    }

    #[test]
    fn a_failure_names_the_command() {
        let error = run(Command::new("false").arg("--why")).expect_err("false fails");
        assert!(error.to_string().contains("false --why"), "{error}");
    }

    #[test]
    fn programs_are_found_in_path() {
        assert!(found("sh").is_some());
        assert!(found("no-program-has-this-name").is_none());
    }
}
