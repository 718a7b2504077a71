//! Reminders of tasks: timers in the queue, which fire however often the host restarts.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{arguments, doer};
use crate::domain::actor::Scope;
use crate::domain::clock::{ClockStep, Timestamp};
use crate::domain::ids::TaskId;
use crate::domain::task::Task;
use crate::ops::events::notify::tell;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::timers;
use crate::store::db::Tx;
use crate::store::queue;
use crate::store::tasks;

/// The queue of these timers.
pub const QUEUE: &str = "task";

/// One timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// The task.
    pub task: TaskId,
    /// What it does.
    pub step: ClockStep,
    /// The time that it was set for; a task with another one has newer timers.
    pub at: Timestamp,
}

/// Sets the timers of a task that isn't closed, in the place of those that it had.
pub(super) async fn set(tx: &mut Tx, ctx: &RequestContext, task: &Task) -> Result<(), Refusal> {
    for (step, at) in [(ClockStep::Warn, task.remind_at), (ClockStep::Breach, task.due_at)] {
        let lane = format!("task:{}:{step:?}", task.id);
        queue::cancel_lane(tx, &lane).await?;
        if let Some(at) = at.filter(|_| !task.status.is_closed()) {
            timers::set(tx, ctx, (QUEUE, lane), &Timer { task: task.id, step, at }, at).await?;
        }
    }
    Ok(())
}

/// A timer has come due: reminds whoever is to do the task, unless it was closed or put off meanwhile.
pub async fn fire(tx: &mut Tx, ctx: &RequestContext, timer: &Timer) -> Result<(), Refusal> {
    let Some(task) = tasks::get(tx, timer.task, Scope::All).await? else { return Ok(()) };
    let (kind, at) = match timer.step {
        ClockStep::Warn => ("task.due-soon", task.remind_at),
        ClockStep::Breach => ("task.overdue", task.due_at),
    };
    if task.status.is_closed() || at != Some(timer.at) {
        return Ok(());
    }
    let data = json!({"due_at": task.due_at, "team_id": task.team_id, "assignee_id": task.assignee_id});
    ctx.record(tx, kind, &task, data).await?;
    match doer(&task) {
        Some(to) => tell(tx, ctx, to, kind, &task, &arguments(&task)).await,
        None => Ok(()),
    }
}
