//! What a timer does when it is due.

use serde_json::json;

use super::escalation::escalate;
use super::{Clock, MICROS_OF_MINUTE, Rules, Step, Timer, set};
use crate::domain::actor::Scope;
use crate::domain::ticket::Ticket;
use crate::ops::events::notify::{To, tell, tell_teams};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::{events, tickets};

/// A timer has come due: says so, unless what it watched was done in time, or it was said already.
pub async fn fire(tx: &mut Tx, ctx: &RequestContext, timer: &Timer) -> Result<(), Refusal> {
    let Some(ticket) = tickets::get(tx, timer.ticket, Scope::All).await? else { return Ok(()) };
    if timer.clock.is_over(&ticket) || timer.clock.due(&ticket) != Some(timer.due) {
        return Ok(());
    }
    let waits = ticket.sla_paused_at.filter(|_| timer.clock != Clock::Hold);
    if waits.is_some_and(|since| since < timer.due) || said(tx, &ticket, timer).await? {
        return Ok(());
    }
    match timer.step {
        Step::Warn => warn(tx, ctx, &ticket, timer).await,
        Step::Breach => breach(tx, ctx, &ticket, timer).await,
        // Nobody is to hurry while the customer is asked; the next look is as far away as this one was.
        Step::Escalate(_) if waits.is_some() => escalate_later(tx, ctx, &ticket, timer).await,
        Step::Escalate(level) => {
            if escalate(tx, ctx, &ticket, timer, level).await? {
                let next = Timer { step: Step::Escalate(level + 1), ..timer.clone() };
                escalate_later(tx, ctx, &ticket, &next).await?;
            }
            Ok(())
        }
    }
}

async fn warn(tx: &mut Tx, ctx: &RequestContext, ticket: &Ticket, timer: &Timer) -> Result<(), Refusal> {
    let kind = kind(timer.step);
    ctx.record(tx, kind, ticket, json!({"clock": timer.clock, "due": timer.due})).await?;
    let arguments = json!({"clock": timer.clock, "due": timer.due, "subject": ticket.subject});
    match ticket.assignee_id {
        Some(assignee) => tell(tx, ctx, To::User(assignee), kind, ticket, &arguments).await,
        None => tell_teams(tx, ctx, kind, ticket, &arguments).await,
    }
}

async fn breach(tx: &mut Tx, ctx: &RequestContext, ticket: &Ticket, timer: &Timer) -> Result<(), Refusal> {
    let kind = kind(timer.step);
    ctx.record(tx, kind, ticket, json!({"clock": timer.clock, "due": timer.due})).await?;
    let arguments = json!({"clock": timer.clock, "due": timer.due, "subject": ticket.subject});
    tell_teams(tx, ctx, kind, ticket, &arguments).await?;
    escalate_later(tx, ctx, ticket, &Timer { step: Step::Escalate(1), ..timer.clone() }).await
}

/// Sets the timer of an escalation, if the ticket's policy has any.
async fn escalate_later(
    tx: &mut Tx,
    ctx: &RequestContext,
    ticket: &Ticket,
    timer: &Timer,
) -> Result<(), Refusal> {
    let rules = Rules::of(tx, ticket).await?;
    let minutes = rules.policy.as_ref().and_then(|policy| policy.escalation_minutes);
    let Some(minutes) = minutes else { return Ok(()) };
    let at = rules.hours.after(tx.now(), minutes * MICROS_OF_MINUTE);
    set(tx, ctx, timer, at).await
}

/// Whether the log says already what a timer is about to say: a due time that was changed and changed back has two.
async fn said(tx: &mut Tx, ticket: &Ticket, timer: &Timer) -> Result<bool, Refusal> {
    let earlier = events::data_of(tx, "ticket", ticket.id.0, kind(timer.step)).await?;
    let level = match timer.step {
        Step::Escalate(level) => json!(level),
        _ => json!(null),
    };
    let same = |data: &serde_json::Value| {
        data["clock"] == json!(timer.clock) && data["due"] == json!(timer.due) && data["level"] == level
    };
    Ok(earlier.iter().any(same))
}

/// What the log calls it.
pub(super) fn kind(step: Step) -> &'static str {
    match step {
        Step::Warn => "ticket.sla-warned",
        Step::Breach => "ticket.sla-breached",
        Step::Escalate(_) => "ticket.sla-escalated",
    }
}
