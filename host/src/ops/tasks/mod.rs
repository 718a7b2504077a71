//! Tasks: made, given to teams and people, changed. How they end is in [`self::steps`].

pub mod boards;
pub mod clocks;
pub mod steps;

use serde_json::{Map, Value, json};
use uuid::Uuid;

use super::access::{embedded, reach, subjects};
use super::catalogue::custom_fields;
use super::events::notify::{To, tell};
use super::refusal::{InvalidField, Refusal};
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, Record as _};
use crate::domain::entity::RecordKind;
use crate::domain::ids::{TaskId, TeamId, UserId};
use crate::domain::position;
use crate::domain::task::{MAX_DEPTH, NewTask, Task, TaskChange, usual_reminder};
use crate::domain::words::UnknownWord;
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::filter::ListQuery;
use crate::store::page::{Page, PageRequest};
use crate::store::tasks::{self, TaskFilter};
use crate::store::teams;

/// Makes a task, and tells whoever is to do it.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewTask) -> Result<Task, Refusal> {
    let id = tx.id();
    create_as(tx, ctx, ctx, id, new).await
}

/// Makes a task under an id that was drawn before. Its subject is a record that is there for `about`: a plugin may
/// write its own tasks about records that it may only read.
pub(super) async fn create_as(
    tx: &mut Tx,
    ctx: &RequestContext,
    about: &RequestContext,
    id: TaskId,
    new: &NewTask,
) -> Result<Task, Refusal> {
    ctx.require(Permission::TasksWrite)?;
    let fresh: Uuid = tx.id::<TaskId>().into();
    let mut task = Task {
        id,
        position: position::last(fresh),
        created_by: ctx.actor.principal.to_string(),
        source_id: ctx.source(),
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
        ..Task::blank()
    };
    new.apply(&mut task);
    // What it is about is found out below.
    (task.subject_kind, task.subject_id) = (None, None);
    task.remind_at = task.remind_at.or(task.due_at.and_then(|due| usual_reminder(tx.now(), due)));
    check(tx, &task, new.custom.as_ref()).await?;
    place(tx, ctx, about, new, &mut task).await?;
    reach::give(tx, ctx, &mut task.assignee_id, &mut task.team_id).await?;
    tasks::insert(tx, &task).await?;
    let data = json!({
        "title": task.title, "parent_id": task.parent_id, "subject_kind": task.subject_kind,
        "subject_id": task.subject_id, "priority": task.priority, "due_at": task.due_at,
    });
    ctx.record(tx, "task.created", &task, data).await?;
    if task.team_id.is_some() || task.assignee_id.is_some() {
        assigned(tx, ctx, &task, (None, None)).await?;
    }
    clocks::set(tx, ctx, &task).await?;
    Ok(task)
}

/// Puts a new task below its parent, and on the record that it is about.
async fn place(
    tx: &mut Tx,
    ctx: &RequestContext,
    about: &RequestContext,
    new: &NewTask,
    task: &mut Task,
) -> Result<(), Refusal> {
    if let Some(id) = task.parent_id {
        // Held until the end, so that the parent isn't closed over the head of its new part.
        let parent = tasks::hold(tx, id, ctx.scope()).await?;
        let parent =
            parent.ok_or_else(|| Refusal::invalid("/parent_id", format!("there is no task {id}")))?;
        if parent.status.is_closed() {
            let detail = format!("the task {id} is {}; reopen it before it gets a part", parent.status);
            return Err(Refusal::Conflict(detail));
        }
        if parent.depth >= MAX_DEPTH {
            let detail = format!("at most {MAX_DEPTH} tasks stand above a task");
            return Err(Refusal::invalid("/parent_id", detail));
        }
        task.depth = parent.depth + 1;
        task.subject_kind = parent.subject_kind;
        task.subject_id = parent.subject_id;
        task.customer_id = parent.customer_id;
    }
    let (kind, id) = (new.subject_kind.clone().flatten(), new.subject_id.flatten());
    match (kind, id) {
        (None, None) => Ok(()),
        (Some(kind), Some(id)) => {
            let kind = subject_kind(&kind)?;
            let subject = subjects::find(tx, about, kind, id).await.map_err(|refusal| match refusal {
                Refusal::NotFound { .. } => Refusal::invalid("/subject_id", refusal.to_string()),
                other => other,
            })?;
            task.subject_kind = Some(subject.kind.to_owned());
            task.subject_id = Some(id);
            task.customer_id = subject.customer;
            Ok(())
        }
        (None, Some(_)) => Err(Refusal::invalid("/subject_kind", "say of which kind the record is")),
        (Some(_), None) => Err(Refusal::invalid("/subject_id", "say which record it is")),
    }
}

/// The kind of record that a task is to be about.
pub(super) fn subject_kind(word: &str) -> Result<RecordKind, Refusal> {
    word.parse().map_err(|unknown: UnknownWord| Refusal::invalid("/subject_kind", unknown.to_string()))
}

