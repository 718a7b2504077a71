//! `hospes plugin test`: runs a plugin's cases against the real engine.

use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, ensure};
use serde_json::Value;
use serde_json::value::RawValue;

use super::built::Built;
use super::case_files::{counted, name, read, rehearsal};
use super::terminal;
use crate::plugins::cases::{CameOut, Case};

/// Runs a plugin's cases/*.json in the sandbox that it will have in the host.
#[derive(Debug, clap::Args)]
pub struct PluginTest {
    /// Where a case expects something else, writes what came out into its file: look at the difference afterwards
    #[arg(long)]
    update: bool,
    #[command(flatten)]
    built: Built,
}

impl PluginTest {
    /// Runs every case and tells of each; an error when one failed.
    pub async fn run(self) -> anyhow::Result<()> {
        let (files, rehearsal) = rehearsal(self.built).await?;
        let mut out = terminal::out();
        let (mut failed, mut updated) = (0, 0);
        for file in &files {
            let name = name(file);
            let (about, mut problems, came_out) = match read(file) {
                Ok(case) => {
                    let (problems, came_out) = rehearsal.compare(&case).await;
                    (case.about, problems, came_out)
                }
                Err(error) => ("can't be read".to_owned(), vec![format!("{error:#}")], None),
            };
            let mut verdict = if problems.is_empty() { "ok    " } else { "FAILED" };
            if let (true, false, Some(came_out)) = (self.update, problems.is_empty(), came_out) {
                let update = update(file, &came_out).with_context(|| file.display().to_string())?;
                problems = rehearsal.run(&update).await;
                if problems.is_empty() {
                    (verdict, updated) = ("updated", updated + 1);
                }
            }
            writeln!(out, "{verdict} {name}: {about}")?;
            for problem in &problems {
                writeln!(out, "  {problem}")?;
            }
            failed += usize::from(!problems.is_empty());
        }
        ensure!(failed == 0, "{failed} of {} failed", counted(files.len()));
        match updated {
            0 => writeln!(out, "{} passed", counted(files.len()))?,
            _ => writeln!(out, "{} passed, {updated} of them as written now", counted(files.len()))?,
        }
        Ok(())
    }
}

/// The parts of a case's file that say what comes out, where they stand in its text.
#[derive(serde::Deserialize)]
struct Expected<'a> {
    #[serde(borrow)]
    expect: &'a RawValue,
    #[serde(borrow)]
    mail: Option<&'a RawValue>,
}

/// What was sent as a case can expect it: the ids of mails differ from run to run.
fn without_ids(mails: &Value) -> Value {
    let mut mails = mails.clone();
    for mail in mails.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        for drawn in ["id", "message_id"] {
            mail.remove(drawn);
        }
    }
    mails
}

/// Writes what came out into a case's file, and leaves the rest of it as somebody wrote it.
fn update(file: &Path, came_out: &CameOut) -> anyhow::Result<Case> {
    let text = std::fs::read_to_string(file)?;
    let expected: Expected<'_> = serde_json::from_str(&text)?;
    let mut parts = vec![(expected.expect, &came_out.expect)];
    let mail = without_ids(&came_out.mail);
    parts.extend(expected.mail.map(|old| (old, &mail)));
    // From the end, so that the places before stay where they are.
    parts.sort_by_key(|(old, _)| std::cmp::Reverse(old.get().as_ptr()));
    let mut written = text.clone();
    for (old, new) in parts {
        let from = old.get().as_ptr().addr() - text.as_ptr().addr();
        let new = serde_json::to_string_pretty(new)?.replace('\n', "\n  ");
        written.replace_range(from..from + old.get().len(), &new);
    }
    std::fs::write(file, &written)?;
    Ok(serde_json::from_str(&written)?)
}
