//! Timers of due times: one some time before, one at it. Each is a job of its own in the queue, and fires however often the
//! host restarts; whoever handles it looks whether what it watches is still to be done.

use serde::Serialize;
use serde_json::json;

use super::refusal::Refusal;
use super::request_context::RequestContext;
use crate::domain::clock::{ClockStep, Timestamp};
use crate::store::db::Tx;
use crate::store::queue::{self, NewJob};

/// The timers of a due time that runs from now on: a fifth of the time before it, and at it.
pub(super) fn steps(now: Timestamp, due: Timestamp) -> [(ClockStep, Timestamp); 2] {
    let span = due.millis_since(now);
    [(ClockStep::Warn, due.plus_millis(-span / 5)), (ClockStep::Breach, due)]
}

/// Sets a timer. Each has a lane of its own, because the one due later must not wait for nor hold up another.
pub(super) async fn set(
    tx: &mut Tx,
    ctx: &RequestContext,
    (queue, lane): (&'static str, String),
    timer: &impl Serialize,
    at: Timestamp,
) -> Result<(), Refusal> {
    let job = NewJob { queue, lane, payload: json!(timer), cause: ctx.cause, run_at: at };
    queue::enqueue(tx, job).await?;
    Ok(())
}
