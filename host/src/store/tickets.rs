//! Tickets and the policies that set their clocks.

use super::db::{Arg, DbError, Json, Tx, args};
use super::filter::{self, CustomerRows, ListError, ListQuery, Narrow, of_customer};
use super::page::Page;
use super::search::Searched;
use super::shares::visible;
use crate::domain::actor::Scope;
use crate::domain::conversation::Conversation;
use crate::domain::ids::{ConversationId, SlaPolicyId, TicketId, UserId};
use crate::domain::reason::Reason;
use crate::domain::ticket::{SlaPolicy, Status, Ticket};

/// Opens a ticket; its number, or none when its conversation has an open one already.
pub async fn insert(tx: &mut Tx, ticket: &Ticket) -> Result<Option<i64>, DbError> {
    tx.texts_changed(Searched::Ticket, ticket.id);
    let number = tx
        .optional_scalar(
            "insert into tickets (id, customer_id, conversation_id, subject, class, priority, status, language, \
             sentiment, tags, reasons, team_id, assignee_id, assignment_reason, previous_id, reopened, \
             first_response_due_at, resolution_due_at, first_response_at, resolved_at, source_id, created_at, \
             updated_at, version, number) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, \
             $18, $19, $20, $21, $22, $23, $24, (select number from next_ticket_number)) \
             on conflict (conversation_id) where status <> 'resolved' do nothing returning number",
            args![
                ticket.id,
                ticket.customer_id,
                ticket.conversation_id,
                &ticket.subject,
                ticket.class,
                ticket.priority,
                ticket.status,
                &ticket.language,
                ticket.sentiment,
                Json(&ticket.tags),
                Json(&ticket.reasons),
                ticket.team_id,
                ticket.assignee_id,
                ticket.assignment_reason.as_ref().map(Reason::to_kept),
                ticket.previous_id,
                ticket.reopened,
                ticket.first_response_due_at,
                ticket.resolution_due_at,
                ticket.first_response_at,
                ticket.resolved_at,
                ticket.source_id,
                ticket.created_at,
                ticket.updated_at,
                ticket.version
            ],
        )
        .await?;
    Ok(number)
}

/// Locks a ticket for a change by raising its version; none when it isn't there for this scope.
pub async fn lock(tx: &mut Tx, id: TicketId, scope: Scope) -> Result<Option<Ticket>, DbError> {
    tx.optional(
        concat!(
            "update tickets set version = version + 1, updated_at = $3 where id = $1 and ",
            visible!("tickets"),
            " returning *"
        ),
        args![id, scope.source(), tx.now()],
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

/// Gives a locked ticket another subject.
pub async fn rename(tx: &mut Tx, id: TicketId, subject: &str) -> Result<(), DbError> {
    tx.texts_changed(Searched::Ticket, id);
    tx.execute("update tickets set subject = $2 where id = $1", args![id, subject]).await?;
    Ok(())
}

/// Writes back the fields of a locked ticket, all but its subject.
pub async fn update(tx: &mut Tx, ticket: &Ticket) -> Result<(), DbError> {
    tx.execute(
        "update tickets set class = $2, priority = $3, status = $4, language = $5, sentiment = $6, tags = $7, \
         reasons = $8, team_id = $9, assignee_id = $10, assignment_reason = $11, reopened = $12, \
         first_response_due_at = $13, resolution_due_at = $14, first_response_at = $15, resolved_at = $16 where id = $1",
        args![
            ticket.id,
            ticket.class,
            ticket.priority,
            ticket.status,
            &ticket.language,
            ticket.sentiment,
            Json(&ticket.tags),
            Json(&ticket.reasons),
            ticket.team_id,
            ticket.assignee_id,
            ticket.assignment_reason.as_ref().map(Reason::to_kept),
            ticket.reopened,
            ticket.first_response_due_at,
            ticket.resolution_due_at,
            ticket.first_response_at,
            ticket.resolved_at
        ],
    )
    .await?;
    Ok(())
}

/// One ticket.
pub async fn get(tx: &mut Tx, id: TicketId, scope: Scope) -> Result<Option<Ticket>, DbError> {
    let sql = concat!("select * from tickets where id = $1 and ", visible!("tickets"));
    tx.optional(sql, args![id, scope.source()]).await
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
    pub status: Option<Status>,
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
    filter::page(tx, &filter::TICKETS, query, narrow, scope).await
}

/// How many tickets of a customer are open.
pub async fn count_open(tx: &mut Tx, of: CustomerRows) -> Result<i64, DbError> {
    let forms = of_customer!("select count(*) from tickets where ", "$1", " and status <> 'resolved'");
    let sql = of.choose(tx, forms).await?;
    tx.scalar(sql, args![of.customer()]).await
}

/// Every SLA policy.
pub async fn policies(tx: &mut Tx) -> Result<Vec<SlaPolicy>, DbError> {
    tx.all("select * from sla_policies order by id", &[]).await
}

/// Adds a policy, or changes the one of its name.
pub async fn put_policy(tx: &mut Tx, policy: &SlaPolicy) -> Result<(), DbError> {
    tx.execute(
        "insert into sla_policies (id, name, class, priority, grade, first_response_minutes, resolution_minutes, \
         hand_off_minutes, created_at, version) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 1) on conflict (name) do update \
         set class = excluded.class, priority = excluded.priority, grade = excluded.grade, \
         first_response_minutes = excluded.first_response_minutes, \
         resolution_minutes = excluded.resolution_minutes, hand_off_minutes = excluded.hand_off_minutes, \
         version = sla_policies.version + 1",
        args![
            policy.id,
            &policy.name,
            policy.class,
            policy.priority,
            policy.grade.clone(),
            policy.first_response_minutes,
            policy.resolution_minutes,
            policy.hand_off_minutes,
            tx.now()
        ],
    )
    .await?;
    Ok(())
}

/// Locks a policy for a change by raising its version.
pub async fn lock_policy(tx: &mut Tx, id: SlaPolicyId) -> Result<Option<SlaPolicy>, DbError> {
    tx.optional("update sla_policies set version = version + 1 where id = $1 returning *", args![id]).await
}

/// Writes back the fields of a locked policy.
pub async fn update_policy(tx: &mut Tx, policy: &SlaPolicy) -> Result<(), DbError> {
    tx.execute(
        "update sla_policies set name = $2, class = $3, priority = $4, grade = $5, first_response_minutes = $6, \
         resolution_minutes = $7, hand_off_minutes = $8 where id = $1",
        args![
            policy.id,
            &policy.name,
            policy.class,
            policy.priority,
            policy.grade.clone(),
            policy.first_response_minutes,
            policy.resolution_minutes,
            policy.hand_off_minutes
        ],
    )
    .await?;
    Ok(())
}

/// Removes a policy; false when there is none.
pub async fn delete_policy(tx: &mut Tx, id: SlaPolicyId) -> Result<bool, DbError> {
    Ok(tx.execute("delete from sla_policies where id = $1", args![id]).await? == 1)
}
