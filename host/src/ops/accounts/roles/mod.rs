//! Roles: what people may do, which records they reach and how they see them.

mod settle;

use serde_json::json;

use super::authority::{self, Target};
use crate::domain::actor::{Actor, Permission, Principal, Rights, Scope};
use crate::domain::catalogue::{self, Record as _};
use crate::domain::event::Subject;
use crate::domain::ids::{RoleId, UserId};
use crate::domain::role::{ADMINISTRATOR, Access, NewRole, ReachedKind, Role, RoleChange, Sights, shipped};
use crate::ops::refusal::{InvalidField, Refusal};
use crate::ops::request_context::RequestContext;
use crate::store::db::{DbError, Tx};
use crate::store::{declared_kinds, roles, second_factors, teams};

pub(in crate::ops) use self::settle::{settle_all, settle_user};

/// The most roles.
const MOST: usize = 200;

/// What somebody may do and see, by all of their roles together.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Held {
    /// What they may do.
    pub rights: Rights,
    /// How they see what tells of people.
    pub sights: Sights,
    /// Whether some records are out of their reach.
    pub limited: bool,
}

impl Held {
    /// What nobody may.
    pub const NOTHING: Self = Self { rights: Rights::NONE, sights: Sights::FULL, limited: false };

    /// Somebody with this who acts as themselves.
    pub fn actor(self, user: UserId) -> Actor {
        let scope = if self.limited { Scope::Person(user) } else { Scope::All };
        Actor { scope, sights: self.sights, ..Actor::of(Principal::User(user), self.rights) }
    }
}

/// What somebody may do and see; nothing for who isn't there.
pub(in crate::ops) async fn held_by(tx: &mut Tx, user: UserId) -> Result<Held, DbError> {
    let kept = roles::rights_of(tx, user).await?;
    Ok(kept.map_or(Held::NOTHING, |kept| Held {
        rights: Rights::known(kept.permissions.0.iter().map(String::as_str)),
        sights: Sights::of(&kept.classes.0),
        limited: kept.limited,
    }))
}

/// What these roles let somebody do and see together.
pub(super) async fn held_with(tx: &mut Tx, names: &[String]) -> Result<Held, Refusal> {
    let mut all = roles::list(tx).await?;
    all.retain(|role| names.contains(&role.name));
    let access = Access::of(&all.iter().collect::<Vec<_>>());
    Ok(Held { rights: access.rights, sights: access.sights, limited: access.is_limited() })
}

/// What is wrong with the roles that somebody is to have.
pub(super) async fn faults(tx: &mut Tx, names: &[String]) -> Result<Vec<InvalidField>, Refusal> {
    let known = roles::list(tx).await?;
    let mut faults = Vec::new();
    for (place, name) in names.iter().enumerate() {
        let detail = if !known.iter().any(|role| role.name == *name) {
            let known: Vec<&str> = known.iter().map(|role| role.name.as_str()).collect();
            format!("there is no role {name:?}; there are: {}", known.join(", "))
        } else if names[..place].contains(name) {
            format!("{name:?} is named twice")
        } else {
            continue;
        };
        faults.push(InvalidField { pointer: format!("/roles/{place}"), detail });
    }
    Ok(faults)
}

/// Makes the roles that the host ships, and brings those up to date that nobody has changed; then makes anew what follows
/// for each person.
pub async fn begin(tx: &mut Tx) -> Result<(), Refusal> {
    for role in shipped() {
        let known = roles::named(tx, &role.name).await?;
        let now = tx.now();
        match known {
            None => {
                let role = Role { id: tx.id(), created_at: now, updated_at: now, ..role };
                roles::insert(tx, &role).await?;
            }
            Some(known) if known.version == 1 && !same(&known, &role) => {
                let role =
                    Role { id: known.id, created_at: known.created_at, updated_at: now, version: 1, ..role };
                roles::update(tx, &role).await?;
            }
            Some(_) => {}
        }
    }
    settle_all(tx).await
}

/// Whether two roles let one do the same.
fn same(one: &Role, other: &Role) -> bool {
    let said = |role: &Role| {
        let titles = (role.title_en.clone(), role.title_zh.clone());
        (titles, role.permissions.clone(), role.reach.clone(), role.classes.clone())
    };
    said(one) == said(other)
}

/// Every role, by their names.
pub async fn list(tx: &mut Tx, ctx: &RequestContext) -> Result<Vec<Role>, Refusal> {
    ctx.require(Permission::UsersRead)?;
    Ok(roles::list(tx).await?)
}

/// One role.
pub async fn get(tx: &mut Tx, ctx: &RequestContext, id: RoleId) -> Result<Role, Refusal> {
    ctx.require(Permission::UsersRead)?;
    roles::get(tx, id).await?.ok_or_else(|| Refusal::not_found("role", id))
}

