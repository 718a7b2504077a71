//! Tickets: opened, changed, assigned by hand, resolved, reopened.

pub mod calendars;
pub(super) mod first_response;
pub mod hand_offs;
pub mod policies;
pub mod sla;
pub mod status;

use serde::{Deserialize, Serialize};
use serde_json::json;

use self::sla::recalculate::recalculate;
use super::access::{embedded, principals, reach};
use super::catalogue::custom_fields;
use super::customers;
use super::customers::identify;
use super::events::notify::{To, tell, tell_teams, tell_teams_of};
use super::partners::shares;
use super::refusal::Refusal;
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, Record as _};
use crate::domain::customer::Customer;
use crate::domain::ids::{TicketId, UserId};
use crate::domain::reason::{Reason, ReasonCode};
use crate::domain::team::Team;
use crate::domain::ticket::{NewTicket, Ticket, TicketChange, TicketStatus};
use crate::domain::triage::{self, Class, Context, Priority, Verdict};
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::filter::ListQuery;
use crate::store::page::{Page, PageRequest};
use crate::store::tickets::{self, TicketFilter};
use crate::store::{conversations, teams};

/// Who is to take a ticket.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Assignment {
    /// The person.
    pub user: UserId,
    /// Why; the ticket's "why me?".
    pub reason: Option<Reason>,
}

/// Opens a ticket. Its assignment follows by itself.
pub async fn create(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: Option<TicketId>,
    new: &NewTicket,
) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsWrite)?;
    let customer = customer(tx, ctx, new).await?;
    if new.text.chars().count() > 20_000 {
        return Err(Refusal::invalid("/text", "a text has at most 20000 characters"));
    }
    let verdict = match (new.class, &new.verdict) {
        (Some(_), _) => None,
        (None, Some(verdict)) => Some(verdict.clone()),
        (None, None) => Some(judged(new, &customer)),
    };
    let class = match (new.class, &verdict) {
        (Some(class_name), _) => class(class_name)?,
        // Whoever opens a ticket by hand means it, even where the words say little.
        (None, Some(verdict)) => class(verdict.class).unwrap_or(Class::Inquiry),
        (None, None) => Class::Inquiry,
    };
    let mut tags = new.tags.clone().unwrap_or_default();
    let judged = verdict.iter().flat_map(|verdict| &verdict.tags);
    let further: Vec<String> = judged.filter(|tag| !tags.contains(tag)).cloned().collect();
    tags.extend(further);
    let verdict = verdict.as_ref();
    let mut ticket = Ticket {
        id: id.unwrap_or_else(|| tx.id()),
        priority: verdict.map_or(Priority::Normal, |verdict| verdict.priority),
        language: verdict
            .map(|verdict| verdict.language.clone())
            .filter(|language| !language.is_empty())
            .or(customer.language.clone())
            .unwrap_or_default(),
        sentiment: verdict.map_or(0.0, |verdict| verdict.sentiment),
        reasons: match verdict {
            Some(verdict) => verdict.reasons.clone(),
            None => vec![by(tx, ctx, ReasonCode::ClassifiedBy).await?],
        },
        source_id: customer.source_id,
        created_at: tx.now(),
        updated_at: tx.now(),
        version: 1,
        ..Ticket::blank()
    };
    new.apply(&mut ticket);
    (ticket.customer_id, ticket.class, ticket.tags) = (customer.id, class, tags);
    let mut faults = catalogue::faults(&ticket);
    faults.extend(custom_fields::faults::<Ticket>(tx, new.custom.as_ref()).await?);
    Refusal::unless_valid(faults)?;
    open(tx, ctx, ticket, &customer).await?.ok_or_else(|| {
        let conversation = new.conversation_id.flatten().map(|id| id.to_string()).unwrap_or_default();
        Refusal::Conflict(format!("conversation {conversation} has an open ticket already; one at a time"))
    })
}

