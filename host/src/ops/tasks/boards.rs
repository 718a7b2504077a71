//! Boards: saved views of the tasks of a team or of a person, in columns by state.

use serde_json::json;

use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, Record as _};
use crate::domain::event::Subject;
use crate::domain::ids::{BoardId, TeamId, UserId};
use crate::domain::task::{Board, BoardChange, NewBoard, Task, TaskStatus};
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::page::{Page, PageRequest};
use crate::store::{tasks, teams};

/// The columns of a board for which none are said.
const COLUMNS: [TaskStatus; 4] =
    [TaskStatus::Open, TaskStatus::InProgress, TaskStatus::Waiting, TaskStatus::Done];

/// A column of a board with its first tasks.
#[derive(Debug, Clone)]
pub struct Column {
    /// The state of its tasks.
    pub status: TaskStatus,
    /// How many tasks it has.
    pub count: i64,
    /// The first of them, in their order.
    pub tasks: Vec<Task>,
}

/// Makes a board.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewBoard) -> Result<Board, Refusal> {
    ctx.require(Permission::TasksWrite)?;
    let mut board = Board { id: tx.id(), created_at: tx.now(), version: 1, ..Board::blank() };
    new.apply(&mut board);
    if board.columns.is_empty() {
        board.columns = COLUMNS.to_vec();
    }
    let mut faults = catalogue::faults(&board);
    if board.team_id.is_some() == board.owner_id.is_some() {
        let detail = "a board shows the tasks of a team (team_id) or of a person (owner_id)";
        faults.push(InvalidField { pointer: "/team_id".to_owned(), detail: detail.to_owned() });
    }
    if let Some(team) = board.team_id
        && teams::get(tx, team).await?.is_none()
    {
        faults.push(InvalidField {
            pointer: "/team_id".to_owned(),
            detail: format!("there is no team {team}"),
        });
    }
    if let Some(user) = board.owner_id
        && teams::user(tx, user).await?.is_none()
    {
        faults.push(InvalidField {
            pointer: "/owner_id".to_owned(),
            detail: format!("there is no user {user}"),
        });
    }
    Refusal::unless_valid(faults)?;
    tasks::insert_board(tx, &board).await?;
    let data = json!({
        "name": board.name, "team_id": board.team_id, "owner_id": board.owner_id, "columns": board.columns,
    });
    ctx.record(tx, "board.created", Subject::of("board", board.id), data).await?;
    Ok(board)
}

/// Changes a board, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(BoardId, Option<i64>, BoardChange),
) -> Result<Board, Refusal> {
    ctx.require(Permission::TasksWrite)?;
    let mut board = tasks::lock_board(tx, *id).await?.ok_or_else(|| Refusal::not_found("board", id))?;
    crate::ops::expect_version(*expected, board.version - 1)?;
    let before = board.clone();
    change.apply(&mut board);
    Refusal::unless_valid(catalogue::faults(&board))?;
    tasks::update_board(tx, &board).await?;
    let changes = catalogue::difference(&before, &board);
    ctx.record(tx, "board.updated", Subject::of("board", board.id), changes).await?;
    Ok(board)
}

/// Removes a board. Its tasks stay.
pub async fn delete(tx: &mut Tx, ctx: &RequestContext, id: BoardId) -> Result<(), Refusal> {
    ctx.require(Permission::TasksWrite)?;
    if !tasks::delete_board(tx, id).await? {
        return Err(Refusal::not_found("board", id));
    }
    ctx.record(tx, "board.deleted", Subject::of("board", id), json!({})).await.map(|_| ())
}

/// A board with its columns: at most so many tasks of each.
pub async fn get(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: BoardId,
    limit: i64,
) -> Result<(Board, Vec<Column>), Refusal> {
    house(ctx)?;
    let board = tasks::board(tx, id).await?.ok_or_else(|| Refusal::not_found("board", id))?;
    let mut columns = Vec::new();
    for status in &board.columns {
        let tasks = tasks::of_column(tx, &board, *status, limit, ctx.scope()).await?;
        let count = tasks::count_column(tx, &board, *status, ctx.scope()).await?;
        columns.push(Column { status: *status, count, tasks });
    }
    Ok((board, columns))
}

/// Boards, newest first; of a team, of a person, or all.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    page: PageRequest,
    team: Option<TeamId>,
    owner: Option<UserId>,
) -> Result<Page<Board>, Refusal> {
    house(ctx)?;
    Ok(tasks::boards(tx, page, team, owner).await?)
}

/// Boards are the house's own: partners and plugins see none of them.
fn house(ctx: &RequestContext) -> Result<(), Refusal> {
    ctx.require(Permission::TasksRead)?;
    match ctx.scope().is_of_house() {
        true => Ok(()),
        false => Err(Refusal::Forbidden("boards are for people who work here".to_owned())),
    }
}
