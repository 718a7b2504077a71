//! What a team takes, and who is in it.

use serde_json::json;

use super::authority::{self, Target};
use super::refusal::Refusal;
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::event::Subject;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::team::{Team, User};
use crate::domain::triage::Class;
use crate::store::db::Tx;
use crate::store::teams;

/// Changes of a team. A field that isn't there stays.
#[derive(Debug, Clone, Default)]
pub struct TeamChange {
    /// Its name.
    pub name: Option<String>,
    /// The classes of tickets that it takes.
    pub classes: Option<Vec<Class>>,
    /// The classes whose urgent tickets it is told of besides.
    pub watches: Option<Vec<Class>>,
}

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
    let actual = team.version - 1;
    if let Some(expected) = expected.filter(|expected| *expected != actual) {
        return Err(Refusal::Stale { expected, actual });
    }
    let fields = |team: &Team| json!({"name": team.name, "classes": team.classes, "watches": team.watches});
    let before = fields(&team);
    if let Some(name) = &change.name {
        name.trim().clone_into(&mut team.name);
        if team.name.is_empty() || team.name.chars().count() > 100 {
            return Err(Refusal::invalid("/name", "a name has 1 to 100 characters"));
        }
        if teams::list(tx).await?.iter().any(|other| other.name == team.name && other.id != team.id) {
            return Err(Refusal::Conflict(format!("there is a team {:?} already", team.name)));
        }
    }
    if let Some(classes) = &change.classes {
        team.classes.clone_from(classes);
    }
    if let Some(watches) = &change.watches {
        team.watches.clone_from(watches);
    }
    teams::update(tx, &team).await?;
    let changes = super::changes(&before, &fields(&team));
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
    authority::require_over(ctx, Permission::UsersWrite, Target::Person(user.role))?;
    if !teams::members(tx, team.id).await?.iter().any(|member| member.id == user.id) {
        teams::join(tx, team.id, user.id).await?;
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
    authority::require_over(ctx, Permission::UsersWrite, Target::Person(member.role))?;
    teams::leave(tx, team.id, member.id).await?;
    let data = json!({"user_id": member.id, "name": member.name});
    ctx.record(tx, "team.left", Subject::of("team", team.id), data).await.map(|_| ())
}

async fn locked(tx: &mut Tx, ctx: &RequestContext, id: TeamId) -> Result<Team, Refusal> {
    ctx.require(Permission::UsersWrite)?;
    teams::lock(tx, id).await?.ok_or_else(|| Refusal::not_found("team", id))
}