/// Makes a role that may do no more than the caller.
pub async fn create(tx: &mut Tx, ctx: &RequestContext, new: &NewRole) -> Result<Role, Refusal> {
    let now = tx.now();
    let mut role = Role { id: tx.id(), created_at: now, updated_at: now, version: 1, ..Role::blank() };
    ctx.require(Permission::RolesWrite)?;
    new.apply(&mut role);
    check(tx, &role).await?;
    within_own_rights(ctx, &role)?;
    if roles::list(tx).await?.len() >= MOST {
        return Err(Refusal::Conflict(format!("there are at most {MOST} roles; remove one first")));
    }
    if !roles::insert(tx, &role).await? {
        return Err(Refusal::Conflict(format!("there is a role {:?} already", role.name)));
    }
    let data = json!({"name": role.name, "permissions": role.permissions, "reach": role.reach, "classes": role.classes});
    ctx.record(tx, "role.created", Subject::of("role", role.id), data).await?;
    Ok(role)
}

/// Changes a role that may do no more than the caller, before and after, if it is still at the version that the change is
/// based on. Whoever has it may do and see by the next request what it says then.
pub async fn change(
    tx: &mut Tx,
    ctx: &RequestContext,
    (id, expected, change): &(RoleId, Option<i64>, RoleChange),
) -> Result<Role, Refusal> {
    ctx.require(Permission::RolesWrite)?;
    let mut role = roles::lock(tx, *id).await?.ok_or_else(|| Refusal::not_found("role", id))?;
    crate::ops::expect_version(*expected, role.version - 1)?;
    keeps(&role)?;
    within_own_rights(ctx, &role)?;
    let before = role.clone();
    change.apply(&mut role);
    check(tx, &role).await?;
    within_own_rights(ctx, &role)?;
    roles::update(tx, &role).await?;
    settle_all(tx).await?;
    let changed = catalogue::difference(&before, &role);
    ctx.record(tx, "role.updated", Subject::of("role", role.id), changed).await?;
    Ok(role)
}

/// Removes a role that nobody has.
pub async fn delete(tx: &mut Tx, ctx: &RequestContext, id: RoleId) -> Result<(), Refusal> {
    ctx.require(Permission::RolesWrite)?;
    let role = roles::lock(tx, id).await?.ok_or_else(|| Refusal::not_found("role", id))?;
    keeps(&role)?;
    within_own_rights(ctx, &role)?;
    if shipped().any(|shipped| shipped.name == role.name) {
        let detail = format!("the role {:?} comes with the host; it can be changed, not removed", role.name);
        return Err(Refusal::Conflict(detail));
    }
    let holders = teams::users(tx).await?;
    let holders: Vec<&str> = holders
        .iter()
        .filter(|user| user.roles.contains(&role.name))
        .map(|user| user.name.as_str())
        .collect();
    if !holders.is_empty() {
        let (count, first) = (holders.len(), holders.iter().take(5).copied().collect::<Vec<_>>().join(", "));
        return Err(Refusal::Conflict(format!(
            "{count} people have this role, as {first}; take it from them first"
        )));
    }
    if second_factors::roles(tx).await?.contains(&role.name) {
        let detail = "the sign-in policy names this role; take it out of there first";
        return Err(Refusal::Conflict(detail.to_owned()));
    }
    roles::delete(tx, id).await?;
    ctx.record(tx, "role.deleted", Subject::of("role", id), json!({"name": role.name})).await.map(|_| ())
}

/// The administrator's role stays as it is: it would lock everybody out.
fn keeps(role: &Role) -> Result<(), Refusal> {
    if role.name != ADMINISTRATOR {
        return Ok(());
    }
    Err(Refusal::Conflict(
        "the administrator's role may do everything, and stays so; make another role".to_owned(),
    ))
}

/// Refuses unless the caller may do all that a role may.
fn within_own_rights(ctx: &RequestContext, role: &Role) -> Result<(), Refusal> {
    let access = Access::of(&[role]);
    let held = Held { rights: access.rights, sights: access.sights, limited: access.is_limited() };
    authority::require_over(ctx, Permission::RolesWrite, Target::Person(held))
}

async fn check(tx: &mut Tx, role: &Role) -> Result<(), Refusal> {
    let mut faults = catalogue::faults(role);
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !role.name.chars().all(fits) || !role.name.starts_with(|c: char| c.is_ascii_lowercase()) {
        faults.push(InvalidField {
            pointer: "/name".to_owned(),
            detail: "a role's name has lowercase letters, digits and hyphens, a letter first: key-accounts"
                .to_owned(),
        });
    }
    for (place, word) in role.permissions.iter().enumerate() {
        if let Err(unknown) = Rights::from_scopes([word.as_str()]) {
            faults
                .push(InvalidField { pointer: format!("/permissions/{place}"), detail: unknown.to_string() });
        }
    }
    let declared = declared_kinds::list(tx).await?.into_iter().map(|kind| kind.name);
    let known: Vec<&str> = ReachedKind::WORDS.iter().copied().chain(declared).collect();
    for (kind, reach) in &role.reach {
        if !known.contains(&kind.as_str()) {
            faults.push(InvalidField {
                pointer: format!("/reach/{}", kind.replace('~', "~0").replace('/', "~1")),
                detail: format!(
                    "there is no kind {kind:?} whose records belong to somebody; there are: {}",
                    known.join(", ")
                ),
            });
        }
        if reach.change > reach.read {
            faults.push(InvalidField {
                pointer: format!("/reach/{kind}/change"),
                detail: format!("nobody changes what they don't see: at most {}", reach.read),
            });
        }
    }
    Refusal::unless_valid(faults)
}
