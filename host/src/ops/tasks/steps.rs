//! The steps of a task: taken up, moved on a board, completed, cancelled, opened again.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::{arguments, doer, lock};
use crate::domain::actor::Permission;
use crate::domain::ids::{TaskId, UserId};
use crate::domain::position;
use crate::domain::task::{Task, TaskStatus};
use crate::ops::events::notify::{To, tell};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::tasks;

/// Where a task is to be moved.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Move {
    /// Into this column; it stays in its own when not said.
    pub status: Option<TaskStatus>,
    /// Right behind this task.
    pub after: Option<TaskId>,
    /// Right before this task. Without either it goes behind all others.
    pub before: Option<TaskId>,
}

/// Brings a task into a state: done, cancelled or open again. Its open parts go with it when that is asked for.
pub async fn step(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: TaskId,
    status: TaskStatus,
    with_subtasks: bool,
) -> Result<Task, Refusal> {
    ctx.require(Permission::TasksWrite)?;
    let mut task = lock(tx, ctx, id, None).await?;
    if task.status == status {
        return Err(Refusal::Conflict(format!("the task is {status} already")));
    }
    if !status.is_closed() && !task.status.is_closed() {
        return Err(Refusal::Conflict("only a task that is done or cancelled can be reopened".to_owned()));
    }
    set_status(tx, ctx, &mut task, status, with_subtasks).await?;
    Ok(task)
}

/// Moves a task to another column or another place in its own. All moves are made one after the other, so that tasks
/// moved to one place at once all find theirs.
pub async fn move_to(tx: &mut Tx, ctx: &RequestContext, (id, to): &(TaskId, Move)) -> Result<Task, Refusal> {
    ctx.require(Permission::TasksWrite)?;
    tasks::lock_order(tx).await?;
    let mut task = lock(tx, ctx, *id, None).await?;
    let old = task.status;
    let fresh = tx.id::<TaskId>().0;
    let position = match (to.after, to.before) {
        (Some(_), Some(_)) => {
            return Err(Refusal::invalid("/before_id", "say after_id or before_id, not both"));
        }
        (Some(other), None) => {
            let lower = neighbour(tx, ctx, *id, other, "/after_id").await?;
            match tasks::position_behind(tx, &lower).await? {
                Some(upper) => position::between(Some(&lower), Some(&upper)),
                None => position::behind(Some(&lower), fresh),
            }
        }
        (None, Some(other)) => {
            let upper = neighbour(tx, ctx, *id, other, "/before_id").await?;
            let lower = tasks::position_before(tx, &upper).await?;
            position::between(lower.as_deref(), Some(&upper))
        }
        (None, None) => {
            let last = tasks::last_position(tx).await?;
            position::behind(last.as_deref(), fresh)
        }
    };
    task.position = position;
    tasks::update(tx, &task).await?;
    let status = to.status.unwrap_or(old);
    let data = json!({
        "status": {"old": old, "new": status}, "after_id": to.after, "before_id": to.before,
        "team_id": task.team_id, "assignee_id": task.assignee_id,
    });
    ctx.record(tx, "task.moved", &task, data).await?;
    if status != old {
        set_status(tx, ctx, &mut task, status, false).await?;
    }
    Ok(task)
}

async fn neighbour(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: TaskId,
    other: TaskId,
    pointer: &str,
) -> Result<Vec<u8>, Refusal> {
    if id == other {
        return Err(Refusal::invalid(pointer, "a task can't be its own neighbour"));
    }
    let found = tasks::get(tx, other, ctx.scope()).await?;
    let found = found.ok_or_else(|| Refusal::invalid(pointer, format!("there is no task {other}")))?;
    Ok(found.position)
}

/// Brings a locked task into another state, with all that follows.
pub(super) async fn set_status(
    tx: &mut Tx,
    ctx: &RequestContext,
    task: &mut Task,
    status: TaskStatus,
    with_subtasks: bool,
) -> Result<(), Refusal> {
    if status.is_closed() {
        let open = tasks::open_below(tx, task.id).await?;
        if !open.is_empty() && !with_subtasks {
            let detail = format!(
                "{} of its subtasks are open; finish them, or close them with it by with_subtasks=true",
                open.len()
            );
            return Err(Refusal::Conflict(detail));
        }
        for id in open {
            let mut part = lock(tx, ctx, id, None).await?;
            if !part.status.is_closed() {
                enter(tx, ctx, &mut part, status).await?;
            }
        }
    } else if let Some(parent) = task.parent_id.filter(|_| task.status.is_closed()) {
        let parent = tasks::hold(tx, parent, ctx.scope()).await?;
        if let Some(parent) = parent.filter(|parent| parent.status.is_closed()) {
            let detail = format!("the task {} above it is {}; reopen that first", parent.id, parent.status);
            return Err(Refusal::Conflict(detail));
        }
    }
    enter(tx, ctx, task, status).await
}

async fn enter(
    tx: &mut Tx,
    ctx: &RequestContext,
    task: &mut Task,
    status: TaskStatus,
) -> Result<(), Refusal> {
    let old = task.status;
    task.status = status;
    task.closed_at = status.is_closed().then(|| tx.now());
    tasks::update(tx, task).await?;
    let kind = match status {
        TaskStatus::Done => "task.completed",
        TaskStatus::Cancelled => "task.cancelled",
        _ if old.is_closed() => "task.reopened",
        _ => "task.updated",
    };
    let in_time = task.due_at.filter(|_| status == TaskStatus::Done).map(|due| tx.now() <= due);
    let data = json!({
        "status": {"old": old, "new": status}, "in_time": in_time, "team_id": task.team_id,
        "assignee_id": task.assignee_id,
    });
    ctx.record(tx, kind, &*task, data).await?;
    if old.is_closed() && !status.is_closed() {
        super::clocks::set(tx, ctx, task).await?;
    }
    if kind == "task.updated" { Ok(()) } else { tell_all(tx, ctx, task, kind).await }
}

/// Tells who is to do a task, who made it, and who is to do the task above it; everybody once.
async fn tell_all(tx: &mut Tx, ctx: &RequestContext, task: &Task, kind: &str) -> Result<(), Refusal> {
    let mut all: Vec<To> = doer(task).into_iter().collect();
    let maker = task.created_by.strip_prefix("user:").and_then(|id| id.parse::<UserId>().ok());
    all.extend(maker.map(To::User));
    if let Some(parent) = task.parent_id {
        all.extend(tasks::get(tx, parent, ctx.scope()).await?.as_ref().and_then(doer));
    }
    for (index, to) in all.iter().enumerate() {
        if !all[..index].contains(to) {
            tell(tx, ctx, *to, kind, task, &arguments(task)).await?;
        }
    }
    Ok(())
}
