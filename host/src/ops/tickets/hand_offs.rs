//! Hand-offs: a ticket is given to another team, which accepts or refuses it before its clock runs out. Until it is
//! accepted the giving team has the ticket, so that it is never nobody's.

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::sla::{MICROS_OF_MINUTE, Rules};
use crate::domain::actor::{Permission, Principal, Scope};
use crate::domain::clock::{ClockStep, Timestamp};
use crate::domain::hand_off::{DEFAULT_MINUTES, HandOff, HandOffStatus};
use crate::domain::ids::{HandOffId, TeamId, TicketId, UserId};
use crate::domain::reason::{Reason, ReasonCode};
use crate::domain::team::Team;
use crate::domain::ticket::{Ticket, TicketStatus};
use crate::ops::access::principals;
use crate::ops::access::reach;
use crate::ops::customers::identify;
use crate::ops::events::notify::{To, tell};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::ops::timers;
use crate::store::db::Tx;
use crate::store::hand_offs::{self, HandOffFilter};
use crate::store::page::{Page, PageRequest};
use crate::store::queue;
use crate::store::{teams, tickets};

/// The queue of the timers.
pub const QUEUE: &str = "hand-off";
/// The most characters of a note and of a reason.
const LONGEST: usize = 2_000;

/// To whom a ticket is to be handed off.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewHandOff {
    /// The team.
    pub team: TeamId,
    /// The person there.
    pub user: Option<UserId>,
    /// What they should know, at most 2,000 characters.
    pub note: String,
}

/// One timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// The ticket.
    pub ticket: TicketId,
    /// The hand-off.
    pub hand_off: HandOffId,
    /// What it does.
    pub step: ClockStep,
}

/// Hands a ticket off to another team. The giving team has it until the other accepts.
pub async fn hand_off(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, new): &(TicketId, NewHandOff),
) -> Result<HandOff, Refusal> {
    ctx.require(Permission::TicketsWrite)?;
    let ticket = lock(tx, ctx, *id).await?;
    if ticket.status == TicketStatus::Resolved {
        return Err(Refusal::Conflict("the ticket is resolved; reopen it before handing it off".to_owned()));
    }
    let to = receiver(tx, &ticket, new).await?;
    let note = new.note.trim();
    if note.chars().count() > LONGEST {
        return Err(Refusal::invalid("/note", format!("a note has at most {LONGEST} characters")));
    }
    let (warning, due_at) = due(tx, &ticket).await?;
    let hand_off = HandOff {
        id: tx.id(),
        ticket_id: ticket.id,
        from_team_id: ticket.team_id,
        from_user_id: ticket.assignee_id,
        to_team_id: to.id,
        to_user_id: new.user,
        note: note.to_owned(),
        status: HandOffStatus::Pending,
        reason: None,
        handed_by: ctx.actor.principal.to_string(),
        answered_by: None,
        due_at,
        answered_at: None,
        created_at: tx.now(),
        version: 1,
    };
    if !hand_offs::insert(tx, &hand_off).await? {
        let detail = "a hand-off of this ticket waits to be accepted or refused already; one at a time";
        return Err(Refusal::Conflict(detail.to_owned()));
    }
    for (step, at) in [(ClockStep::Warn, warning), (ClockStep::Breach, due_at)] {
        let timer = Timer { ticket: ticket.id, hand_off: hand_off.id, step };
        let lane = format!("hand-off:{}:{step:?}", hand_off.id);
        timers::set(tx, ctx, (QUEUE, lane), &timer, at).await?;
    }
    let parties = HandOffParties::read(tx, &ticket, &hand_off).await?;
    let data = json!({
        "hand_off_id": hand_off.id, "from_team_id": hand_off.from_team_id, "to_team_id": hand_off.to_team_id,
        "to_user_id": hand_off.to_user_id, "note": hand_off.note, "due_at": hand_off.due_at,
    });
    ctx.record(tx, "ticket.handed-off", &ticket, data).await?;
    parties.taker(tx, ctx, "ticket.handed-off").await?;
    parties.giver(tx, ctx, "ticket.handed-off").await?;
    Ok(hand_off)
}

