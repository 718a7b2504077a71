//! What a partner sees of a record: the fields that the share names.

use serde_json::json;
use uuid::Uuid;

use crate::domain::actor::{Permission, Scope};
use crate::domain::deal::Deal;
use crate::domain::entity::{Entity, RecordKind};
use crate::domain::partner::{CUSTOMER_FIELDS, Share};
use crate::domain::ticket::Ticket;
use crate::domain::value::Attribute;
use crate::ops::identify;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::subjects;
use crate::store::db::Tx;
use crate::store::{customers, deals, shares, tickets};

/// As [`subject`], for a caller: who works here sees of it what they may see of the record and the customer themselves.
pub async fn subject_for(tx: &mut Tx, ctx: &RequestContext, share: &Share) -> Result<Entity, Refusal> {
    let mut entity = subject(tx, share).await?;
    if ctx.scope().partner().is_none() {
        let may = |permission| ctx.actor.rights.contain(permission);
        let (record, customer) = (may(subjects::reading(share.subject_kind)), may(Permission::CustomersRead));
        entity.attributes.retain(|attribute| {
            if CUSTOMER_FIELDS.contains(&attribute.name.as_str()) { customer } else { record }
        });
    }
    Ok(entity)
}

/// The shared record with the fields that the share names, as the partner and its system see it.
pub async fn subject(tx: &mut Tx, share: &Share) -> Result<Entity, Refusal> {
    let mut entity = match share.subject_kind {
        RecordKind::Deal => {
            deals::get(tx, share.subject_id.into(), Scope::All).await?.as_ref().map(Entity::from)
        }
        _ => tickets::get(tx, share.subject_id.into(), Scope::All).await?.as_ref().map(Entity::from),
    }
    .ok_or_else(|| Refusal::not_found(share.subject_kind.as_str(), share.subject_id))?;
    entity.attributes.retain(|attribute| share.fields.contains(&attribute.name));
    if share.fields.iter().any(|field| CUSTOMER_FIELDS.contains(&field.as_str())) {
        let found = identify::read(tx, share.customer_id).await?;
        let identities = customers::identities(tx, found.rows()).await?;
        let customer = found.customer;
        let known = |scheme: &str| {
            let found = identities.iter().find(|identity| identity.scheme == scheme);
            found.map(|identity| identity.value.clone())
        };
        let all = [
            ("customer_name", Some(customer.name)),
            ("customer_phone", known("phone")),
            ("customer_email", known("email")),
            ("customer_region", customer.region),
            ("customer_language", customer.language),
        ];
        let named = all.into_iter().filter(|(name, _)| share.fields.iter().any(|field| field == name));
        entity.attributes.extend(named.map(|(name, value)| Attribute::new(name.to_owned(), json!(value))));
    }
    Ok(entity)
}

/// The fields of a record that a caller sees; none when that is all of them.
async fn seen(tx: &mut Tx, ctx: &RequestContext, subject: Uuid) -> Result<Option<Vec<String>>, Refusal> {
    let Some(partner) = ctx.scope().partner() else { return Ok(None) };
    let share = shares::open_of(tx, partner, subject).await?;
    Ok(Some(share.map(|share| share.fields).unwrap_or_default()))
}

/// A ticket as a caller sees it: for a partner, what isn't shared is empty.
pub(in crate::ops) async fn cut_ticket(
    tx: &mut Tx,
    ctx: &RequestContext,
    ticket: Ticket,
) -> Result<Ticket, Refusal> {
    let Some(fields) = seen(tx, ctx, ticket.id.0).await? else { return Ok(ticket) };
    let has = |name: &str| fields.iter().any(|field| field == name);
    Ok(Ticket {
        id: ticket.id,
        number: ticket.number,
        customer_id: Uuid::nil().into(),
        conversation_id: None,
        subject: if has("subject") { ticket.subject } else { String::new() },
        class: ticket.class,
        priority: ticket.priority,
        status: ticket.status,
        language: if has("language") { ticket.language } else { String::new() },
        sentiment: 0.0,
        tags: if has("tags") { ticket.tags } else { Vec::new() },
        reasons: Vec::new(),
        team_id: None,
        assignee_id: None,
        assignment_reason: None,
        previous_id: None,
        reopened: 0,
        first_response_due_at: None,
        resolution_due_at: None,
        first_response_at: None,
        resolved_at: ticket.resolved_at.filter(|_| has("resolved_at")),
        source_id: None,
        created_at: ticket.created_at,
        updated_at: ticket.updated_at,
        version: ticket.version,
    })
}

/// As [`cut_ticket`], for a deal.
pub(in crate::ops) async fn cut_deal(tx: &mut Tx, ctx: &RequestContext, deal: Deal) -> Result<Deal, Refusal> {
    let Some(fields) = seen(tx, ctx, deal.id.0).await? else { return Ok(deal) };
    let has = |name: &str| fields.iter().any(|field| field == name);
    Ok(Deal {
        id: deal.id,
        customer_id: Uuid::nil().into(),
        name: if has("name") { deal.name } else { String::new() },
        pipeline_id: Uuid::nil().into(),
        stage_id: Uuid::nil().into(),
        status: deal.status,
        probability: if has("probability") { deal.probability } else { 0 },
        amount_cents: deal.amount_cents.filter(|_| has("amount")),
        currency: deal.currency.filter(|_| has("amount")),
        owner_id: None,
        ticket_id: None,
        partner_id: deal.partner_id.filter(|id| ctx.scope().partner() == Some(*id)),
        source: deal.source.filter(|_| has("source")),
        expected_close: deal.expected_close.filter(|_| has("expected_close")),
        lost_reason: None,
        stage_at: deal.created_at,
        closed_at: deal.closed_at.filter(|_| has("closed_at")),
        source_id: None,
        created_at: deal.created_at,
        updated_at: deal.updated_at,
        version: deal.version,
    })
}
