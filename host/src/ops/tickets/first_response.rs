//! The first response to a ticket. A reply counts from when it was written; one that could not be delivered was none, so
//! it is taken back, and the ticket's clock runs on. Nothing is asked of the database for a reply that arrives.

use serde_json::json;

use super::sla;
use crate::domain::actor::Scope;
use crate::domain::conversation::Interaction;
use crate::domain::ticket::{Ticket, TicketStatus};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::{conversations, tickets};

/// Notes a response on a locked ticket and says so in the log when it was the first.
pub(in crate::ops) async fn note(
    tx: &mut Tx,
    ctx: &RequestContext,
    ticket: &mut Ticket,
) -> Result<(), Refusal> {
    if ticket.status == TicketStatus::New {
        ticket.status = TicketStatus::Open;
    }
    sla::answered(ticket);
    if ticket.first_response_at.is_none() {
        ticket.first_response_at = Some(tx.now());
        let data = json!({"first_response_at": ticket.first_response_at, "sla_kept": kept(ticket)});
        ctx.record(tx, "ticket.first-responded", &*ticket, data).await?;
    }
    tickets::update(tx, ticket).await?;
    Ok(())
}

fn kept(ticket: &Ticket) -> Option<bool> {
    Some(ticket.first_response_at? <= ticket.first_response_due_at?)
}

/// A message goes out once more: it is a response again.
pub(in crate::ops) async fn restore(
    tx: &mut Tx,
    ctx: &RequestContext,
    message: &Interaction,
) -> Result<(), Refusal> {
    let Some(ticket) = message.ticket_id.filter(|_| !message.inbound) else { return Ok(()) };
    match tickets::lock(tx, ticket, Scope::All).await? {
        Some(mut ticket) => note(tx, ctx, &mut ticket).await,
        None => Ok(()),
    }
}

/// A message could not be delivered: if it was the first response, the next one that wasn't refused is, or none.
pub(in crate::ops) async fn take_back(
    tx: &mut Tx,
    ctx: &RequestContext,
    message: &Interaction,
) -> Result<(), Refusal> {
    let Some(ticket) = message.ticket_id.filter(|_| !message.inbound) else { return Ok(()) };
    let Some(mut ticket) = tickets::lock(tx, ticket, Scope::All).await? else { return Ok(()) };
    let before = ticket.first_response_at;
    // It only moves on: a reply from before that was sent again counts from then.
    let others = conversations::earliest_reply(tx, ticket.id).await?;
    let after = before.and_then(|before| others.map(|at| at.max(before)));
    ticket.first_response_at = after;
    let promises = match ticket.status {
        TicketStatus::Resolved => Vec::new(),
        _ => {
            let since = conversations::unanswered_since(tx, ticket.id).await?;
            sla::await_answer(tx, &mut ticket, since).await?
        }
    };
    tickets::update(tx, &ticket).await?;
    if after != before {
        let data = json!({"first_response_at": {"old": before, "new": after}, "message_id": message.id});
        ctx.record(tx, "ticket.first-response-undone", &ticket, data).await?;
    }
    sla::watch(tx, ctx, ticket.id, &promises).await
}