/// Accepts the hand-off that waits: the ticket changes hands, and whoever was named or accepts it gets it.
pub async fn accept(tx: &mut Tx, ctx: &RequestContext, id: TicketId) -> Result<Ticket, Refusal> {
    let (mut ticket, hand_off) = answer(tx, ctx, id, HandOffStatus::Accepted).await?;
    let before = (ticket.team_id, ticket.assignee_id);
    let named = match hand_off.to_user_id {
        Some(user) => teams::user(tx, user).await?.filter(|user| user.active).map(|user| user.id),
        None => None,
    };
    let acting = match ctx.actor.principal {
        Principal::User(user) => Some(user),
        _ => None,
    };
    ticket.team_id = Some(hand_off.to_team_id);
    ticket.assignee_id = named.or(acting);
    ticket.assignment_reason = match ticket.assignee_id {
        Some(_) => Some(handed(tx, ctx, &hand_off).await?),
        None => None,
    };
    tickets::update(tx, &ticket).await?;
    end(tx, &hand_off).await?;
    let parties = HandOffParties::read(tx, &ticket, &hand_off).await?;
    let data = json!({
        "hand_off_id": hand_off.id, "team_id": {"old": before.0, "new": ticket.team_id},
        "assignee_id": {"old": before.1, "new": ticket.assignee_id}, "in_time": tx.now() <= hand_off.due_at,
    });
    ctx.record(tx, "ticket.hand-off-accepted", &ticket, data).await?;
    if let Some(user) = ticket.assignee_id {
        let data = json!({
            "assignee_id": {"old": before.1, "new": user}, "team_id": ticket.team_id, "reason": ticket.assignment_reason,
        });
        ctx.record(tx, "ticket.assigned", &ticket, data).await?;
        tell(tx, ctx, To::User(user), "ticket.assigned", &ticket, &json!({"subject": ticket.subject}))
            .await?;
    }
    parties.giver(tx, ctx, "ticket.hand-off-accepted").await?;
    parties.taker(tx, ctx, "ticket.hand-off-accepted").await?;
    Ok(ticket)
}

/// By whom a ticket was handed off and accepted.
async fn handed(tx: &mut Tx, ctx: &RequestContext, hand_off: &HandOff) -> Result<Reason, Refusal> {
    let from = match Principal::read(&hand_off.handed_by) {
        Some(principal) => principals::name(tx, principal).await?,
        None => String::new(),
    };
    let by = principals::name(tx, ctx.actor.principal).await?;
    Ok(Reason::of(ReasonCode::AssignedByHandOff, &json!({"from": from, "by": by})))
}

/// Refuses the hand-off that waits: the ticket stays with the team that wanted to give it.
pub async fn refuse(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, reason): &(TicketId, String),
) -> Result<Ticket, Refusal> {
    let (ticket, mut hand_off) = answer(tx, ctx, *id, HandOffStatus::Refused).await?;
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > LONGEST {
        return Err(Refusal::invalid("/reason", format!("a reason has 1 to {LONGEST} characters")));
    }
    hand_off.reason = Some(reason.to_owned());
    end(tx, &hand_off).await?;
    let data = json!({
        "hand_off_id": hand_off.id, "reason": reason, "to_team_id": hand_off.to_team_id, "team_id": ticket.team_id,
        "assignee_id": ticket.assignee_id,
    });
    ctx.record(tx, "ticket.hand-off-refused", &ticket, data).await?;
    let parties = HandOffParties::read(tx, &ticket, &hand_off).await?;
    parties.giver(tx, ctx, "ticket.hand-off-refused").await?;
    parties.taker(tx, ctx, "ticket.hand-off-refused").await?;
    Ok(ticket)
}

/// Takes the hand-off that waits back: the ticket stays where it is. Only who gave it may, and programs.
pub async fn withdraw(tx: &mut Tx, ctx: &RequestContext, id: TicketId) -> Result<Ticket, Refusal> {
    ctx.require(Permission::TicketsWrite)?;
    let ticket = lock(tx, ctx, id).await?;
    let hand_off = pending(tx, id).await?;
    let may = match ctx.actor.principal {
        Principal::User(user) => gave(tx, &hand_off, user).await?,
        other => is_program(other),
    };
    if !may {
        let detail = "only who handed the ticket off or has it until then, and their team, take it back";
        return Err(Refusal::Forbidden(detail.to_owned()));
    }
    let hand_off = HandOff {
        answered_at: Some(tx.now()),
        answered_by: Some(ctx.actor.principal.to_string()),
        ..hand_off
    };
    withdrawn(tx, ctx, &ticket, hand_off, "ticket.hand-off-taken-back").await?;
    Ok(ticket)
}