/// Stores a new ticket with its team, clocks and events; none when its conversation has an open one.
pub(super) async fn open(
    tx: &mut Tx,
    ctx: &RequestContext,
    mut ticket: Ticket,
    customer: &Customer,
) -> Result<Option<Ticket>, Refusal> {
    let teams = teams::list(tx).await?;
    ticket.team_id = Team::taking(&teams, ticket.class).map(|team| team.id);
    // Where a thread is, somebody at its other end waits.
    ticket.waiting_since = ticket.conversation_id.map(|_| tx.now());
    let clocks = sla::promise(tx, &mut ticket, customer.grade.as_deref()).await?;
    let Some(number) = tickets::insert(tx, &ticket).await? else { return Ok(None) };
    ticket.number = number;
    sla::watch(tx, ctx, ticket.id, &clocks).await?;
    let opened = json!({"subject": ticket.subject, "conversation_id": ticket.conversation_id, "previous_id": ticket.previous_id});
    ctx.record(tx, "ticket.created", &ticket, opened).await?;
    let classified = json!({
        "class": ticket.class, "priority": ticket.priority, "language": ticket.language, "sentiment": ticket.sentiment,
        "tags": ticket.tags, "reasons": ticket.reasons, "team_id": ticket.team_id,
    });
    ctx.record(tx, "ticket.classified", &ticket, classified).await?;
    let arguments = json!({"priority": ticket.priority, "class": ticket.class, "subject": ticket.subject});
    tell_teams_of(tx, ctx, &teams, "ticket.created", &ticket, &arguments).await?;
    Ok(Some(ticket))
}

/// Changes a ticket, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(TicketId, Option<i64>, TicketChange),
) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsWrite)?;
    let mut ticket = lock(tx, ctx, *id, *expected).await?;
    let before = ticket.clone();
    change.apply(&mut ticket);
    class(ticket.class)?;
    if let Some(status) = change.status {
        let detail = "a ticket is resolved and reopened by POST to its /resolve and /reopen";
        if status == TicketStatus::Resolved {
            return Err(Refusal::invalid("/status", detail));
        }
        if before.status == TicketStatus::Resolved {
            return Err(Refusal::Conflict(detail.to_owned()));
        }
    }
    let mut faults = catalogue::faults(&ticket);
    faults.extend(custom_fields::faults::<Ticket>(tx, change.custom.as_ref()).await?);
    Refusal::unless_valid(faults)?;
    if ticket.subject != before.subject {
        tickets::rename(tx, ticket.id, &ticket.subject).await?;
    }
    if ticket.custom != before.custom {
        tickets::added_texts_changed(tx, ticket.id);
    }
    let mut promises = sla::turn(tx, ctx, before.status, &mut ticket).await?;
    let judged_anew =
        [(ticket.class != before.class, "class"), (ticket.priority != before.priority, "priority")];
    if let Some((_, why)) = judged_anew.into_iter().find(|(changed, _)| *changed) {
        promises.extend(recalculate(tx, ctx, &mut ticket, why).await?);
    }
    tickets::update(tx, &ticket).await?;
    sla::watch(tx, ctx, ticket.id, &promises).await?;
    ctx.record(tx, "ticket.updated", &ticket, catalogue::difference(&before, &ticket)).await?;
    Ok(ticket)
}

/// Gives a ticket to a person.
pub async fn assign(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, to): &(TicketId, Assignment),
) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsWrite)?;
    let mut ticket = lock(tx, ctx, *id, None).await?;
    if ticket.status == TicketStatus::Resolved {
        return Err(Refusal::Conflict("the ticket is resolved; reopen it before assigning it".to_owned()));
    }
    if let Some(Reason::Text(text)) = &to.reason {
        cause(text)?;
    }
    let user = teams::user(tx, to.user).await?.filter(|user| user.active);
    let user =
        user.ok_or_else(|| Refusal::invalid("/user_id", format!("there is no active user {}", to.user)))?;
    let before = ticket.assignee_id;
    ticket.assignee_id = Some(user.id);
    ticket.assignment_reason = Some(match &to.reason {
        Some(reason) => reason.clone(),
        None => by(tx, ctx, ReasonCode::AssignedBy).await?,
    });
    tickets::update(tx, &ticket).await?;
    assigned(tx, ctx, before, &ticket, &user.name).await?;
    Ok(ticket)
}

