//! Tasks and boards.

use uuid::Uuid;

use super::db::{Arg, DbError, Tx, args};
use super::filter::{self, CustomerRows, ListError, ListQuery, Narrow};
use super::page::{Page, PagePosition, PageRequest};
use super::records;
use super::search::Searched;
use super::visible::seen;
use crate::domain::actor::Scope;
use crate::domain::clock::Timestamp;
use crate::domain::ids::{BoardId, TaskId, TeamId, UserId};
use crate::domain::task::{Board, Task, TaskStatus};

/// Adds a task.
pub async fn insert(tx: &mut Tx, task: &Task) -> Result<(), DbError> {
    tx.task_added(task);
    records::insert(tx, task).await
}

/// Locks a task for a change by raising its version; none when it isn't there for this scope.
pub async fn lock(tx: &mut Tx, id: TaskId, scope: Scope) -> Result<Option<Task>, DbError> {
    tx.optional(
        seen!(
            scope,
            "update tasks set version = version + 1, updated_at = $3 where id = $1 and ",
            ("task", "tasks.id", "$2", "change"),
            " returning *"
        ),
        args![id, scope.viewer(), tx.now()],
    )
    .await
}

/// Locks a task that gets a part, without changing it.
pub async fn hold(tx: &mut Tx, id: TaskId, scope: Scope) -> Result<Option<Task>, DbError> {
    tx.optional(
        seen!(
            scope,
            "update tasks set version = version where id = $1 and ",
            ("task", "tasks.id", "$2", "change"),
            " returning *"
        ),
        args![id, scope.viewer()],
    )
    .await
}

/// Writes back the fields of a locked task.
pub async fn update(tx: &mut Tx, task: &Task) -> Result<(), DbError> {
    records::update(tx, task).await
}

/// Has a task found by its texts as they are at the end of the transaction.
pub fn texts_changed(tx: &mut Tx, id: TaskId) {
    tx.texts_changed(Searched::Task, id);
}

/// One task.
pub async fn get(tx: &mut Tx, id: TaskId, scope: Scope) -> Result<Option<Task>, DbError> {
    tx.optional(
        seen!(scope, "select * from tasks where id = $1 and ", ("task", "tasks.id", "$2"), ""),
        args![id, scope.viewer()],
    )
    .await
}

/// What a list of tasks is narrowed by.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TaskFilter {
    /// Those in this state.
    pub status: Option<TaskStatus>,
    /// Those that are closed, or those that aren't.
    pub closed: Option<bool>,
    /// Those of this team.
    pub team: Option<TeamId>,
    /// Those of this person.
    pub assignee: Option<UserId>,
    /// The parts of this task.
    pub parent: Option<TaskId>,
    /// Those about records of this kind.
    pub subject_kind: Option<String>,
    /// Those about this record.
    pub subject: Option<Uuid>,
    /// Those on this customer's timeline.
    pub customer: Option<CustomerRows>,
    /// Those due before this time.
    pub due_before: Option<Timestamp>,
}

/// Tasks.
pub async fn list(
    tx: &mut Tx,
    query: &ListQuery,
    by: &TaskFilter,
    scope: Scope,
) -> Result<Page<Task, String>, ListError> {
    let values = [
        ("status =", by.status.map(Arg::from)),
        ("(status in ('done', 'cancelled')) =", by.closed.map(Arg::from)),
        ("team_id =", by.team.map(Arg::from)),
        ("assignee_id =", by.assignee.map(Arg::from)),
        ("parent_id =", by.parent.map(Arg::from)),
        ("subject_kind =", by.subject_kind.clone().map(Arg::from)),
        ("subject_id =", by.subject.map(Arg::from)),
        ("due_at <", by.due_before.map(Arg::from)),
    ];
    let narrow = Narrow { customer: by.customer, values: &values };
    filter::page(tx, query, narrow, scope).await
}