/// Whether a person is on the giving side of a hand-off.
async fn gave(tx: &mut Tx, hand_off: &HandOff, user: UserId) -> Result<bool, Refusal> {
    if hand_off.from_user_id == Some(user) || hand_off.handed_by == Principal::User(user).to_string() {
        return Ok(true);
    }
    let Some(team) = hand_off.from_team_id else { return Ok(false) };
    Ok(teams::members(tx, team).await?.iter().any(|member| member.id == user))
}

/// Ends the hand-off that waits because its ticket was resolved; nothing happens when none does.
pub(super) async fn resolved(tx: &mut Tx, ctx: &RequestContext, ticket: &Ticket) -> Result<(), Refusal> {
    match hand_offs::lock_pending(tx, ticket.id).await? {
        Some(hand_off) => withdrawn(tx, ctx, ticket, hand_off, "ticket.hand-off-withdrawn").await,
        None => Ok(()),
    }
}

async fn withdrawn(
    tx: &mut Tx,
    ctx: &RequestContext,
    ticket: &Ticket,
    mut hand_off: HandOff,
    notice: &str,
) -> Result<(), Refusal> {
    hand_off.status = HandOffStatus::Withdrawn;
    end(tx, &hand_off).await?;
    let data = json!({"hand_off_id": hand_off.id, "to_team_id": hand_off.to_team_id});
    ctx.record(tx, "ticket.hand-off-withdrawn", ticket, data).await?;
    HandOffParties::read(tx, ticket, &hand_off).await?.taker(tx, ctx, notice).await
}

/// A timer has come due: reminds the team that is to answer, or ends the hand-off, unless it was answered in time.
pub async fn fire(tx: &mut Tx, ctx: &RequestContext, timer: &Timer) -> Result<(), Refusal> {
    let Some(ticket) = tickets::get(tx, timer.ticket, Scope::All).await? else { return Ok(()) };
    let pending = hand_offs::lock_pending(tx, ticket.id).await?;
    let Some(mut hand_off) = pending.filter(|pending| pending.id == timer.hand_off) else { return Ok(()) };
    let data = json!({
        "hand_off_id": hand_off.id, "to_team_id": hand_off.to_team_id, "due_at": hand_off.due_at,
        "team_id": ticket.team_id,
    });
    if timer.step == ClockStep::Warn {
        ctx.record(tx, "ticket.hand-off-warned", &ticket, data).await?;
        return HandOffParties::read(tx, &ticket, &hand_off)
            .await?
            .taker(tx, ctx, "ticket.hand-off-warned")
            .await;
    }
    hand_off.status = HandOffStatus::Overdue;
    hand_offs::update(tx, &hand_off).await?;
    ctx.record(tx, "ticket.hand-off-overdue", &ticket, data).await?;
    let parties = HandOffParties::read(tx, &ticket, &hand_off).await?;
    parties.giver(tx, ctx, "ticket.hand-off-overdue").await?;
    parties.taker(tx, ctx, "ticket.hand-off-overdue").await
}

/// One hand-off.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: HandOffId) -> Result<HandOff, Refusal> {
    ctx.require(Permission::TicketsRead)?;
    hand_offs::get(tx, id, ctx.scope()).await?.ok_or_else(|| Refusal::not_found("hand-off", id))
}

/// Hand-offs, newest first.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    page: PageRequest,
    filter: HandOffFilter,
) -> Result<Page<HandOff>, Refusal> {
    ctx.require(Permission::TicketsRead)?;
    Ok(hand_offs::list(tx, page, filter, ctx.scope()).await?)
}

async fn lock(tx: &mut Tx, ctx: &RequestContext, id: TicketId) -> Result<Ticket, Refusal> {
    match tickets::lock(tx, id, ctx.scope()).await? {
        Some(ticket) => Ok(ticket),
        None => Err(reach::missing(tx, ctx, "ticket", id).await),
    }
}

/// The team that is to get the ticket, if the request makes sense.
async fn receiver(tx: &mut Tx, ticket: &Ticket, new: &NewHandOff) -> Result<Team, Refusal> {
    let team = teams::get(tx, new.team).await?;
    let team = team.ok_or_else(|| Refusal::invalid("/team_id", format!("there is no team {}", new.team)))?;
    if ticket.team_id == Some(team.id) {
        let detail = format!("{} has the ticket already; assign it to a person there", team.name);
        return Err(Refusal::invalid("/team_id", detail));
    }
    if let Some(user) = new.user
        && !teams::members(tx, team.id).await?.iter().any(|member| member.id == user && member.active)
    {
        let detail = format!("{} has no active member {user}", team.name);
        return Err(Refusal::invalid("/user_id", detail));
    }
    Ok(team)
}

