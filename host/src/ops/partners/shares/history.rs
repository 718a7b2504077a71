//! What became of a share, on the history of its record, and who is told.

use serde_json::{Value, json};

use crate::domain::actor::Scope;
use crate::domain::deal::Deal;
use crate::domain::entity::RecordKind;
use crate::domain::event::Subject;
use crate::domain::partner::Share;
use crate::domain::ticket::Ticket;
use crate::ops::events::notify::{To, tell};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::{deals, partners, tickets};

/// A record that is shared, as far as its events and people are concerned.
pub(super) struct Record {
    pub subject: Subject,
    pub kind: RecordKind,
    name: String,
    /// Who is told what becomes of it.
    keeper: Option<To>,
}

/// Puts what became of a share on its record's history, and tells who takes care of the record.
pub(super) async fn say(
    tx: &mut Tx,
    ctx: &RequestContext,
    share: &Share,
    kind: &'static str,
    data: Value,
) -> Result<(), Refusal> {
    match note(tx, ctx, share, kind, data).await? {
        Some((Record { keeper: Some(to), subject, .. }, whole)) => {
            tell(tx, ctx, to, kind, subject, &whole).await
        }
        _ => Ok(()),
    }
}

/// As [`say`], for what nobody needs to be told: what was put there, if the record is.
pub(super) async fn note(
    tx: &mut Tx,
    ctx: &RequestContext,
    share: &Share,
    kind: &'static str,
    data: Value,
) -> Result<Option<(Record, Value)>, Refusal> {
    let Some(record) = record(tx, share).await? else { return Ok(None) };
    let partner = partners::get(tx, share.partner_id).await?.map(|partner| partner.name).unwrap_or_default();
    let mut whole = json!({
        "share_id": share.id, "partner_id": share.partner_id, "partner": partner, "name": record.name,
    });
    if let (Some(whole), Value::Object(data)) = (whole.as_object_mut(), data) {
        whole.extend(data);
    }
    ctx.record(tx, kind, record.subject, whole.clone()).await?;
    Ok(Some((record, whole)))
}

async fn record(tx: &mut Tx, share: &Share) -> Result<Option<Record>, Refusal> {
    Ok(match share.subject_kind {
        RecordKind::Deal => {
            deals::get(tx, share.subject_id.into(), Scope::All).await?.map(|deal| of_deal(&deal))
        }
        _ => tickets::get(tx, share.subject_id.into(), Scope::All).await?.map(|ticket| of_ticket(&ticket)),
    })
}

/// What a ticket is to its shares.
pub(super) fn of_ticket(ticket: &Ticket) -> Record {
    let keeper = ticket.assignee_id.map(To::User).or(ticket.team_id.map(To::Team));
    Record { subject: ticket.into(), kind: RecordKind::Ticket, name: ticket.subject.clone(), keeper }
}

/// What a deal is to its shares.
pub(super) fn of_deal(deal: &Deal) -> Record {
    Record {
        subject: deal.into(),
        kind: RecordKind::Deal,
        name: deal.name.clone(),
        keeper: deal.owner_id.map(To::User),
    }
}
