//! Teams and users.

use serde_json::json;

use super::authority::{self, Target};
use super::roles;
use crate::domain::actor::Permission;
use crate::domain::catalogue::{self, Record as _};
use crate::domain::event::Subject;
use crate::domain::ids::UserId;
use crate::domain::role::ADMINISTRATOR;
use crate::domain::team::{NewTeam, NewUser, Team, User, UserChange};
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::{accounts, teams, tokens};

/// Makes a team.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewTeam) -> Result<Team, Refusal> {
    ctx.require(Permission::UsersWrite)?;
    let mut team = Team { id: tx.id(), created_at: tx.now(), version: 1, ..Team::blank() };
    new.apply(&mut team);
    Refusal::unless_valid(catalogue::faults(&team))?;
    let others = teams::list(tx).await?;
    if others.iter().any(|other| other.name == team.name) {
        return Err(Refusal::Conflict(format!("there is a team {:?} already", team.name)));
    }
    super::membership::check_place(&team, &others)?;
    teams::insert(tx, &team).await?;
    roles::settle_all(tx).await?;
    let data = json!({
        "name": team.name, "classes": team.classes, "watches": team.watches, "parent_id": team.parent_id,
    });
    ctx.record(tx, "team.created", Subject::of("team", team.id), data).await?;
    Ok(team)
}

/// Enters a user.
pub async fn create_user(tx: &mut Tx, ctx: &RequestContext, new: &NewUser) -> Result<User, Refusal> {
    ctx.require(Permission::UsersWrite)?;
    let mut user = User { id: tx.id(), created_at: tx.now(), version: 1, ..User::blank() };
    new.apply(&mut user);
    user.email = user.email.to_lowercase();
    let mut faults = catalogue::faults(&user);
    for (index, team) in new.teams.iter().enumerate() {
        if teams::get(tx, *team).await?.is_none() {
            faults.push(InvalidField {
                pointer: format!("/teams/{index}"),
                detail: format!("there is no team {team}"),
            });
        }
    }
    faults.extend(roles::faults(tx, &user.roles).await?);
    Refusal::unless_valid(faults)?;
    if teams::users(tx).await?.iter().any(|other| other.email == user.email) {
        return Err(Refusal::Conflict(format!("there is a user with the address {:?} already", user.email)));
    }
    within_own_rights(tx, ctx, &user.roles).await?;
    teams::insert_user(tx, &user).await?;
    for team in &new.teams {
        teams::join(tx, *team, user.id).await?;
    }
    roles::settle_user(tx, &user).await?;
    let data = json!({"name": user.name, "roles": user.roles, "teams": new.teams});
    ctx.record(tx, "user.created", Subject::of("user", user.id), data).await?;
    Ok(user)
}

/// Changes a user who may do no more than the caller, if they are still at the version that the change is based on. Who is
/// deactivated is signed out and loses the tokens that act for them; a change of roles is felt by the next request.
pub async fn change_user(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(UserId, Option<i64>, UserChange),
) -> Result<User, Refusal> {
    ctx.require(Permission::UsersWrite)?;
    let stays = |roles: &Vec<String>| roles.iter().any(|role| role == ADMINISTRATOR);
    if change.roles.as_ref().is_some_and(|roles| !stays(roles)) || change.active == Some(false) {
        // Taken before the user's own row, so that of two who take each other's roles the second sees the first.
        teams::lock_administrators(tx).await?;
    }
    let mut user = teams::lock_user(tx, *id).await?.ok_or_else(|| Refusal::not_found("user", id))?;
    crate::ops::expect_version(*expected, user.version - 1)?;
    authority::require_over_user(tx, ctx, user.id).await?;
    let before = user.clone();
    change.apply(&mut user);
    let mut faults = catalogue::faults(&user);
    if user.roles != before.roles {
        faults.extend(roles::faults(tx, &user.roles).await?);
        within_own_rights(tx, ctx, &user.roles).await?;
    }
    Refusal::unless_valid(faults)?;
    if before.is_administrator() && !user.is_administrator() {
        keep_an_administrator(tx, &user).await?;
    }
    teams::update_user(tx, &user).await?;
    if user.roles != before.roles {
        roles::settle_user(tx, &user).await?;
    }
    if !user.active {
        accounts::end_all(tx, user.id).await?;
        tokens::revoke_of(tx, user.id).await?;
    }
    let changed = catalogue::difference(&before, &user);
    ctx.record(tx, "user.updated", Subject::of("user", user.id), changed).await?;
    Ok(user)
}

/// Every team with its members.
pub async fn list(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<(Team, Vec<User>)>, Refusal> {
    ctx.require(Permission::UsersRead)?;
    let mut found = Vec::new();
    for team in teams::list(tx).await? {
        let members = teams::members(tx, team.id).await?;
        found.push((team, members));
    }
    Ok(found)
}

/// One user.
pub async fn user(tx: &mut Tx, ctx: &RequestContext, id: UserId) -> Result<User, Refusal> {
    ctx.require(Permission::UsersRead)?;
    teams::user(tx, id).await?.ok_or_else(|| Refusal::not_found("user", id))
}

/// Every user.
pub async fn users(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<User>, Refusal> {
    ctx.require(Permission::UsersRead)?;
    Ok(teams::users(tx).await?)
}

/// Refuses to lose the last who runs the host; one who can sign in isn't replaced by one who can't.
async fn keep_an_administrator(tx: &mut Tx, leaving: &User) -> Result<(), Refusal> {
    let others = accounts::other_administrators(tx, leaving.id).await?;
    let signs_in = accounts::hash(tx, leaving.id).await?.is_some();
    if others.iter().any(|has_password| *has_password || !signs_in) {
        return Ok(());
    }
    Err(Refusal::Conflict(format!(
        "{} is the last active administrator who can sign in; make somebody else one first",
        leaving.name
    )))
}

/// Nobody gives roles that may do or see more than they may themselves.
async fn within_own_rights(tx: &mut Tx, ctx: &RequestContext, names: &[String]) -> Result<(), Refusal> {
    let held = roles::held_with(tx, names).await?;
    authority::require_over(ctx, Permission::UsersWrite, Target::Person(held)).map_err(
        |refusal| match refusal {
            Refusal::Forbidden(_) => {
                let names = names.join(", ");
                Refusal::invalid("/roles", format!("{names} may do more than you may, so you can't give it"))
            }
            other => other,
        },
    )
}
