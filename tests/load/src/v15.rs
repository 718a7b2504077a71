//! V15: the second start with all shipped plugins, what an idle host takes, how large its program is.

use std::time::Duration;

use anyhow::{Context, Result, anyhow};

use crate::Size;
use crate::host::{Admin, Place};
use crate::report::{Row, median};

/// Measures starts of a host that has run before.
pub async fn run(place: &Place, size: Size) -> Result<Vec<Row>> {
    let database = place.fresh("v15").await?;
    let host = place.start(&database)?;
    Admin::of(&host).await?.install_all(place).await?;
    host.stop().map_err(|error| anyhow!(error))?;
    let (mut seconds, mut megabytes) = (Vec::new(), Vec::new());
    for _ in 0..size.rounds {
        let host = place.start(&database)?;
        seconds.push(host.started_in.as_secs_f64());
        tokio::time::sleep(Duration::from_secs(2)).await;
        megabytes.push(resident(host.id())?);
        host.stop().map_err(|error| anyhow!(error))?;
    }
    let program = std::fs::metadata(&place.program)?.len() as f64 / 1e6;
    let row = |what: &str, figure: String, target| Row {
        id: "V15",
        on: place.engine.name(),
        what: what.to_owned(),
        floor: String::new(),
        figure,
        ratio: None,
        target,
    };
    Ok(vec![
        row(
            "start to ready with all shipped plugins, second time",
            format!("{:.3} s", median(&seconds)),
            "<= 0.3 s",
        ),
        row("resident when idle, two seconds later", format!("{:.0} MB", median(&megabytes)), "<= 100 MB"),
        row("the program", format!("{program:.1} MB"), "<= 45 MB"),
    ])
}

/// What a process has in memory, in megabytes.
pub fn resident(id: u32) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).context("VmRSS")?;
    let kibibytes: f64 = line.trim().trim_end_matches(" kB").trim().parse()?;
    Ok(kibibytes * 1_024.0 / 1e6)
}