/// Puts it on a ticket that it was given to somebody, and tells them.
pub(super) async fn assigned(
    tx: &mut Tx,
    ctx: &RequestContext,
    before: Option<UserId>,
    ticket: &Ticket,
    name: &str,
) -> Result<(), Refusal> {
    let data = json!({
        "assignee_id": {"old": before, "new": ticket.assignee_id}, "assignee": name,
        "team_id": ticket.team_id, "reason": ticket.assignment_reason,
    });
    ctx.record(tx, "ticket.assigned", ticket, data).await?;
    let Some(user) = ticket.assignee_id else { return Ok(()) };
    tell(tx, ctx, To::User(user), "ticket.assigned", ticket, &json!({"subject": ticket.subject})).await
}

/// Says that a ticket is done.
pub async fn resolve(tx: &mut Tx, ctx: &RequestContext, id: TicketId) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsWrite)?;
    let mut ticket = lock(tx, ctx, id, None).await?;
    if ticket.status == TicketStatus::Resolved {
        return Err(Refusal::Conflict("the ticket is resolved already".to_owned()));
    }
    let before = ticket.status;
    ticket.status = TicketStatus::Resolved;
    ticket.resolved_at = Some(tx.now());
    sla::turn(tx, ctx, before, &mut ticket).await?;
    tickets::update(tx, &ticket).await?;
    let in_time = ticket.resolution_due_at.map(|due| tx.now() <= due);
    let data = json!({"status": {"old": before, "new": ticket.status}, "sla_kept": in_time});
    ctx.record(tx, "ticket.resolved", &ticket, data).await?;
    tell_teams(tx, ctx, "ticket.resolved", &ticket, &json!({"subject": ticket.subject})).await?;
    hand_offs::resolved(tx, ctx, &ticket).await?;
    Ok(ticket)
}

/// Opens a resolved ticket again.
pub async fn reopen(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: TicketId,
    reason: &Reason,
) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsWrite)?;
    let mut ticket = lock(tx, ctx, id, None).await?;
    if ticket.status != TicketStatus::Resolved {
        return Err(Refusal::Conflict("only a resolved ticket can be reopened".to_owned()));
    }
    let other = match ticket.conversation_id {
        Some(conversation) => tickets::lock_open(tx, conversation).await?,
        None => None,
    };
    if let Some(other) = other {
        let detail = format!("its conversation has another open ticket, {}", other.id);
        return Err(Refusal::Conflict(detail));
    }
    if let Reason::Text(text) = reason {
        cause(text)?;
    }
    ticket.status = TicketStatus::Open;
    ticket.resolved_at = None;
    ticket.reopened += 1;
    let customer = identify::read(tx, ticket.customer_id).await?.customer;
    let mut promises = sla::promise(tx, &mut ticket, customer.grade.as_deref()).await?;
    if *reason == Reason::plain(ReasonCode::CustomerWrote) {
        promises.extend(sla::customer_wrote(tx, &mut ticket).await?);
    }
    tickets::update(tx, &ticket).await?;
    sla::watch(tx, ctx, id, &promises).await?;
    ctx.record(tx, "ticket.reopened", &ticket, json!({"reason": reason, "times": ticket.reopened})).await?;
    let to = ticket.assignee_id.map(To::User).or(ticket.team_id.map(To::Team));
    if let Some(to) = to {
        let arguments = json!({"subject": ticket.subject, "reason": reason});
        tell(tx, ctx, to, "ticket.reopened", &ticket, &arguments).await?;
    }
    Ok(ticket)
}

/// One ticket.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: TicketId) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsRead)?;
    tickets::get(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("ticket", id))
}

