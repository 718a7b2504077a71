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
use crate::ops::timers;
use crate::store::db::Tx;
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
    for (step, at) in timers::steps(tx.now(), due) {
        let lane = format!("share-clock:{share}:{step:?}:{due}");
        timers::set(tx, ctx, (CLOCK, lane), &Timer { share, step, due }, at).await?;
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
