//! `hospes audit verify`: follows the event log's chain of hashes.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, bail};
use serde_json::json;

use super::terminal;
use crate::boot::SystemClock;
use crate::boot::settings::{self, Flags, Settings};
use crate::store::db::Db;
use crate::store::events::{self, Flaw, Verification};

/// Follows the event log from its start and says whether anything in it was changed, removed or exchanged.
///
/// It only reads, and works while a server runs on the same database. It ends with status 1 when it finds
/// something. Keep the head's hash elsewhere: events cut off at the end leave a whole, shorter chain.
#[derive(Debug, clap::Args)]
pub struct AuditVerify {
    /// sqlite:FILE or postgres://user@host/database [default: as for serve]
    #[arg(long, value_name = "DATABASE")]
    pub database: Option<String>,
    /// The configuration file [default: hospes.toml, if it is there]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
    /// Prints one JSON object
    #[arg(long)]
    pub json: bool,
}

impl AuditVerify {
    /// Verifies and reports on standard output; an error when the log has a flaw.
    pub async fn run(self) -> anyhow::Result<()> {
        let flags = Flags { listen: None, database: self.database, config: self.config };
        let settings = Settings::load(&flags, &settings::environment())?;
        let db = Db::open_reading(&settings.database, Arc::new(SystemClock)).await;
        let db = db.context("the database can't be opened")?;
        let seen = events::verify(&mut db.read().await?).await;
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
            Flaw::Envelope { sequence } => ("envelope", sequence),
        };
        json!({"kind": kind, "sequence": sequence, "detail": meaning(flaw)})
    });
    json!({
        "ok": flaw.is_none(), "checked": seen.checked, "erased": seen.erased, "head": head(seen), "flaw": flaw,
    })
}

/// What a flaw means, for who has to deal with it.
fn meaning(flaw: &Flaw) -> String {
    match flaw {
        Flaw::Gap { expected, found } => format!(
            "event {expected} is missing: {found} stands in its place. Somebody removed or renumbered events in the \
             database; compare with a backup"
        ),
        Flaw::Data { sequence } => format!(
            "the data of event {sequence} isn't what was written. Somebody changed it in the database, past hospes; \
             compare with a backup"
        ),
        Flaw::Envelope { sequence } => format!(
            "event {sequence} doesn't follow from the one before: what it says of its time, actor or record was \
             changed in the database, or events were exchanged; compare with a backup"
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