/// When it is reminded of, and until when it is to be accepted: by the policy that applies to the ticket, or the usual.
async fn due(tx: &mut Tx, ticket: &Ticket) -> Result<(Timestamp, Timestamp), Refusal> {
    let customer = identify::read(tx, ticket.customer_id).await?.customer;
    let rules = Rules::choose(tx, ticket, customer.grade.as_deref()).await?;
    let minutes = rules.policy.map_or(DEFAULT_MINUTES, |policy| policy.hand_off_minutes);
    let due = rules.hours.after(tx.now(), minutes * MICROS_OF_MINUTE);
    Ok((rules.hours.after(due, -minutes * MICROS_OF_MINUTE / 5), due))
}

/// The hand-off of a ticket that waits, locked.
async fn pending(tx: &mut Tx, id: TicketId) -> Result<HandOff, Refusal> {
    let pending = hand_offs::lock_pending(tx, id).await?;
    pending.ok_or_else(|| Refusal::Conflict("no hand-off of this ticket waits for an answer".to_owned()))
}

fn is_program(principal: Principal) -> bool {
    matches!(principal, Principal::System | Principal::Token(_) | Principal::Installation(_))
}

/// Locks a ticket and the hand-off that waits, for whoever may answer it: a member of the team that is to get it, or
/// a program that may write tickets.
async fn answer(
    tx: &mut Tx,
    ctx: &RequestContext,
    id: TicketId,
    status: HandOffStatus,
) -> Result<(Ticket, HandOff), Refusal> {
    ctx.require(Permission::TicketsWrite)?;
    let ticket = lock(tx, ctx, id).await?;
    let mut hand_off = pending(tx, id).await?;
    let may = match ctx.actor.principal {
        Principal::User(user) => {
            teams::members(tx, hand_off.to_team_id).await?.iter().any(|member| member.id == user)
        }
        other => is_program(other),
    };
    if !may {
        let detail = "only the team that is to get the ticket accepts or refuses it; you aren't in it";
        return Err(Refusal::Forbidden(detail.to_owned()));
    }
    hand_off.status = status;
    hand_off.answered_at = Some(tx.now());
    hand_off.answered_by = Some(ctx.actor.principal.to_string());
    Ok((ticket, hand_off))
}

/// Keeps how a hand-off ended, and stops its timers.
async fn end(tx: &mut Tx, hand_off: &HandOff) -> Result<(), Refusal> {
    hand_offs::update(tx, hand_off).await?;
    for step in [ClockStep::Warn, ClockStep::Breach] {
        queue::cancel_lane(tx, &format!("hand-off:{}:{step:?}", hand_off.id)).await?;
    }
    Ok(())
}

/// What the two sides of a hand-off are told.
struct HandOffParties<'a> {
    ticket: &'a Ticket,
    hand_off: &'a HandOff,
    arguments: Value,
}

impl<'a> HandOffParties<'a> {
    async fn read(tx: &mut Tx, ticket: &'a Ticket, hand_off: &'a HandOff) -> Result<Self, Refusal> {
        let teams = teams::list(tx).await?;
        let name = |id: Option<TeamId>| teams.iter().find(|team| Some(team.id) == id).map(|team| &team.name);
        let arguments = json!({
            "subject": ticket.subject, "from": name(hand_off.from_team_id), "to": name(Some(hand_off.to_team_id)),
            "due": hand_off.due_at, "note": hand_off.note, "reason": hand_off.reason,
        });
        Ok(Self { ticket, hand_off, arguments })
    }

    /// Tells who gives the ticket: the team, or without one the person who had it.
    async fn giver(&self, tx: &mut Tx, ctx: &RequestContext, kind: &str) -> Result<(), Refusal> {
        let team = self.hand_off.from_team_id.map(To::Team);
        match team.or(self.hand_off.from_user_id.map(To::User)) {
            Some(to) => tell(tx, ctx, to, kind, self.ticket, &self.arguments).await,
            None => Ok(()),
        }
    }

    /// Tells the team that is to get the ticket, which the named person is in.
    async fn taker(&self, tx: &mut Tx, ctx: &RequestContext, kind: &str) -> Result<(), Refusal> {
        tell(tx, ctx, To::Team(self.hand_off.to_team_id), kind, self.ticket, &self.arguments).await
    }
}
