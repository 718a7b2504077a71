//! Statistics of plugins: what this host has counted goes to the database, where all hosts' figures come together.

use crate::domain::actor::Permission;
use crate::domain::clock::Timestamp;
use crate::domain::ids::InstallationId;
use crate::ops::app::App;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::figures::{Of, Sums};
use crate::store::db::{DbError, Tx};
use crate::store::plugin_figures::{self, Figure, NewFigure};

const HOUR_MILLIS: i64 = 3_600_000;
/// The longest that can be looked back, in hours; older figures are forgotten.
pub const LONGEST_HOURS: i64 = 24 * 30;

/// Adds what this host has counted since it did so last.
pub async fn flush(app: &App) -> Result<(), DbError> {
    let taken = app.plugins.figures().take();
    let new: Vec<NewFigure> = taken.iter().filter(|(_, sums)| sums.calls > 0).map(new_figure).collect();
    if new.is_empty() {
        return Ok(());
    }
    let added = app.db.write(new, |tx, new| {
        Box::pin(async move {
            let hour = hour_of(tx.now());
            for figure in new {
                plugin_figures::add(tx, hour, figure).await?;
            }
            Ok::<(), DbError>(())
        })
    });
    let added = added.await;
    if added.is_err() {
        app.plugins.figures().put_back(&taken);
    }
    added
}

fn new_figure((of, sums): &(Of, Sums)) -> NewFigure {
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let Sums { calls, refused, failed, total_us, longest_us, memory, within, .. } = *sums;
    NewFigure {
        installation: of.installation,
        version: of.version,
        ability: of.ability.interface(),
        sums: [calls, refused, failed, total_us, longest_us, memory].map(number),
        within: within.map(number),
    }
}

fn hour_of(now: Timestamp) -> Timestamp {
    Timestamp::from_micros(now.as_micros() - now.as_micros().rem_euclid(HOUR_MILLIS * 1_000))
}

/// An installation's figures over the last hours, the one under way included; by version and interface.
pub async fn of(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: InstallationId,
    hours: i64,
) -> Result<(Timestamp, Vec<Figure>), Refusal> {
    ctx.require(Permission::PluginsRead)?;
    super::get(tx, ctx, id).await?;
    let from = hour_of(tx.now()).plus_millis(-(hours.clamp(1, LONGEST_HOURS) - 1) * HOUR_MILLIS);
    Ok((from, plugin_figures::since(tx, id, from).await?))
}

/// Forgets figures that nobody can ask for any more.
pub async fn forget(tx: &mut Tx) -> Result<(), DbError> {
    plugin_figures::forget(tx, tx.now().plus_millis(-LONGEST_HOURS * HOUR_MILLIS)).await.map(|_| ())
}
