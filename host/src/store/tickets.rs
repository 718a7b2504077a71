//! Tickets.

use std::sync::LazyLock;

use super::db::{Arg, DbError, Tx, args, values};
use super::filter::{self, CustomerRows, ListError, ListQuery, Narrow, of_customer};
use super::page::Page;
use super::records;
use super::search::Searched;
use super::visible::seen;
use crate::domain::actor::Scope;
use crate::domain::catalogue::Record as _;
use crate::domain::conversation::Conversation;
use crate::domain::ids::{ConversationId, SlaPolicyId, TeamId, TicketId, UserId};
use crate::domain::team::Choice;
use crate::domain::ticket::{Ticket, TicketStatus};
use crate::domain::triage::Class;

/// Opens a ticket; its number, or none when its conversation has an open one already.
pub async fn insert(tx: &mut Tx, ticket: &Ticket) -> Result<Option<i64>, DbError> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let number = ("number", "(select number from next_ticket_number)");
        let tail = "on conflict (conversation_id) where status <> 'resolved' do nothing returning number";
        records::insert_sql(Ticket::KIND, &[number], tail)
    });
    let number = tx.optional_scalar(&SQL, &records::insert_args(ticket, &["number"])).await?;
    if let Some(number) = number {
        tx.ticket_added(ticket, number);
    }
    Ok(number)
}

/// Locks a ticket for a change by raising its version; none when it isn't there for this scope.
pub async fn lock(tx: &mut Tx, id: TicketId, scope: Scope) -> Result<Option<Ticket>, DbError> {
    tx.optional(
        seen!(
            scope,
            "update tickets set version = version + 1, updated_at = $3 where id = $1 and ",
            ("ticket", "tickets.id", "$2", "change"),
            " returning *"
        ),
        args![id, scope.viewer(), tx.now()],
    )
    .await
}

/// Locks the open ticket of a conversation.
pub async fn lock_open(tx: &mut Tx, conversation: ConversationId) -> Result<Option<Ticket>, DbError> {
    tx.optional(
        "update tickets set version = version + 1, updated_at = $2 \
         where conversation_id = $1 and status <> 'resolved' returning *",
        args![conversation, tx.now()],
    )
    .await
}

/// Locks the open ticket that a conversation's messages belong to: its own, or the one that it was begun to answer.
pub async fn lock_open_of(tx: &mut Tx, conversation: &Conversation) -> Result<Option<Ticket>, DbError> {
    let own = lock_open(tx, conversation.id).await?;
    let Some(answered) = conversation.ticket_id.filter(|_| own.is_none()) else { return Ok(own) };
    tx.optional(
        "update tickets set version = version + 1, updated_at = $2 \
         where id = $1 and status <> 'resolved' returning *",
        args![answered, tx.now()],
    )
    .await
}

/// Has a ticket found by the texts of its added fields as they are at the end of the transaction.
pub fn added_texts_changed(tx: &mut Tx, id: TicketId) {
    tx.texts_changed(Searched::Ticket, id);
}

/// Gives a locked ticket another subject.
pub async fn rename(tx: &mut Tx, id: TicketId, subject: &str) -> Result<(), DbError> {
    tx.texts_changed(Searched::Ticket, id);
    tx.execute("update tickets set subject = $2 where id = $1", args![id, subject]).await?;
    Ok(())
}

/// Writes back the fields of a locked ticket, all but its subject.
pub async fn update(tx: &mut Tx, ticket: &Ticket) -> Result<(), DbError> {
    records::update(tx, ticket).await
}

/// One ticket.
pub async fn get(tx: &mut Tx, id: TicketId, scope: Scope) -> Result<Option<Ticket>, DbError> {
    let sql = seen!(scope, "select * from tickets where id = $1 and ", ("ticket", "tickets.id", "$2"), "");
    tx.optional(sql, args![id, scope.viewer()]).await
}

/// Tickets of a team that wait for somebody, the urgent first, then the oldest.
pub async fn waiting(tx: &mut Tx, team: TeamId, limit: i64) -> Result<Vec<TicketId>, DbError> {
    tx.scalars(
        "select id from tickets where team_id = $1 and assignee_id is null and status <> 'resolved' \
         order by priority desc, id limit $2",
        args![team, limit],
    )
    .await
}

