//! Tickets on their way from one team to another.

use std::sync::LazyLock;

use super::db::{DbError, Tx, args};
use super::page::{Page, PagePosition, PageRequest};
use super::records;
use super::visible::seen;
use crate::domain::actor::Scope;
use crate::domain::catalogue::Record as _;
use crate::domain::hand_off::{HandOff, HandOffStatus};
use crate::domain::ids::{HandOffId, TeamId, TicketId};

/// Adds a hand-off. False when another of its ticket waits for an answer.
pub async fn insert(tx: &mut Tx, hand_off: &HandOff) -> Result<bool, DbError> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let tail = "on conflict (ticket_id) where status = 'pending' do nothing";
        records::insert_sql(HandOff::KIND, &[], tail)
    });
    Ok(tx.execute(&SQL, &records::insert_args(hand_off, &[])).await? == 1)
}

/// Locks the hand-off of a ticket that waits for an answer, by raising its version.
pub async fn lock_pending(tx: &mut Tx, ticket: TicketId) -> Result<Option<HandOff>, DbError> {
    tx.optional(
        "update hand_offs set version = version + 1 where ticket_id = $1 and status = 'pending' returning *",
        args![ticket],
    )
    .await
}

/// Writes back how a locked hand-off ended.
pub async fn update(tx: &mut Tx, hand_off: &HandOff) -> Result<(), DbError> {
    records::update(tx, hand_off).await
}

/// One hand-off, if its ticket is there for the scope.
pub async fn get(tx: &mut Tx, id: HandOffId, scope: Scope) -> Result<Option<HandOff>, DbError> {
    tx.optional(
        seen!(scope, "select h.* from hand_offs h where h.id = $1 and ", ("ticket", "h.ticket_id", "$2"), ""),
        args![id, scope.viewer()],
    )
    .await
}

/// The newest hand-off of a ticket.
pub async fn newest(tx: &mut Tx, ticket: TicketId) -> Result<Option<HandOff>, DbError> {
    tx.optional("select * from hand_offs where ticket_id = $1 order by id desc limit 1", args![ticket]).await
}

/// What a list of hand-offs is narrowed by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HandOffFilter {
    /// Those of this ticket.
    pub ticket: Option<TicketId>,
    /// Those given by this team.
    pub from: Option<TeamId>,
    /// Those given to this team.
    pub to: Option<TeamId>,
    /// Those in this state.
    pub status: Option<HandOffStatus>,
}

/// Hand-offs, newest first.
pub async fn list(
    tx: &mut Tx,
    page: PageRequest,
    filter: HandOffFilter,
    scope: Scope,
) -> Result<Page<HandOff>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    let rows = tx
        .all(
            seen!(scope, "select h.* from hand_offs h where h.id < $1 and ", ("ticket", "h.ticket_id", "$2"), " and ($3 is null or h.ticket_id = $3) and ($4 is null or h.from_team_id = $4) \
                 and ($5 is null or h.to_team_id = $5) and ($6 is null or h.status = $6) order by h.id desc limit $7"),
            args![
                after.id,
                scope.viewer(),
                filter.ticket,
                filter.from,
                filter.to,
                filter.status,
                page.limit + 1
            ],
        )
        .await?;
    Ok(Page::cut(rows, page.limit, |row: &HandOff| PagePosition { at: row.created_at, id: row.id.0 }))
}
