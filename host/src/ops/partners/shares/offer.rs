//! What is offered to partners and taken back.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::history::{self, Record};
use super::{LONGEST, clock, closed, delivery, lock, text};
use crate::domain::actor::Permission;
use crate::domain::clock::Timestamp;
use crate::domain::deal::Deal;
use crate::domain::entity::RecordKind;
use crate::domain::ids::{DealId, PartnerId, ShareId, TicketId};
use crate::domain::partner::{CUSTOMER_FIELDS, Partner, Share, ShareDelivery, ShareState, shareable, usual};
use crate::ops::access::reach;
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::{deals, partners, shares, tickets};

/// The record that is to be shared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Shared {
    /// A ticket.
    Ticket(TicketId),
    /// A deal or lead.
    Deal(DealId),
}

/// A request to share a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewShare {
    /// With whom.
    pub partner_id: PartnerId,
    /// What the partner is told with it.
    pub note: String,
    /// The fields that the partner sees; the usual ones when not said.
    pub fields: Option<Vec<String>>,
    /// Whether the partner is asked to take it over.
    pub hand_over: bool,
    /// How long the partner has to answer; as long as the partner usually has when not said.
    pub answer_minutes: Option<i64>,
}

/// Shares a record with a partner, or offers it for taking over.
pub async fn share(
    tx: &mut Tx,
    ctx: &RequestContext,
    (shared, new): &(Shared, NewShare),
) -> Result<Share, Refusal> {
    ctx.require(Permission::PartnersWrite)?;
    let record = match shared {
        Shared::Ticket(id) => {
            ctx.require(Permission::TicketsRead)?;
            // Its lock lets one of two sharers at once go first.
            match tickets::lock(tx, *id, ctx.scope()).await? {
                Some(ticket) => history::of_ticket(&ticket),
                None => return Err(reach::missing(tx, ctx, "ticket", *id).await),
            }
        }
        Shared::Deal(id) => {
            ctx.require(Permission::DealsRead)?;
            match deals::lock(tx, *id, ctx.scope()).await? {
                Some(deal) => history::of_deal(&deal),
                None => return Err(reach::missing(tx, ctx, "deal", *id).await),
            }
        }
    };
    let partner = partners::get(tx, new.partner_id).await?.filter(|partner| partner.active);
    let partner = partner.ok_or_else(|| {
        Refusal::invalid("/partner_id", format!("there is no active partner {}", new.partner_id))
    })?;
    let fields = checked(record.kind, new)?;
    if fields.iter().any(|field| CUSTOMER_FIELDS.contains(&field.as_str())) {
        ctx.require(Permission::CustomersRead)?;
    }
    let state = if new.hand_over { ShareState::Offered } else { ShareState::Shared };
    let minutes = new.answer_minutes.unwrap_or(partner.answer_minutes);
    let due = new.hand_over.then(|| tx.now().plus_minutes(minutes));
    insert(tx, ctx, &partner, &record, NewOffer { note: new.note.trim(), fields, state, due }).await
}

/// What a share begins with.
pub(in crate::ops) struct NewOffer<'a> {
    pub note: &'a str,
    pub fields: Vec<String>,
    pub state: ShareState,
    pub due: Option<Timestamp>,
}

/// Shares a lead with the partner that registered it, who sees what it has written itself.
pub(in crate::ops) async fn share_lead(
    tx: &mut Tx,
    ctx: &RequestContext,
    partner: &Partner,
    deal: &Deal,
    offer: NewOffer<'_>,
) -> Result<Share, Refusal> {
    insert(tx, ctx, partner, &history::of_deal(deal), offer).await
}

async fn insert(
    tx: &mut Tx,
    ctx: &RequestContext,
    partner: &Partner,
    record: &Record,
    offer: NewOffer<'_>,
) -> Result<Share, Refusal> {
    let customer = record.subject.customer.ok_or_else(|| Refusal::not_found("customer", "of the record"))?;
    let has_system = partner.installation_id.is_some();
    let share = Share {
        id: tx.id(),
        partner_id: partner.id,
        installation_id: partner.installation_id,
        subject_kind: record.kind,
        subject_id: record.subject.id,
        customer_id: customer,
        note: offer.note.to_owned(),
        fields: offer.fields,
        hand_over: offer.state == ShareState::Offered,
        state: offer.state,
        reference: String::new(),
        message: String::new(),
        delivery: if has_system { ShareDelivery::Queued } else { ShareDelivery::None },
        failure: None,
        due_at: offer.due,
        answered_at: (offer.state == ShareState::Accepted).then(|| tx.now()),
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
    };
    if !shares::insert(tx, &share).await? {
        let detail = format!("the {} is shared with {:?} already", record.kind, partner.name);
        return Err(Refusal::Conflict(detail));
    }
    let data = json!({
        "share_id": share.id, "partner_id": partner.id, "partner": partner.name, "note": share.note,
        "fields": share.fields, "state": share.state, "hand_over": share.hand_over, "due_at": share.due_at,
    });
    ctx.record(tx, "partner.shared", record.subject, data).await?;
    if let Some(due) = share.due_at {
        clock::set(tx, ctx, share.id, due).await?;
    }
    if has_system {
        delivery::enqueue(tx, ctx, &share).await?;
    }
    Ok(share)
}

/// Takes a share back; the partner doesn't see the record any more.
pub async fn withdraw(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, reason): &(ShareId, Option<i64>, String),
) -> Result<Share, Refusal> {
    let mut share = lock(tx, ctx, Permission::PartnersWrite, *id, *expected).await?;
    if !share.state.is_open() {
        return Err(closed(&share));
    }
    let reason = text("/reason", reason)?;
    let before = share.state;
    share.state = ShareState::Withdrawn;
    if share.delivery == ShareDelivery::Queued {
        share.delivery = ShareDelivery::None;
    }
    shares::update(tx, &share).await?;
    let data = json!({"state": {"old": before, "new": share.state}, "message": reason});
    history::say(tx, ctx, &share, "partner.withdrawn", data).await?;
    Ok(share)
}

/// The fields of a request, if there is nothing wrong with it.
fn checked(kind: RecordKind, new: &NewShare) -> Result<Vec<String>, Refusal> {
    let mut faults = Vec::new();
    let mut fault = |pointer: String, detail: String| faults.push(InvalidField { pointer, detail });
    if new.note.chars().count() > LONGEST {
        fault("/note".to_owned(), format!("at most {LONGEST} characters"));
    }
    if new.answer_minutes.is_some_and(|minutes| !(1..=43_200).contains(&minutes)) {
        fault("/answer_minutes".to_owned(), "1 to 43,200 minutes, which are 30 days".to_owned());
    }
    let known = || shareable(kind).iter().chain(CUSTOMER_FIELDS).copied();
    let mut fields: Vec<String> = Vec::new();
    for (index, field) in new.fields.iter().flatten().enumerate() {
        if !known().any(|known| known == field) {
            let list = known().collect::<Vec<_>>().join(", ");
            fault(format!("/fields/{index}"), format!("a {kind} is shared by these fields: {list}"));
        } else if !fields.contains(field) {
            fields.push(field.clone());
        }
        if index > 100 {
            break;
        }
    }
    if new.fields.is_none() {
        fields = usual(kind).iter().map(|field| (*field).to_owned()).collect();
    }
    if faults.is_empty() { Ok(fields) } else { Err(Refusal::Invalid(faults)) }
}