/// One ticket as the caller sees it: a partner sees the shared fields alone.
pub async fn see(tx: &mut Tx, ctx: &RequestContext, id: TicketId) -> Result<Ticket, Refusal> {
    ctx.require_sight(Permission::TicketsRead)?;
    let ticket = tickets::get(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("ticket", id))?;
    shares::cut_ticket(tx, ctx, ticket).await
}

/// Tickets. A partner sees those that are shared with it, and of them the shared fields.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    query: &ListQuery,
    by: TicketFilter,
) -> Result<Page<Ticket, String>, Refusal> {
    ctx.require_sight(Permission::TicketsRead)?;
    if ctx.scope().partner().is_some() && (by != TicketFilter::default() || query.asks_for_values()) {
        // Asking for a value would tell what a field has that isn't shared.
        return Err(Refusal::invalid("", "a partner's list of tickets takes no conditions"));
    }
    let found = tickets::list(tx, query, by, ctx.scope()).await?;
    let mut items = Vec::with_capacity(found.items.len());
    for ticket in found.items {
        items.push(shares::cut_ticket(tx, ctx, ticket).await?);
    }
    Ok(Page { items, next: found.next })
}

/// Everything that happened to a ticket and is there for the caller, oldest first.
pub async fn history(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: TicketId,
    page: PageRequest,
) -> Result<Page<Event>, Refusal> {
    get(tx, ctx, id).await?;
    let found = events::history(tx, "ticket", id.0, page).await?;
    Ok(Page { items: embedded::shown(tx, ctx, found.items).await?, next: found.next })
}

async fn lock(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: TicketId,
    expected: Option<i64>,
) -> Result<Ticket, Refusal> {
    let Some(ticket) = tickets::lock(tx, id, ctx.scope()).await? else {
        return Err(reach::missing(tx, ctx, "ticket", id).await);
    };
    let actual = ticket.version - 1;
    match expected.filter(|expected| *expected != actual) {
        Some(expected) => Err(Refusal::Stale { expected, actual }),
        None => Ok(ticket),
    }
}

async fn customer(tx: &mut Tx, ctx: &RequestContext, new: &NewTicket) -> Result<Customer, Refusal> {
    let customer = customers::named(tx, ctx, new.customer_id).await?;
    if let Some(id) = new.conversation_id.flatten() {
        let owner = match conversations::get(tx, id, ctx.scope()).await? {
            Some(conversation) => Some(identify::read(tx, conversation.customer_id).await?.customer.id),
            None => None,
        };
        if owner != Some(customer.id) {
            let detail = format!("customer {} has no conversation {id}", customer.id);
            return Err(Refusal::invalid("/conversation_id", detail));
        }
    }
    Ok(customer)
}

/// That the caller did it, by the name that people know.
async fn by(tx: &mut Tx, ctx: &RequestContext, code: ReasonCode) -> Result<Reason, Refusal> {
    let name = principals::name(tx, ctx.actor.principal).await?;
    Ok(Reason::of(code, &json!({"by": name, "principal": ctx.actor.principal.to_string()})))
}

/// The judgement of the built-in rules.
fn judged(new: &NewTicket, customer: &Customer) -> Verdict {
    let context = Context {
        language_hint: customer.language.as_deref(),
        subject: Some(new.subject.as_str()),
        ..Context::default()
    };
    triage::classify(&new.text, &context)
}

/// Why something is done to a ticket, which everybody reads who sees it.
fn cause(reason: &str) -> Result<(), Refusal> {
    if reason.chars().count() > 2_000 {
        return Err(Refusal::invalid("/reason", "a reason has at most 2000 characters"));
    }
    Ok(())
}

fn class(class: Class) -> Result<Class, Refusal> {
    match class {
        Class::Chatter | Class::Spam => {
            Err(Refusal::invalid("/class", "a ticket is an inquiry, complaint, purchase or after-sales"))
        }
        demand => Ok(demand),
    }
}
