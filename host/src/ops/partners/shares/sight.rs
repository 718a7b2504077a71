//! What a partner sees of a record: the fields that the share names.

use serde_json::json;
use uuid::Uuid;

use crate::domain::actor::{Permission, Scope};
use crate::domain::catalogue::{FieldClass, Record as _};
use crate::domain::deal::Deal;
use crate::domain::entity::Entity;
use crate::domain::masking;
use crate::domain::partner::{CUSTOMER_FIELDS, Share};
use crate::domain::role::Sight;
use crate::domain::ticket::Ticket;
use crate::domain::value::Attribute;
use crate::ops::customers::identify;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::{customers, entities, shares};

/// As [`subject`], for a caller: who works here sees of it what they may see of the record and the customer themselves.
pub async fn subject_for(tx: &mut Tx, ctx: &RequestContext, share: &Share) -> Result<Entity, Refusal> {
    let mut entity = subject(tx, share).await?;
    if ctx.scope().partner().is_none() {
        let may = |permission| ctx.actor.rights.contain(permission);
        let (record, customer) = (may(share.subject_kind.kind().right), may(Permission::CustomersRead));
        entity.attributes.retain(|attribute| {
            if CUSTOMER_FIELDS.contains(&attribute.name.as_str()) { customer } else { record }
        });
        mask(ctx, share, &mut entity);
    }
    Ok(entity)
}

/// Masks what the caller doesn't see in full.
fn mask(ctx: &RequestContext, share: &Share, entity: &mut Entity) {
    let kind = share.subject_kind.kind();
    for attribute in &mut entity.attributes {
        let class = match attribute.name.as_str() {
            "customer_name" => FieldClass::Personal,
            "customer_phone" | "customer_email" => FieldClass::Contact,
            own => kind.field(own).map_or(FieldClass::Plain, |field| field.class),
        };
        if ctx.actor.sights.of_class(class) == Sight::Shown {
            continue;
        }
        let text = attribute.value.as_text().map(str::to_owned);
        let shown = text.and_then(|text| Some(masking::text(class, &text, ctx.actor.sights)?.into_owned()));
        *attribute = Attribute::new(attribute.name.clone(), json!(shown));
    }
}

/// The shared record with the fields that the share names, as the partner and its system see it.
pub async fn subject(tx: &mut Tx, share: &Share) -> Result<Entity, Refusal> {
    let found = entities::get(tx, share.subject_kind.as_str(), share.subject_id, Scope::All).await?;
    let mut entity =
        found.ok_or_else(|| Refusal::not_found(share.subject_kind.as_str(), share.subject_id))?;
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
        subject: if has("subject") { ticket.subject } else { String::new() },
        class: ticket.class,
        priority: ticket.priority,
        status: ticket.status,
        language: if has("language") { ticket.language } else { String::new() },
        tags: if has("tags") { ticket.tags } else { Vec::new() },
        resolved_at: ticket.resolved_at.filter(|_| has("resolved_at")),
        created_at: ticket.created_at,
        updated_at: ticket.updated_at,
        version: ticket.version,
        ..Ticket::blank()
    })
}

/// As [`cut_ticket`], for a deal.
pub(in crate::ops) async fn cut_deal(tx: &mut Tx, ctx: &RequestContext, deal: Deal) -> Result<Deal, Refusal> {
    let Some(fields) = seen(tx, ctx, deal.id.0).await? else { return Ok(deal) };
    let has = |name: &str| fields.iter().any(|field| field == name);
    Ok(Deal {
        id: deal.id,
        name: if has("name") { deal.name } else { String::new() },
        status: deal.status,
        probability: if has("probability") { deal.probability } else { 0 },
        amount: deal.amount.filter(|_| has("amount")),
        partner_id: deal.partner_id.filter(|id| ctx.scope().partner() == Some(*id)),
        source: deal.source.filter(|_| has("source")),
        expected_close: deal.expected_close.filter(|_| has("expected_close")),
        stage_at: deal.created_at,
        closed_at: deal.closed_at.filter(|_| has("closed_at")),
        created_at: deal.created_at,
        updated_at: deal.updated_at,
        version: deal.version,
        ..Deal::blank()
    })
}
