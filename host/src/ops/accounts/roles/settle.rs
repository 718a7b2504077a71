//! What follows from roles and teams for each person. It is made anew whenever either changes, in the same transaction,
//! so that a request reads one row and each query asks one view.

use uuid::Uuid;

use crate::domain::ids::{TeamId, UserId};
use crate::domain::role::{ADMINISTRATOR, Access, KindReach, Reach, ReachedKind, Role};
use crate::domain::team::{Team, User};
use crate::ops::refusal::Refusal;
use crate::store::db::Tx;
use crate::store::roles::{self, Membership};
use crate::store::{declared_kinds, second_factors, teams};

/// What all people's rights follow from.
struct Ground {
    roles: Vec<Role>,
    teams: Vec<Team>,
    memberships: Vec<Membership>,
    /// The names of roles that must have a second factor.
    with_factor: Vec<String>,
    /// The names of the kinds that were declared.
    declared: Vec<&'static str>,
}

impl Ground {
    async fn read(tx: &mut Tx) -> Result<Self, Refusal> {
        roles::lock_order(tx).await?;
        Ok(Self {
            roles: roles::list(tx).await?,
            teams: teams::list(tx).await?,
            memberships: roles::memberships(tx).await?,
            with_factor: second_factors::roles(tx).await?,
            declared: declared_kinds::list(tx).await?.into_iter().map(|kind| kind.name).collect(),
        })
    }

    /// The holders of the records that somebody reaches: none for everybody's.
    fn holders(&self, user: UserId, reach: Reach) -> Vec<Option<Uuid>> {
        let own = || std::iter::once(Some(user.0));
        let of_teams = |teams: Vec<TeamId>| own().chain(teams.into_iter().map(|team| Some(team.0))).collect();
        match reach {
            Reach::None => Vec::new(),
            Reach::Own => own().collect(),
            Reach::Team => of_teams(self.teams_of(user)),
            Reach::Department => of_teams(self.below(self.teams_of(user))),
            Reach::All => vec![None],
        }
    }

    fn teams_of(&self, user: UserId) -> Vec<TeamId> {
        let own = self.memberships.iter().filter(|membership| membership.user_id == user);
        own.map(|membership| membership.team_id).collect()
    }

    /// These teams and all below them.
    fn below(&self, mut teams: Vec<TeamId>) -> Vec<TeamId> {
        let mut place = 0;
        while let Some(above) = teams.get(place).copied() {
            let next = self.teams.iter().filter(|team| team.parent_id == Some(above)).map(|team| team.id);
            let next: Vec<TeamId> = next.filter(|id| !teams.contains(id)).collect();
            teams.extend(next);
            place += 1;
        }
        teams
    }

    async fn keep(&self, tx: &mut Tx, user: &User) -> Result<(), Refusal> {
        let own: Vec<&Role> = self.roles.iter().filter(|role| user.roles.contains(&role.name)).collect();
        let access = Access::of(&own);
        let mut rows = Vec::new();
        if access.is_limited() {
            for kind in ReachedKind::WORDS.iter().chain(&self.declared).copied() {
                let reach = access.reach.get(kind).copied().unwrap_or(KindReach::ALL);
                for (act, reach) in [("read", reach.read), ("change", reach.change)] {
                    let holders = self.holders(user.id, reach).into_iter();
                    rows.extend(holders.map(|holder| (kind, act, holder)));
                }
            }
        }
        let named = |name: &str| user.roles.iter().any(|role| role == name);
        let needs_factor = self.with_factor.iter().any(|name| named(name));
        roles::keep_rights(tx, user.id, &access, (named(ADMINISTRATOR), needs_factor), &rows).await?;
        Ok(())
    }
}

/// Makes anew what everybody may do and reaches.
pub(in crate::ops) async fn settle_all(tx: &mut Tx) -> Result<(), Refusal> {
    let ground = Ground::read(tx).await?;
    for user in teams::users(tx).await? {
        ground.keep(tx, &user).await?;
    }
    Ok(())
}

/// Makes anew what somebody may do and reaches.
pub(in crate::ops) async fn settle_user(tx: &mut Tx, user: &User) -> Result<(), Refusal> {
    Ground::read(tx).await?.keep(tx, user).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::catalogue::Record as _;

    fn id<T: From<Uuid>>(number: u128) -> T {
        Uuid::from_u128(number).into()
    }

    fn team(number: u128, above: Option<u128>) -> Team {
        Team { id: id(number), parent_id: above.map(id), ..Team::blank() }
    }

    #[test]
    fn a_department_is_its_teams_and_all_below() {
        let teams = vec![team(1, None), team(2, Some(1)), team(3, Some(2)), team(4, None), team(5, Some(1))];
        let memberships = vec![Membership { team_id: id(1), user_id: id(9) }];
        let ground =
            Ground { roles: Vec::new(), teams, memberships, with_factor: Vec::new(), declared: Vec::new() };
        let held = |reach| {
            let holders = ground.holders(id(9), reach).into_iter();
            holders.map(|holder| holder.map(|id| id.as_u128())).collect::<Vec<_>>()
        };
        assert_eq!(held(Reach::None), []);
        assert_eq!(held(Reach::Own), [Some(9)]);
        assert_eq!(held(Reach::Team), [Some(9), Some(1)]);
        assert_eq!(held(Reach::Department), [Some(9), Some(1), Some(2), Some(5), Some(3)]);
        assert_eq!(held(Reach::All), [None]);
    }

    #[test]
    fn a_circle_of_teams_has_an_end() {
        let teams = vec![team(1, Some(2)), team(2, Some(1))];
        let ground = Ground {
            roles: Vec::new(),
            teams,
            memberships: Vec::new(),
            with_factor: Vec::new(),
            declared: Vec::new(),
        };
        assert_eq!(ground.below(vec![id(1)]), [id(1), id(2)]);
    }
}
