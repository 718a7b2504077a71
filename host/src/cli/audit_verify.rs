//! `hospes audit verify`: follows the event log's chain of hashes.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use serde_json::json;

use super::terminal;
use crate::boot::settings::{self, Flags, Settings};
use crate::boot::{SystemClock, key};
use crate::domain::checkpoint::{self, Checkpoint};
use crate::domain::event::ChainHash;
use crate::store::audit::{self, Flaw, Verification};
use crate::store::db::Db;

/// Follows the event log from its start and says whether anything in it was changed, removed or exchanged.
///
/// It only reads, and works while a server runs on the same database. It ends with status 1 when it finds
/// something. Events cut off at the end leave a whole, shorter chain: checkpoints that were kept elsewhere find that.
#[derive(Debug, clap::Args)]
pub struct AuditVerify {
    /// sqlite:FILE or postgres://user@host/database [default: as for serve]
    #[arg(long, value_name = "DATABASE")]
    pub database: Option<String>,
    /// The configuration file [default: hospes.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// A file of checkpoints, from `hospes audit checkpoint` or a server's audit_checkpoint_file
    #[arg(long, value_name = "FILE")]
    pub checkpoint: Option<PathBuf>,
    /// The public key that they are signed by, as they name it [default: that of the database's own key]
    #[arg(long, value_name = "KEY", requires = "checkpoint")]
    pub checkpoint_key: Option<String>,
    /// Prints one JSON object
    #[arg(long)]
    pub json: bool,
}

impl AuditVerify {
    /// Verifies and reports on standard output; an error when the log has a flaw.
    pub async fn run(self) -> anyhow::Result<()> {
        let flags = Flags { listen: None, database: self.database, config: self.config };
        let settings = Settings::load(&flags, &settings::environment())?;
        let checkpoints = match &self.checkpoint {
            Some(file) => checkpoints(file, self.checkpoint_key.as_deref(), &settings)?,
            None => Vec::new(),
        };
        let db = Db::open_reading(&settings.database, Arc::new(SystemClock)).await;
        let db = db.context("the database can't be opened")?;
        let seen = audit::verify(&mut db.read().await?, &checkpoints).await;
        db.close().await;
        let seen = seen
            .context("the event log can't be read; is this a database that hospes serve has started on?")?;
        let report = if self.json { format!("{}\n", as_json(&seen)) } else { as_text(&seen) };
        terminal::out().write_all(report.as_bytes())?;
        match &seen.flaw {
            None => Ok(()),
            Some(flaw) => bail!("{}", meaning(flaw)),
        }
    }
}

/// The places and hashes of a file of checkpoints, each of which must be signed by the host.
fn checkpoints(
    file: &Path,
    public: Option<&str>,
    settings: &Settings,
) -> anyhow::Result<Vec<(i64, ChainHash)>> {
    let key = match public {
        Some(text) => checkpoint::read_public(text).context("--checkpoint-key takes a checkpoint's `key`")?,
        None => {
            let keyring = key::existing(&settings.key, &settings.database);
            let keyring = keyring.context("name the checkpoints' key by --checkpoint-key, or the host's")?;
            keyring.checkpoint_key().verifying_key()
        }
    };
    let text = std::fs::read_to_string(file).with_context(|| format!("{} can't be read", file.display()))?;
    let mut found = Vec::new();
    for (number, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let good = line.parse().and_then(|checkpoint: Checkpoint| checkpoint.verify(&key));
        found.push(good.with_context(|| format!("line {} of {}", number + 1, file.display()))?);
    }
    if found.is_empty() {
        bail!("{} has no checkpoint", file.display());
    }
    Ok(found)
}

fn head(seen: &Verification) -> String {
    seen.head.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn as_text(seen: &Verification) -> String {
    let Verification { checked, erased, .. } = seen;
    let erased = match erased {
        0 => String::new(),
        erased => format!(" ({erased} with their data erased, as was asked)"),
    };
    let head = head(seen);
    match &seen.flaw {
        None => format!("{checked} events are in order{erased}\nhead: {checked} {head}\n"),
        Some(_) => {
            format!("the first {checked} events are in order{erased}\nlast good link: {checked} {head}\n")
        }
    }
}

fn as_json(seen: &Verification) -> serde_json::Value {
    let flaw = seen.flaw.as_ref().map(|flaw| {
        let (kind, sequence) = match flaw {
            Flaw::Gap { expected, .. } => ("gap", expected),
            Flaw::Data { sequence } => ("data", sequence),
            Flaw::Missing { sequence } => ("missing", sequence),
            Flaw::Rewritten { sequence } => ("rewritten", sequence),
            Flaw::Cut { expected, .. } => ("cut", expected),
            Flaw::Envelope { sequence } => ("envelope", sequence),
        };
        json!({"kind": kind, "sequence": sequence, "detail": meaning(flaw)})
    });
    json!({
        "ok": flaw.is_none(), "checked": seen.checked, "erased": seen.erased, "head": head(seen), "flaw": flaw,
    })
}

/// What a flaw means, for who has to deal with it.
pub(super) fn meaning(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Gap { expected, found } => format!(
            "event {expected} is missing: {found} stands in its place. Somebody removed or renumbered events in the \
             database; compare with a backup"
        ),
        Flaw::Data { sequence } => format!(
            "the data of event {sequence} isn't what was written. Somebody changed it in the database, past hospes; \
             compare with a backup"
        ),
        Flaw::Missing { sequence } => format!(
            "the data of event {sequence} is gone, and no erasure on the log names it. Somebody removed it in the \
             database, past hospes; compare with a backup"
        ),
        Flaw::Rewritten { sequence } => format!(
            "event {sequence} isn't the one that the checkpoint was made of. The log was written anew, or the \
             checkpoint is another database's; compare with a backup"
        ),
        Flaw::Cut { expected, found } => format!(
            "the log ends at event {found}, and had {expected} when the checkpoint was made. Somebody cut off its end; \
             compare with a backup"
        ),
        Flaw::Envelope { sequence } => format!(
            "event {sequence} doesn't follow from the one before: what it says of its time, actor, record \
             or cause was changed in the database, or events were exchanged; compare with a backup"
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(flaw: Option<Flaw>) -> Verification {
        Verification { checked: 41, erased: 2, head: [0xab; 32], flaw }
    }

    #[test]
    fn a_whole_log_is_reported_with_its_head() {
        let text = as_text(&seen(None));
        assert!(
            text.contains("41 events") && text.contains("2 with") && text.contains(&"ab".repeat(32)),
            "{text}"
        );
        assert_eq!(as_json(&seen(None))["ok"], true);
    }

    #[test]
    fn a_flaw_is_reported_with_its_place_and_meaning() {
        let report = as_json(&seen(Some(Flaw::Data { sequence: 42 })));
        assert_eq!((&report["ok"], &report["flaw"]["sequence"]), (&json!(false), &json!(42)));
        assert!(report["flaw"]["detail"].as_str().unwrap().contains("event 42"));
        assert!(meaning(&Flaw::Gap { expected: 7, found: 9 }).starts_with("event 7 is missing"));
    }
}
