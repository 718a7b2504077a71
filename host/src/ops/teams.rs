//! Teams and users.

use serde::{Deserialize, Serialize};
use serde_json::json;

use super::authority::{self, Target};
use super::refusal::{InvalidField, Refusal};
use super::request_context::RequestContext;
use crate::domain::actor::Permission;
use crate::domain::event::Subject;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::role::Role;
use crate::domain::team::{Team, User};
use crate::domain::triage::Class;
use crate::store::db::Tx;
use crate::store::{accounts, teams, tokens};

/// A team to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewTeam {
    /// Its name.
    pub name: String,
    /// The classes of tickets that it takes.
    pub classes: Vec<Class>,
    /// The classes whose urgent tickets it is told of besides.
    pub watches: Vec<Class>,
}

/// A user to be entered.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewUser {
    /// Their name.
    pub name: String,
    /// Their e-mail address.
    pub email: String,
    /// BCP 47.
    pub language: String,
    /// What they may do when they sign in; nothing that their maker may not.
    pub role: Role,
    /// How many open tickets they take at most.
    pub capacity: i64,
    /// What they can do.
    pub skills: Vec<String>,
    /// What they speak, BCP 47.
    pub languages: Vec<String>,
    /// Where they work.
    pub region: Option<String>,
    /// The teams they are in.
    pub teams: Vec<TeamId>,
}

/// Changes of a user. A field that isn't there stays.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct UserChange {
    /// Their name.
    pub name: Option<String>,
    /// What they may do when they sign in.
    pub role: Option<Role>,
    /// Whether they still work here.
    pub active: Option<bool>,
    /// Whether they take tickets now.
    pub present: Option<bool>,
    /// How many open tickets they take at most.
    pub capacity: Option<i64>,
    /// What they can do.
    pub skills: Option<Vec<String>>,
    /// What they speak.
    pub languages: Option<Vec<String>>,
    /// The language they read.
    pub language: Option<String>,
    /// Where they work.
    #[serde(deserialize_with = "super::nullable")]
    pub region: Option<Option<String>>,
}

/// Makes a team.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewTeam) -> Result<Team, Refusal> {
    ctx.require(Permission::UsersWrite)?;
    let name = new.name.trim().to_owned();
    if name.is_empty() || name.chars().count() > 100 {
        return Err(Refusal::invalid("/name", "a name has 1 to 100 characters"));
    }
    if teams::list(tx).await?.iter().any(|team| team.name == name) {
        return Err(Refusal::Conflict(format!("there is a team {name:?} already")));
    }
    let team = Team {
        id: tx.id(),
        name,
        classes: new.classes.clone(),
        watches: new.watches.clone(),
        created_at: tx.now(),
        version: 1,
    };
    teams::insert(tx, &team).await?;
    let data = json!({"name": team.name, "classes": team.classes, "watches": team.watches});
    ctx.record(tx, "team.created", Subject::of("team", team.id), data).await?;
    Ok(team)
}

/// Enters a user.
pub async fn create_user(tx: &mut Tx, ctx: &RequestContext, new: &NewUser) -> Result<User, Refusal> {
    ctx.require(Permission::UsersWrite)?;
    let user = User {
        id: tx.id(),
        name: new.name.trim().to_owned(),
        email: new.email.trim().to_lowercase(),
        language: new.language.clone(),
        role: new.role,
        active: true,
        present: true,
        capacity: new.capacity,
        skills: new.skills.clone(),
        languages: new.languages.clone(),
        region: new.region.clone(),
        created_at: tx.now(),
        version: 1,
    };
    let mut faults = faults(&user);
    if crate::domain::identity::normalize("email", &user.email, None).is_err() {
        faults.push(InvalidField {
            pointer: "/email".to_owned(),
            detail: "an e-mail address is needed".to_owned(),
        });
    }
    for (index, team) in new.teams.iter().enumerate() {
        if teams::get(tx, *team).await?.is_none() {
            faults.push(InvalidField {
                pointer: format!("/teams/{index}"),
                detail: format!("there is no team {team}"),
            });
        }
    }
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    if teams::users(tx).await?.iter().any(|other| other.email == user.email) {
        return Err(Refusal::Conflict(format!("there is a user with the address {:?} already", user.email)));
    }
    within_own_rights(ctx, user.role)?;
    teams::insert_user(tx, &user).await?;
    for team in &new.teams {
        teams::join(tx, *team, user.id).await?;
    }
    let data = json!({"name": user.name, "role": user.role, "teams": new.teams});
    ctx.record(tx, "user.created", Subject::of("user", user.id), data).await?;
    Ok(user)
}