/// Those of these tickets that are open and nobody's.
pub async fn unassigned(tx: &mut Tx, ids: &[TicketId]) -> Result<Vec<Ticket>, DbError> {
    tx.bulk_all(
        "select t.* from (",
        ids.iter().map(|id| values![*id]).collect(),
        ") as v join tickets t on t.id = v.column1 where t.assignee_id is null and t.status <> 'resolved'",
    )
    .await
}

/// Gives tickets to those who were chosen for them, each if it is still open, nobody's, and its team's; those that were
/// given, as they are now.
pub async fn give(tx: &mut Tx, choices: Vec<(&Ticket, &Choice)>) -> Result<Vec<Ticket>, DbError> {
    let now = tx.now();
    let row = |(ticket, choice): (&Ticket, &Choice)| {
        values![ticket.id, choice.user, choice.reason.to_kept(), ticket.team_id, now]
    };
    tx.bulk_all(
        "update tickets set assignee_id = v.column2, assignment_reason = v.column3, updated_at = v.column5, \
         version = version + 1 from (",
        choices.into_iter().map(row).collect(),
        ") as v where tickets.id = v.column1 and tickets.assignee_id is null and tickets.status <> 'resolved' \
         and tickets.team_id = v.column4 returning *",
    )
    .await
}

/// Whether any ticket waits for somebody.
pub async fn any_waiting(tx: &mut Tx) -> Result<bool, DbError> {
    let sql = "select exists (select 1 from tickets where assignee_id is null and status <> 'resolved')";
    tx.scalar(sql, &[]).await
}

/// Tickets of a class that wait for somebody and are no team's, the oldest first.
pub async fn without_team(tx: &mut Tx, class: Class, limit: i64) -> Result<Vec<TicketId>, DbError> {
    tx.scalars(
        "select id from tickets where team_id is null and assignee_id is null and status <> 'resolved' and class = $1 \
         order by id limit $2",
        args![class, limit],
    )
    .await
}

/// The newest ticket of a conversation.
pub async fn newest(tx: &mut Tx, conversation: ConversationId) -> Result<Option<Ticket>, DbError> {
    tx.optional(
        "select * from tickets where conversation_id = $1 order by id desc limit 1",
        args![conversation],
    )
    .await
}

/// The newest ticket of a customer.
pub async fn newest_of(tx: &mut Tx, of: CustomerRows) -> Result<Option<TicketId>, DbError> {
    let forms = of_customer!("select id from tickets where ", "$1", " order by id desc limit 1");
    let sql = of.choose(tx, forms).await?;
    tx.optional_scalar(sql, args![of.customer()]).await
}

/// What a list of tickets is narrowed by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TicketFilter {
    /// Those in this state.
    pub status: Option<TicketStatus>,
    /// Those of this customer.
    pub customer: Option<CustomerRows>,
    /// Those of this person.
    pub assignee: Option<UserId>,
}

/// Tickets.
pub async fn list(
    tx: &mut Tx,
    query: &ListQuery,
    by: TicketFilter,
    scope: Scope,
) -> Result<Page<Ticket, String>, ListError> {
    let values = [("status =", by.status.map(Arg::from)), ("assignee_id =", by.assignee.map(Arg::from))];
    let narrow = Narrow { customer: by.customer, values: &values };
    filter::page(tx, query, narrow, scope).await
}

/// How many tickets of a customer are open.
pub async fn count_open(tx: &mut Tx, of: CustomerRows) -> Result<i64, DbError> {
    let forms = of_customer!("select count(*) from tickets where ", "$1", " and status <> 'resolved'");
    let sql = of.choose(tx, forms).await?;
    tx.scalar(sql, args![of.customer()]).await
}

/// Open tickets whose clocks were set by a policy, after one, in the order of their ids.
pub async fn promised(
    tx: &mut Tx,
    policy: SlaPolicyId,
    after: TicketId,
    limit: i64,
) -> Result<Vec<TicketId>, DbError> {
    let sql = "select id from tickets where sla_policy_id = $1 and status <> 'resolved' and id > $2 order by id limit $3";
    tx.scalars(sql, args![policy, after, limit]).await
}
