//! Which records are there for whom: the one condition on rows that statements have for who doesn't see all of them.

use uuid::Uuid;

use super::db::{DbError, Tx, args, row};
use crate::domain::actor::Scope;
use crate::domain::catalogue::Kind;
use crate::domain::ids::UserId;
use crate::domain::words::words;

/// The condition that a record is there for a viewer: its kind, its id as the statement has it, the argument that the
/// viewer is bound as (`Scope::viewer`; NULL for whom every record is there), and what they do with it, `read` where
/// nothing is said.
macro_rules! visible {
    // Of rows of several kinds: the column that says which.
    (in $kind:literal, $id:literal, $viewer:literal) => {
        $crate::store::visible::visible!(in $kind, $id, $viewer, "read")
    };
    (in $kind:literal, $id:literal, $viewer:literal, $act:literal) => {
        concat!(
            "(",
            $viewer,
            " is null or exists (select 1 from visible_records v where v.viewer = ",
            $viewer,
            " and v.kind = ",
            $kind,
            " and v.id = ",
            $id,
            " and v.act in ('any', '",
            $act,
            "')))"
        )
    };
    ($kind:literal, $id:literal, $viewer:literal) => {
        $crate::store::visible::visible!($kind, $id, $viewer, "read")
    };
    ($kind:literal, $id:literal, $viewer:literal, $act:literal) => {
        concat!(
            "(",
            $viewer,
            " is null or exists (select 1 from visible_records v where v.viewer = ",
            $viewer,
            " and v.kind = '",
            $kind,
            "' and v.id = ",
            $id,
            " and v.act in ('any', '",
            $act,
            "')))"
        )
    };
}

/// A statement with the condition of [`visible`] between its parts; without the condition, which databases would plan
/// for nothing, for whom every record is there.
macro_rules! seen {
    ($scope:expr, $before:expr, (in $($condition:literal),+), $after:expr) => {
        match $scope {
            $crate::domain::actor::Scope::All => concat!($before, seen!(@all $($condition),+), $after),
            _ => concat!($before, $crate::store::visible::visible!(in $($condition),+), $after),
        }
    };
    ($scope:expr, $before:expr, ($($condition:literal),+), $after:expr) => {
        match $scope {
            $crate::domain::actor::Scope::All => concat!($before, seen!(@all $($condition),+), $after),
            _ => concat!($before, $crate::store::visible::visible!($($condition),+), $after),
        }
    };
    (@all $kind:literal, $id:literal, $viewer:literal $(, $act:literal)?) => {
        concat!($viewer, " is null")
    };
}

pub(super) use {seen, visible};

/// Which rows of a kind a list is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Rows {
    /// All.
    All,
    /// Those that an installation brought in, or that are shared with it or with a partner.
    Viewer(Uuid),
    /// Those that a person reaches along with others.
    Followed(UserId),
    /// Those that belong to a person or to one of these teams.
    HeldBy(UserId, Vec<Uuid>),
    /// None.
    None,
}

row! {
    struct Holder {
        holder: Option<Uuid>,
    }
}

/// Which rows of a kind a list is about that is read in a scope.
pub(super) async fn rows_of(tx: &mut Tx, kind: &Kind, scope: Scope) -> Result<Rows, DbError> {
    match scope {
        Scope::All => Ok(Rows::All),
        Scope::Installation(_) | Scope::Partner(_) => Ok(scope.viewer().map_or(Rows::All, Rows::Viewer)),
        Scope::Person(user) => of_person(tx, kind, user).await,
    }
}

async fn of_person(tx: &mut Tx, kind: &Kind, user: UserId) -> Result<Rows, DbError> {
    if kind.holders.is_some() {
        return Ok(match holders(tx, kind.name, user).await? {
            None => Rows::All,
            Some(holders) if holders.is_empty() => Rows::None,
            Some(mut holders) => {
                holders.retain(|holder| *holder != user.0);
                Rows::HeldBy(user, holders)
            }
        });
    }
    for followed in kind.follows {
        if holders(tx, followed, user).await?.is_some() {
            return Ok(Rows::Followed(user));
        }
    }
    Ok(Rows::All)
}

/// Whose records of a kind a person sees; none when everybody's.
async fn holders(tx: &mut Tx, kind: &'static str, user: UserId) -> Result<Option<Vec<Uuid>>, DbError> {
    if let Some(holders) = tx.reach.as_ref().and_then(|known| known.get(&(user, kind))) {
        return Ok(holders);
    }
    let sql = "select holder from user_reach where user_id = $1 and kind = $2 and act = 'read'";
    let found: Vec<Holder> = tx.all(sql, args![user, kind]).await?;
    let holders: Option<Vec<Uuid>> = found.into_iter().map(|row| row.holder).collect();
    if let Some(known) = &tx.reach {
        known.put((user, kind), holders.clone());
    }
    Ok(holders)
}

words! {
    /// What somebody does with a record.
    pub enum Act {
        /// Sees it.
        Read = "read",
        /// Changes it.
        Change = "change",
    }
}

/// Whether a record of a kind whose records belong to somebody, or follow such, is there for a viewer.
pub async fn is_visible(tx: &mut Tx, kind: &str, id: Uuid, scope: Scope, act: Act) -> Result<bool, DbError> {
    let Some(viewer) = scope.viewer() else { return Ok(true) };
    tx.scalar(
        "select exists (select 1 from visible_records v where v.viewer = $1 and v.kind = $2 and v.id = $3 \
         and v.act in ('any', $4))",
        args![viewer, kind, id, act.as_str()],
    )
    .await
}
