//! The chain of supervisors that hear of what is overdue: those of the ticket's team, then those of the teams above it.

use serde_json::json;

use super::Timer;
use super::fire::kind;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::role::{ADMINISTRATOR, SUPERVISOR};
use crate::domain::team::User;
use crate::domain::ticket::Ticket;
use crate::ops::events::notify::{To, tell};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::teams;

/// Notifies the supervisors at a step of the chain, from 1 on; whether there is a next step.
pub(super) async fn escalate(
    tx: &mut Tx,
    ctx: &RequestContext,
    ticket: &Ticket,
    timer: &Timer,
    level: usize,
) -> Result<bool, Refusal> {
    let chain = chain(tx, ticket.team_id).await?;
    let Some(people) = level.checked_sub(1).and_then(|place| chain.get(place)) else { return Ok(false) };
    let ids: Vec<UserId> = people.iter().map(|user| user.id).collect();
    let names: Vec<&str> = people.iter().map(|user| user.name.as_str()).collect();
    let kind = kind(timer.step);
    let data = json!({"clock": timer.clock, "due": timer.due, "level": level, "user_ids": ids, "note": names.join(", ")});
    ctx.record(tx, kind, ticket, data).await?;
    let arguments = json!({"clock": timer.clock, "due": timer.due, "subject": ticket.subject});
    for user in people {
        tell(tx, ctx, To::User(user.id), kind, ticket, &arguments).await?;
    }
    Ok(level < chain.len())
}

/// The supervisors by steps; everybody once. Where a team and those above it have none, who runs the host is one.
async fn chain(tx: &mut Tx, team: Option<TeamId>) -> Result<Vec<Vec<User>>, Refusal> {
    let all = teams::list(tx).await?;
    let mut chain: Vec<Vec<User>> = Vec::new();
    let mut at = team;
    // Teams form no circle; the bound is for a database that says otherwise.
    for _ in 0..all.len() {
        let Some(team) = at else { break };
        let mut people = teams::members(tx, team).await?;
        people.retain(|user| {
            holds(user, SUPERVISOR) && !chain.iter().flatten().any(|known| known.id == user.id)
        });
        if !people.is_empty() {
            chain.push(people);
        }
        at = all.iter().find(|other| other.id == team).and_then(|team| team.parent_id);
    }
    if chain.is_empty() {
        let mut people = teams::users(tx).await?;
        people.retain(|user| holds(user, ADMINISTRATOR));
        chain.push(people);
    }
    Ok(chain)
}

fn holds(user: &User, role: &str) -> bool {
    user.active && user.roles.iter().any(|held| held == role)
}