/// Changes a task, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(TaskId, Option<i64>, TaskChange),
) -> Result<Task, Refusal> {
    ctx.require(Permission::TasksWrite)?;
    let mut task = lock(tx, ctx, *id, *expected).await?;
    let before = task.clone();
    change.apply(&mut task);
    // Its state changes by the steps below, with all that follows from them.
    task.status = before.status;
    if let (Some(due), None) = (change.due_at, change.remind_at) {
        task.remind_at = due.and_then(|due| usual_reminder(tx.now(), due));
    }
    check(tx, &task, change.custom.as_ref()).await?;
    if task.assignee_id != before.assignee_id {
        reach::give(tx, ctx, &mut task.assignee_id, &mut task.team_id).await?;
    }
    if (&task.title, &task.description, &task.custom) != (&before.title, &before.description, &before.custom)
    {
        tasks::texts_changed(tx, task.id);
    }
    tasks::update(tx, &task).await?;
    let changes = catalogue::difference(&before, &task);
    if changes != json!({}) {
        ctx.record(tx, "task.updated", &task, changes).await?;
    }
    if (before.team_id, before.assignee_id) != (task.team_id, task.assignee_id) {
        assigned(tx, ctx, &task, (before.team_id, before.assignee_id)).await?;
    }
    if (before.due_at, before.remind_at) != (task.due_at, task.remind_at) {
        clocks::set(tx, ctx, &task).await?;
    }
    if let Some(status) = change.status.filter(|status| *status != task.status) {
        steps::set_status(tx, ctx, &mut task, status, false).await?;
    }
    Ok(task)
}

/// One task.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: TaskId) -> Result<Task, Refusal> {
    ctx.require(Permission::TasksRead)?;
    tasks::get(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("task", id))
}

/// Tasks, newest first.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    query: &ListQuery,
    by: &TaskFilter,
) -> Result<Page<Task, String>, Refusal> {
    ctx.require(Permission::TasksRead)?;
    Ok(tasks::list(tx, query, by, ctx.scope()).await?)
}

/// Locks a task, if it is still at the version that a change is based on.
pub(super) async fn lock(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: TaskId,
    expected: Option<i64>,
) -> Result<Task, Refusal> {
    let Some(task) = tasks::lock(tx, id, ctx.scope()).await? else {
        return Err(reach::missing(tx, ctx, "task", id).await);
    };
    let actual = task.version - 1;
    match expected.filter(|expected| *expected != actual) {
        Some(expected) => Err(Refusal::Stale { expected, actual }),
        None => Ok(task),
    }
}

/// Says on the record who is to do a task, and tells them: the person, or everybody in the team.
async fn assigned(
    tx: &mut Tx,
    ctx: &RequestContext,
    task: &Task,
    before: (Option<TeamId>, Option<UserId>),
) -> Result<(), Refusal> {
    let data = json!({
        "team_id": {"old": before.0, "new": task.team_id}, "assignee_id": {"old": before.1, "new": task.assignee_id},
    });
    ctx.record(tx, "task.assigned", task, data).await?;
    match doer(task) {
        Some(to) => tell(tx, ctx, to, "task.assigned", task, &arguments(task)).await,
        None => Ok(()),
    }
}

/// Who is to do a task: the person, or everybody in the team.
pub(super) fn doer(task: &Task) -> Option<To> {
    task.assignee_id.map(To::User).or(task.team_id.map(To::Team))
}

/// What notifications say of a task.
pub(super) fn arguments(task: &Task) -> Value {
    json!({"title": task.title, "due": task.due_at, "priority": task.priority})
}

async fn check(tx: &mut Tx, task: &Task, custom: Option<&Map<String, Value>>) -> Result<(), Refusal> {
    let mut faults = catalogue::faults(task);
    faults.extend(custom_fields::faults::<Task>(tx, custom).await?);
    let mut fault = |pointer: &str, detail: String| {
        faults.push(InvalidField { pointer: pointer.to_owned(), detail });
    };
    if task.remind_at.is_some_and(|remind| task.due_at.is_none_or(|due| remind > due)) {
        fault("/remind_at", "a task is reminded of before it is due".to_owned());
    }
    if let Some(team) = task.team_id
        && teams::get(tx, team).await?.is_none()
    {
        fault("/team_id", format!("there is no team {team}"));
    }
    if let Some(user) = task.assignee_id
        && teams::user(tx, user).await?.is_none_or(|user| !user.active)
    {
        fault("/assignee_id", format!("there is no active user {user}"));
    }
    Refusal::unless_valid(faults)
}

/// Everything that happened to a task and is there for the caller, oldest first.
pub async fn history(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: TaskId,
    page: PageRequest,
) -> Result<Page<Event>, Refusal> {
    get(tx, ctx, id).await?;
    let found = events::history(tx, "task", id.0, page).await?;
    Ok(Page { items: embedded::shown(tx, ctx, found.items).await?, next: found.next })
}
