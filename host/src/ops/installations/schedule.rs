//! When plugins run by themselves: each time of a manifest's schedule is a job in the queue, due at its next time, so that
//! one host of many runs it. What was missed while nobody ran is made up for once.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::polling;
use crate::domain::clock::Timestamp;
use crate::domain::cron::Cron;
use crate::domain::ids::InstallationId;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::package::manifest::{Appointment, Manifest};
use crate::store::db::Tx;
use crate::store::queue::{self, NewJob};

/// The queue of these jobs.
pub const QUEUE: &str = "schedule";

/// A time that has come, or will.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DueRun {
    /// Whose.
    pub installation: InstallationId,
    /// Which of its manifest's times.
    pub name: String,
    /// When.
    pub due: Timestamp,
}

fn lane(installation: InstallationId, name: &str) -> String {
    format!("schedule:{installation}:{name}")
}

/// Takes back what an installation would have run by the manifest that it had, and sets what it runs by the one that it
/// has, and when it asks for messages; none where it is switched off.
pub(super) async fn settle(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: InstallationId,
    (before, now): (Option<&Manifest>, Option<&Manifest>),
) -> Result<(), Refusal> {
    for appointment in before.into_iter().flat_map(|manifest| &manifest.schedule) {
        queue::cancel_lane(tx, &lane(installation, &appointment.name)).await?;
    }
    for appointment in now.into_iter().flat_map(|manifest| &manifest.schedule) {
        set_next(tx, ctx, installation, appointment).await?;
    }
    match now.and_then(polling::pause) {
        Some(_) => polling::set_next(tx, ctx, installation, tx.now()).await,
        None => polling::cancel(tx, installation).await,
    }
}

/// Sets the next time, in the place of one that was set before.
pub async fn set_next(
    tx: &mut Tx,
    ctx: &RequestContext,
    installation: InstallationId,
    appointment: &Appointment,
) -> Result<(), Refusal> {
    let lane = lane(installation, &appointment.name);
    queue::cancel_lane(tx, &lane).await?;
    // A manifest whose times never come isn't taken.
    let cron = Cron::parse(&appointment.cron, appointment.zone.as_deref()).ok();
    let Some(due) = cron.and_then(|cron| cron.next(tx.now())) else { return Ok(()) };
    let run = DueRun { installation, name: appointment.name.clone(), due };
    let job = NewJob { queue: QUEUE, lane, payload: json!(run), cause: ctx.cause, run_at: due };
    queue::enqueue_for(tx, job, Some(installation)).await?;
    Ok(())
}
