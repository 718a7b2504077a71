//! The host's status, in numbers.

use crate::domain::actor::Permission;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::figures::{Of, Sums};
use crate::store::db::counts::CountSums;
use crate::store::health::{self, Jobs};
use crate::store::{events, installations};

/// The host's status at a moment.
#[derive(Debug, Clone)]
pub struct Health {
    /// Jobs by queue and state, of all hosts.
    pub jobs: Vec<Jobs>,
    /// For how long the oldest job is due that waits, in milliseconds.
    pub oldest_due_ms: i64,
    /// The place of the newest sealed event.
    pub head: i64,
    /// Events that wait for their place.
    pub unsealed: i64,
    /// For how long the oldest of them waits, in milliseconds.
    pub seal_lag_ms: i64,
    /// Statements and commits of this process.
    pub counts: CountSums,
    /// Streams of the event log that this process serves.
    pub followers: usize,
    /// Installations, and whether each is left alone because it failed too often.
    pub breakers: Vec<(String, bool)>,
    /// Calls on this host, with the installation's name and version.
    pub calls: Vec<(Of, Named, Sums)>,
}

/// What calls are called in figures.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// The installation's name.
    pub installation: String,
    /// The version.
    pub version: String,
}

/// Reads the host's status.
pub async fn look(app: &App, ctx: &RequestContext) -> Result<Health, Refusal> {
    ctx.require(Permission::MetricsRead)?;
    let mut tx = app.db.read().await?;
    let now = tx.now();
    let jobs = health::jobs(&mut tx).await?;
    let oldest_due_ms = health::oldest_due(&mut tx).await?.map_or(0, |due| now.millis_since(due).max(0));
    let head = events::head(&mut tx).await?;
    let unsealed = health::unsealed(&mut tx).await?;
    let rows = installations::all(&mut tx).await?;
    let mut calls = Vec::new();
    for (of, sums) in app.plugins.figures().all() {
        // A removed installation's figures end with it.
        let Some(row) = rows.iter().find(|row| row.id == of.installation) else { continue };
        let Some(version) = crate::store::plugins::version(&mut tx, of.version).await? else { continue };
        let named = Named { installation: row.name.clone(), version: version.version };
        calls.push((of, named, sums));
    }
    calls.sort_by_key(|(of, ..)| *of);
    drop(tx);
    let loaded = app.plugins.loaded();
    let open_here = |id| {
        let installation = loaded.iter().find(|installation| installation.id == id);
        installation.and_then(|installation| installation.open_until()).is_some_and(|until| until > now)
    };
    let breakers = rows.iter().map(|row| {
        let open = row.broken_until.is_some_and(|until| until > now) || open_here(row.id);
        (row.name.clone(), open)
    });
    Ok(Health {
        jobs,
        oldest_due_ms,
        head,
        unsealed: unsealed.events,
        seal_lag_ms: unsealed.since.map_or(0, |since| now.millis_since(since).max(0)),
        counts: app.db.counts(),
        followers: app.feed.followers(),
        breakers: breakers.collect(),
        calls,
    })
}