/// The ids of the parts of a task, of their parts and so on, that aren't closed; those above first.
pub async fn open_below(tx: &mut Tx, id: TaskId) -> Result<Vec<TaskId>, DbError> {
    tx.scalars(
        "with recursive below (id, status, depth) as (select id, status, depth from tasks where parent_id = $1 \
         union all select t.id, t.status, t.depth from tasks t join below b on t.parent_id = b.id) \
         select id from below where status not in ('done', 'cancelled') order by depth, id",
        args![id],
    )
    .await
}

/// Lets one task be moved at a time, until the transaction ends.
pub async fn lock_order(tx: &mut Tx) -> Result<(), DbError> {
    tx.execute("update task_order set id = id where id = 1", &[]).await?;
    Ok(())
}

/// The place right before another, among all tasks.
pub async fn position_before(tx: &mut Tx, position: &[u8]) -> Result<Option<Vec<u8>>, DbError> {
    let sql = "select position from tasks where position < $1 order by position desc limit 1";
    tx.optional_scalar(sql, args![position]).await
}

/// The place right behind another, among all tasks.
pub async fn position_behind(tx: &mut Tx, position: &[u8]) -> Result<Option<Vec<u8>>, DbError> {
    let sql = "select position from tasks where position > $1 order by position limit 1";
    tx.optional_scalar(sql, args![position]).await
}

/// The last place of all tasks.
pub async fn last_position(tx: &mut Tx) -> Result<Option<Vec<u8>>, DbError> {
    tx.optional_scalar("select position from tasks order by position desc limit 1", &[]).await
}

/// The tasks of a board's column, in their order.
pub async fn of_column(
    tx: &mut Tx,
    board: &Board,
    status: TaskStatus,
    limit: i64,
    scope: Scope,
) -> Result<Vec<Task>, DbError> {
    tx.all(
        seen!(
            scope,
            "select * from tasks where status = $3 and ($1 is null or team_id = $1) \
             and ($2 is null or assignee_id = $2) and ",
            ("task", "tasks.id", "$4"),
            " order by position limit $5"
        ),
        args![board.team_id, board.owner_id, status, scope.viewer(), limit],
    )
    .await
}

/// How many tasks a board's column has.
pub async fn count_column(
    tx: &mut Tx,
    board: &Board,
    status: TaskStatus,
    scope: Scope,
) -> Result<i64, DbError> {
    tx.scalar(
        seen!(
            scope,
            "select count(*) from tasks where status = $3 and ($1 is null or team_id = $1) \
             and ($2 is null or assignee_id = $2) and ",
            ("task", "tasks.id", "$4"),
            ""
        ),
        args![board.team_id, board.owner_id, status, scope.viewer()],
    )
    .await
}

/// Adds a board.
pub async fn insert_board(tx: &mut Tx, board: &Board) -> Result<(), DbError> {
    records::insert(tx, board).await
}

/// Locks a board for a change by raising its version.
pub async fn lock_board(tx: &mut Tx, id: BoardId) -> Result<Option<Board>, DbError> {
    tx.optional("update boards set version = version + 1 where id = $1 returning *", args![id]).await
}

/// Writes back the fields of a locked board.
pub async fn update_board(tx: &mut Tx, board: &Board) -> Result<(), DbError> {
    records::update(tx, board).await
}

/// Removes a board; its tasks stay. False when there is none.
pub async fn delete_board(tx: &mut Tx, id: BoardId) -> Result<bool, DbError> {
    Ok(tx.execute("delete from boards where id = $1", args![id]).await? == 1)
}

/// One board.
pub async fn board(tx: &mut Tx, id: BoardId) -> Result<Option<Board>, DbError> {
    tx.optional("select * from boards where id = $1", args![id]).await
}

/// Boards, newest first; of a team, of a person, or all.
pub async fn boards(
    tx: &mut Tx,
    page: PageRequest,
    team: Option<TeamId>,
    owner: Option<UserId>,
) -> Result<Page<Board>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let rows = tx
        .all(
            "select * from boards where id < $1 and ($2 is null or team_id = $2) and ($3 is null or owner_id = $3) \
             order by id desc limit $4",
            args![after.id, team, owner, page.limit + 1],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, |board: &Board| PagePosition { at: board.created_at, id: board.id.0 }))
}
