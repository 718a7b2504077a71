//! Deals.

use std::sync::LazyLock;

use super::db::{Arg, DbError, Tx, args};
use super::filter::{self, CustomerRows, ListError, ListQuery, Narrow};
use super::page::Page;
use super::records;
use super::search::Searched;
use super::visible::seen;
use crate::domain::actor::Scope;
use crate::domain::catalogue::Record as _;
use crate::domain::clock::Timestamp;
use crate::domain::deal::{Deal, DealStatus};
use crate::domain::ids::{DealId, PartnerId, PipelineId, StageId, TicketId, UserId};

/// Adds a deal. False when its ticket has an open one already.
pub async fn insert(tx: &mut Tx, deal: &Deal) -> Result<bool, DbError> {
    static SQL: LazyLock<String> = LazyLock::new(|| {
        let tail = "on conflict (ticket_id) where status = 'open' do nothing";
        records::insert_sql(Deal::KIND, &[], tail)
    });
    texts_changed(tx, deal.id);
    Ok(tx.execute(&SQL, &records::insert_args(deal, &[])).await? == 1)
}

/// Locks a deal for a change by raising its version; none when it isn't there for this scope.
pub async fn lock(tx: &mut Tx, id: DealId, scope: Scope) -> Result<Option<Deal>, DbError> {
    tx.optional(
        seen!(
            scope,
            "update deals set version = version + 1, updated_at = $3 where id = $1 and ",
            ("deal", "deals.id", "$2", "change"),
            " returning *"
        ),
        args![id, scope.viewer(), tx.now()],
    )
    .await
}

/// Writes back the fields of a locked deal.
pub async fn update(tx: &mut Tx, deal: &Deal) -> Result<(), DbError> {
    records::update(tx, deal).await
}

/// Has a deal found by its texts as they are at the end of the transaction.
pub fn texts_changed(tx: &mut Tx, id: DealId) {
    tx.texts_changed(Searched::Deal, id);
}

/// One deal.
pub async fn get(tx: &mut Tx, id: DealId, scope: Scope) -> Result<Option<Deal>, DbError> {
    let sql = seen!(scope, "select * from deals where id = $1 and ", ("deal", "deals.id", "$2"), "");
    tx.optional(sql, args![id, scope.viewer()]).await
}

/// The open deal of a ticket.
pub async fn open_of(tx: &mut Tx, ticket: TicketId) -> Result<Option<Deal>, DbError> {
    tx.optional("select * from deals where ticket_id = $1 and status = 'open'", args![ticket]).await
}

/// What a list of deals is narrowed by.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DealFilter {
    /// Those that stand so.
    pub status: Option<DealStatus>,
    /// Those of this customer.
    pub customer: Option<CustomerRows>,
    /// Those in this pipeline.
    pub pipeline: Option<PipelineId>,
    /// Those in this stage.
    pub stage: Option<StageId>,
    /// Those of this person.
    pub owner: Option<UserId>,
    /// Those that this partner registered.
    pub partner: Option<PartnerId>,
}

/// Deals.
pub async fn list(
    tx: &mut Tx,
    query: &ListQuery,
    by: DealFilter,
    scope: Scope,
) -> Result<Page<Deal, String>, ListError> {
    let values = [
        ("status =", by.status.map(Arg::from)),
        ("pipeline_id =", by.pipeline.map(Arg::from)),
        ("stage_id =", by.stage.map(Arg::from)),
        ("owner_id =", by.owner.map(Arg::from)),
        ("partner_id =", by.partner.map(Arg::from)),
    ];
    let narrow = Narrow { customer: by.customer, values: &values };
    filter::page(tx, query, narrow, scope).await
}

/// Whether anybody with this identity is known here as a lead or customer since a time: by a deal that is open or was
/// changed since, an order, a ticket or a message.
pub async fn is_taken(tx: &mut Tx, scheme: &str, value: &str, since: Timestamp) -> Result<bool, DbError> {
    let found: i64 = tx
        .scalar(
            "select count(*) from identities i join customers h on h.id = i.customer_id \
             where i.scheme = $1 and i.value = $2 and ( \
             exists (select 1 from deals d where d.customer_id in (h.id, h.canonical_id) \
             and (d.status = 'open' or d.updated_at >= $3)) \
             or exists (select 1 from orders o where o.customer_id in (h.id, h.canonical_id) and o.placed_at >= $3) \
             or exists (select 1 from tickets t where t.customer_id in (h.id, h.canonical_id) and t.updated_at >= $3) \
             or exists (select 1 from interactions n where n.customer_id in (h.id, h.canonical_id) \
             and n.occurred_at >= $3) \
             or exists (select 1 from customers c where c.id in (h.id, h.canonical_id) \
             and c.stage in ('customer', 'repeat') and c.updated_at >= $3))",
            args![scheme, value, since],
        )
        .await?;
    Ok(found > 0)
}

/// Takes an identity for a partner's lead. False when it is another registration's still; of two partners at once, the
/// second waits here until the first is done.
pub async fn register(
    tx: &mut Tx,
    (scheme, value): (&str, &str),
    partner: PartnerId,
    deal: DealId,
    until: Timestamp,
) -> Result<bool, DbError> {
    let taken = tx
        .execute(
            "insert into lead_registrations (scheme, value, partner_id, deal_id, registered_at, protected_until) \
             values ($1, $2, $3, $4, $5, $6) on conflict (scheme, value) do update \
             set partner_id = excluded.partner_id, deal_id = excluded.deal_id, \
             registered_at = excluded.registered_at, protected_until = excluded.protected_until \
             where lead_registrations.protected_until <= excluded.registered_at",
            args![scheme, value, partner, deal, tx.now(), until],
        )
        .await?;
    Ok(taken == 1)
}
