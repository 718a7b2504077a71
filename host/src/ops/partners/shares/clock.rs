//! How long a partner has to answer what it is to take over: the clock of a hand-over.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::history;
use crate::domain::actor::Scope;
use crate::domain::clock::{ClockStep, Timestamp};
use crate::domain::ids::ShareId;
use crate::domain::partner::ShareState;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::queue::{self, NewJob};
use crate::store::shares;

/// The queue of the clocks of hand-overs.
pub const CLOCK: &str = "share-clock";

/// A timer of a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// The share.
    pub share: ShareId,
    /// What it does.
    pub step: ClockStep,
    /// The due time that it was set for.
    pub due: Timestamp,
}

/// Sets the timers of a hand-over: one shortly before its due time, one at it.
pub(super) async fn set(
    tx: &mut Tx,
    ctx: &RequestContext,
    share: ShareId,
    due: Timestamp,
) -> Result<(), Refusal> {
    let span = due.millis_since(tx.now());
    for (step, run_at) in [(ClockStep::Warn, due.plus_millis(-span / 5)), (ClockStep::Breach, due)] {
        let payload = json!(Timer { share, step, due });
        // A lane for each, because the one due later must not wait for nor hold up the other.
        let lane = format!("share-clock:{share}:{step:?}:{due}");
        queue::enqueue(tx, NewJob { queue: CLOCK, lane, payload, cause: ctx.cause, run_at }).await?;
    }
    Ok(())
}

/// A timer has come due: says so, unless the partner has answered meanwhile.
pub async fn fire(tx: &mut Tx, ctx: &RequestContext, timer: &Timer) -> Result<(), Refusal> {
    let Some(share) = shares::get(tx, timer.share, Scope::All).await? else { return Ok(()) };
    if share.state != ShareState::Offered || share.due_at != Some(timer.due) {
        return Ok(());
    }
    let kind = match timer.step {
        ClockStep::Warn => "partner.warned",
        ClockStep::Breach => "partner.overdue",
    };
    history::say(tx, ctx, &share, kind, json!({"due": share.due_at})).await
}
