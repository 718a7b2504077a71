//! What a team takes, and who is in it.

use serde_json::json;

use super::authority;
use super::roles;
use crate::domain::actor::Permission;
use crate::domain::catalogue;
use crate::domain::event::Subject;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::team::{Team, TeamChange, User};
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::teams;

/// A team with its members.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: TeamId) -> Result<(Team, Vec<User>), Refusal> {
    ctx.require(Permission::UsersRead)?;
    let team = teams::get(tx, id).await?.ok_or_else(|| Refusal::not_found("team", id))?;
    let members = teams::members(tx, id).await?;
    Ok((team, members))
}

/// Changes a team, if it is still at the version that the change is based on.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(TeamId, Option<i64>, TeamChange),
) -> Result<(Team, Vec<User>), Refusal> {
    ctx.require(Permission::UsersWrite)?;
    let mut team = teams::lock(tx, *id).await?.ok_or_else(|| Refusal::not_found("team", id))?;
    crate::ops::expect_version(*expected, team.version - 1)?;
    let before = team.clone();
    change.apply(&mut team);
    Refusal::unless_valid(catalogue::faults(&team))?;
    let others = teams::list(tx).await?;
    if others.iter().any(|other| other.name == team.name && other.id != team.id) {
        return Err(Refusal::Conflict(format!("there is a team {:?} already", team.name)));
    }
    check_place(&team, &others)?;
    teams::update(tx, &team).await?;
    if team.parent_id != before.parent_id {
        // Whoever sees a department sees other records now.
        authority::require_all(ctx)?;
        roles::settle_all(tx).await?;
    }
    let changes = catalogue::difference(&before, &team);
    ctx.record(tx, "team.updated", Subject::of("team", team.id), changes).await?;
    let members = teams::members(tx, team.id).await?;
    Ok((team, members))
}

/// Takes a user into a team; nothing changes when they are in it.
pub async fn join(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, user): &(TeamId, UserId),
) -> Result<(Team, Vec<User>), Refusal> {
    let team = locked(tx, ctx, *id).await?;
    let user = teams::user(tx, *user)
        .await?
        .filter(|user| user.active)
        .ok_or_else(|| Refusal::invalid("/user_id", format!("there is no active user {user}")))?;
    authority::require_over_user(tx, ctx, user.id).await?;
    if !teams::members(tx, team.id).await?.iter().any(|member| member.id == user.id) {
        teams::join(tx, team.id, user.id).await?;
        roles::settle_user(tx, &user).await?;
        let data = json!({"user_id": user.id, "name": user.name});
        ctx.record(tx, "team.joined", Subject::of("team", team.id), data).await?;
    }
    let members = teams::members(tx, team.id).await?;
    Ok((team, members))
}

/// Takes a user out of a team. The tickets that they have stay with them.
pub async fn leave(tx: &mut Tx, ctx: &RequestContext, (id, user): &(TeamId, UserId)) -> Result<(), Refusal> {
    let team = locked(tx, ctx, *id).await?;
    let members = teams::members(tx, team.id).await?;
    let member = members.iter().find(|member| member.id == *user);
    let member = member.ok_or_else(|| Refusal::not_found("member", user))?;
    authority::require_over_user(tx, ctx, member.id).await?;
    teams::leave(tx, team.id, member.id).await?;
    roles::settle_user(tx, member).await?;
    let data = json!({"user_id": member.id, "name": member.name});
    ctx.record(tx, "team.left", Subject::of("team", team.id), data).await.map(|_| ())
}

/// Refuses a team that would be a part of one that isn't there, or of itself.
pub(super) fn check_place(team: &Team, others: &[Team]) -> Result<(), Refusal> {
    let mut above = team.parent_id;
    let mut passed = Vec::new();
    while let Some(id) = above {
        let wrong = |detail: String| Err(Refusal::invalid("/parent_id", detail));
        if id == team.id || passed.contains(&id) {
            return wrong(format!("{} would be a part of itself", team.name));
        }
        passed.push(id);
        match others.iter().find(|other| other.id == id) {
            Some(other) => above = other.parent_id,
            None => return wrong(format!("there is no team {id}")),
        }
    }
    Ok(())
}

async fn locked(tx: &mut Tx, ctx: &RequestContext, id: TeamId) -> Result<Team, Refusal> {
    ctx.require(Permission::UsersWrite)?;
    teams::lock(tx, id).await?.ok_or_else(|| Refusal::not_found("team", id))
}
