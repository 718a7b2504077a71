//! Roles, and what follows from them for each person.

use super::db::{DbError, Json, Tx, args, row};
use super::records;
use crate::domain::actor::Permission;
use crate::domain::ids::{RoleId, TeamId, UserId};
use crate::domain::role::{ADMINISTRATOR, Access, ClassSights, Role};

/// Adds a role. False when there is one of this name.
pub async fn insert(tx: &mut Tx, role: &Role) -> Result<bool, DbError> {
    if named(tx, &role.name).await?.is_some() {
        return Ok(false);
    }
    records::insert(tx, role).await.map(|()| true)
}

/// One role.
pub async fn get(tx: &mut Tx, id: RoleId) -> Result<Option<Role>, DbError> {
    tx.optional("select * from roles where id = $1", args![id]).await
}

/// The role of a name.
pub async fn named(tx: &mut Tx, name: &str) -> Result<Option<Role>, DbError> {
    tx.optional("select * from roles where name = $1", args![name]).await
}

/// Every role, by their names.
pub async fn list(tx: &mut Tx) -> Result<Vec<Role>, DbError> {
    tx.all("select * from roles order by name", &[]).await
}

/// Locks a role for a change by raising its version.
pub async fn lock(tx: &mut Tx, id: RoleId) -> Result<Option<Role>, DbError> {
    let sql = "update roles set version = version + 1, updated_at = $2 where id = $1 returning *";
    tx.optional(sql, args![id, tx.now()]).await
}

/// Lets what follows from roles and teams be made by one at a time, until the transaction ends: of two who change them at
/// once, the second sees what the first did.
pub async fn lock_order(tx: &mut Tx) -> Result<(), DbError> {
    tx.execute("update roles set version = version where name = $1", args![ADMINISTRATOR]).await?;
    Ok(())
}

/// Writes back a locked role.
pub async fn update(tx: &mut Tx, role: &Role) -> Result<(), DbError> {
    records::update(tx, role).await
}

/// Removes a role.
pub async fn delete(tx: &mut Tx, id: RoleId) -> Result<(), DbError> {
    tx.execute("delete from roles where id = $1", args![id]).await?;
    Ok(())
}

row! {
    /// What somebody may do, as it follows from their roles.
    #[derive(Debug, Clone, PartialEq)]
    pub struct UserRights {
        /// Words of permissions.
        pub permissions: Json<Vec<String>>,
        /// How they see fields, by class.
        pub classes: Json<ClassSights>,
        /// Whether some records are out of reach.
        pub limited: bool,
    }

    /// Somebody in a team.
    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    pub struct Membership {
        /// The team.
        pub team_id: TeamId,
        /// Who.
        pub user_id: UserId,
    }
}

/// What somebody may do; none for who isn't there.
pub async fn rights_of(tx: &mut Tx, user: UserId) -> Result<Option<UserRights>, DbError> {
    tx.optional("select permissions, classes, limited from user_rights where user_id = $1", args![user]).await
}

/// Who is in which team.
pub async fn memberships(tx: &mut Tx) -> Result<Vec<Membership>, DbError> {
    tx.all("select team_id, user_id from team_members", &[]).await
}

/// Keeps what somebody may do and whose records they reach: for a kind and what they do with it, the holders, or none
/// for everybody's.
pub async fn keep_rights(
    tx: &mut Tx,
    user: UserId,
    access: &Access,
    (administrator, needs_factor): (bool, bool),
    reach: &[(&'static str, &'static str, Option<uuid::Uuid>)],
) -> Result<(), DbError> {
    let words: Vec<&str> = access.rights.iter().map(Permission::word).collect();
    tx.execute(
        "insert into user_rights (user_id, permissions, classes, limited, administrator, needs_factor) \
         values ($1, $2, $3, $4, $5, $6) on conflict (user_id) do update set permissions = excluded.permissions, \
         classes = excluded.classes, limited = excluded.limited, administrator = excluded.administrator, \
         needs_factor = excluded.needs_factor",
        args![
            user,
            Json(&words),
            Json(&access.sights.by_class()),
            access.is_limited(),
            administrator,
            needs_factor
        ],
    )
    .await?;
    tx.execute("delete from user_reach where user_id = $1", args![user]).await?;
    for (kind, act, holder) in reach {
        let sql = "insert into user_reach (user_id, kind, act, holder) values ($1, $2, $3, $4)";
        tx.execute(sql, args![user, *kind, *act, *holder]).await?;
    }
    Ok(())
}
