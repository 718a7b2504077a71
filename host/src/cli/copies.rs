//! What the commands that copy whole databases have in common: what they say in the end.

use std::io::Write as _;
use std::sync::Arc;

use anyhow::{anyhow, bail};

use super::{audit_verify, terminal};
use crate::boot::{SystemClock, key};
use crate::ops::copies::CopyError;
use crate::store::audit::Verification;
use crate::store::db::{Db, Location};

/// What went wrong, with what to do where no database was named.
pub fn advised(error: CopyError) -> anyhow::Error {
    match error {
        CopyError::Missing(_) => anyhow!("{error}; name the database by --database sqlite:FILE"),
        error => error.into(),
    }
}

/// Says what was copied and which key is needed with it; an error when the log has a flaw.
pub async fn report(done: &str, seen: &Verification, copy: &Location) -> anyhow::Result<()> {
    let db = Db::open_reading(copy, Arc::new(SystemClock)).await?;
    let keys = key::sealed_with(&db).await;
    db.close().await;
    let keys = keys?.into_iter().collect::<std::collections::BTreeSet<_>>();
    let mut out = terminal::out();
    writeln!(out, "{done}; {} events are in order", seen.checked)?;
    for key in keys {
        writeln!(
            out,
            "secrets in it are sealed with the key {key}, which is not in it: keep it apart from the file"
        )?;
    }
    match &seen.flaw {
        None => Ok(()),
        Some(flaw) => {
            bail!("the copy is like the original, whose log has a flaw: {}", audit_verify::meaning(flaw))
        }
    }
}