/// Changes a user who may do no more than the caller, if they are still at the version that the change is based on. Who is
/// deactivated is signed out and loses the tokens that act for them; a change of role is felt by the next request.
pub async fn change_user(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(UserId, Option<i64>, UserChange),
) -> Result<User, Refusal> {
    ctx.require(Permission::UsersWrite)?;
    if change.role.is_some_and(|role| role != Role::Administrator) || change.active == Some(false) {
        // Taken before the user's own row, so that of two who take each other's role the second sees the first.
        teams::lock_administrators(tx).await?;
    }
    let mut user = teams::lock_user(tx, *id).await?.ok_or_else(|| Refusal::not_found("user", id))?;
    let actual = user.version - 1;
    if let Some(expected) = expected.filter(|expected| *expected != actual) {
        return Err(Refusal::Stale { expected, actual });
    }
    authority::require_over(ctx, Permission::UsersWrite, Target::Person(user.role))?;
    let before = fields(&user);
    let ran_host = user.active && user.role == Role::Administrator;
    if let Some(name) = &change.name {
        name.trim().clone_into(&mut user.name);
    }
    if let Some(role) = change.role.filter(|role| *role != user.role) {
        within_own_rights(ctx, role)?;
        user.role = role;
    }
    user.active = change.active.unwrap_or(user.active);
    user.present = change.present.unwrap_or(user.present);
    user.capacity = change.capacity.unwrap_or(user.capacity);
    if let Some(skills) = &change.skills {
        user.skills.clone_from(skills);
    }
    if let Some(languages) = &change.languages {
        user.languages.clone_from(languages);
    }
    if let Some(language) = &change.language {
        user.language.clone_from(language);
    }
    if let Some(region) = &change.region {
        user.region.clone_from(region);
    }
    let faults = faults(&user);
    if !faults.is_empty() {
        return Err(Refusal::Invalid(faults));
    }
    if ran_host && !(user.active && user.role == Role::Administrator) {
        keep_an_administrator(tx, &user).await?;
    }
    teams::update_user(tx, &user).await?;
    if !user.active {
        accounts::end_all(tx, user.id).await?;
        tokens::revoke_of(tx, user.id).await?;
    }
    let changed = super::changes(&before, &fields(&user));
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

/// Nobody gives a role that may do more than they may themselves.
fn within_own_rights(ctx: &RequestContext, role: Role) -> Result<(), Refusal> {
    if ctx.covers(role.rights()) {
        return Ok(());
    }
    Err(Refusal::invalid("/role", format!("the role {role} may do more than you may, so you can't give it")))
}

fn faults(user: &User) -> Vec<InvalidField> {
    let mut faults = Vec::new();
    if user.name.is_empty() || user.name.chars().count() > 100 {
        faults.push(InvalidField {
            pointer: "/name".to_owned(),
            detail: "a name has 1 to 100 characters".to_owned(),
        });
    }
    if !(0..=1_000).contains(&user.capacity) {
        faults.push(InvalidField {
            pointer: "/capacity".to_owned(),
            detail: "a capacity is 0 to 1000 open tickets".to_owned(),
        });
    }
    let word = |text: &String| !text.is_empty() && text.chars().count() <= 64;
    let mut short = |pointer: &str, fine: bool| {
        if !fine {
            let detail = "1 to 64 characters each, at most 50 of them".to_owned();
            faults.push(InvalidField { pointer: pointer.to_owned(), detail });
        }
    };
    let spoken = |text: &String| word(text) && !text.trim().is_empty();
    short("/language", spoken(&user.language));
    short("/region", user.region.as_ref().is_none_or(word));
    short("/skills", user.skills.len() <= 50 && user.skills.iter().all(word));
    short("/languages", user.languages.len() <= 50 && user.languages.iter().all(spoken));
    faults
}

fn fields(user: &User) -> serde_json::Value {
    json!({
        "name": user.name, "role": user.role, "active": user.active, "present": user.present, "capacity": user.capacity,
        "skills": user.skills, "languages": user.languages,
        "language": user.language, "region": user.region,
    })
}
