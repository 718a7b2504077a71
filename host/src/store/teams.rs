//! Teams, users and who is in which team.

use super::db::{DbError, Json, Tx, args, row};
use super::records;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::team::{Candidate, Team, User};

row! {
    struct CandidateRow {
        id: UserId,
        name: String,
        open_tickets: i64,
        capacity: i64,
        languages: Json<Vec<String>>,
        skills: Json<Vec<String>>,
        region: Option<String>,
    }
}

/// Adds a team.
pub async fn insert(tx: &mut Tx, team: &Team) -> Result<(), DbError> {
    records::insert(tx, team).await
}

/// One team.
pub async fn get(tx: &mut Tx, id: TeamId) -> Result<Option<Team>, DbError> {
    tx.optional("select * from teams where id = $1", args![id]).await
}

/// Every team, in the order they were made.
pub async fn list(tx: &mut Tx) -> Result<Vec<Team>, DbError> {
    tx.all("select * from teams order by id", &[]).await
}

/// Locks a team for a change by raising its version.
pub async fn lock(tx: &mut Tx, id: TeamId) -> Result<Option<Team>, DbError> {
    tx.optional("update teams set version = version + 1 where id = $1 returning *", args![id]).await
}

/// Writes back the fields of a locked team.
pub async fn update(tx: &mut Tx, team: &Team) -> Result<(), DbError> {
    records::update(tx, team).await
}

/// Adds a user.
pub async fn insert_user(tx: &mut Tx, user: &User) -> Result<(), DbError> {
    records::insert(tx, user).await
}

/// Locks a user for a change by raising the version.
pub async fn lock_user(tx: &mut Tx, id: UserId) -> Result<Option<User>, DbError> {
    tx.optional("update users set version = version + 1 where id = $1 returning *", args![id]).await
}

/// Locks whoever runs the host, so that they are counted and changed by one at a time.
pub async fn lock_administrators(tx: &mut Tx) -> Result<(), DbError> {
    let sql = "update users set version = version where active \
               and id in (select user_id from user_rights where administrator)";
    tx.execute(sql, &[]).await?;
    Ok(())
}

/// Writes back the fields of a locked user.
pub async fn update_user(tx: &mut Tx, user: &User) -> Result<(), DbError> {
    records::update(tx, user).await
}

/// One user.
pub async fn user(tx: &mut Tx, id: UserId) -> Result<Option<User>, DbError> {
    tx.optional("select * from users where id = $1", args![id]).await
}

/// Every user, in the order they were entered.
pub async fn users(tx: &mut Tx) -> Result<Vec<User>, DbError> {
    tx.all("select * from users order by id", &[]).await
}

/// Puts a user into a team; nothing changes when they are in it.
pub async fn join(tx: &mut Tx, team: TeamId, user: UserId) -> Result<(), DbError> {
    let sql = "insert into team_members (team_id, user_id) values ($1, $2) on conflict do nothing";
    tx.execute(sql, args![team, user]).await?;
    Ok(())
}

/// Takes a user out of a team; nothing changes when they aren't in it.
pub async fn leave(tx: &mut Tx, team: TeamId, user: UserId) -> Result<(), DbError> {
    tx.execute("delete from team_members where team_id = $1 and user_id = $2", args![team, user]).await?;
    Ok(())
}

/// The teams that somebody is in.
pub async fn of(tx: &mut Tx, user: UserId) -> Result<Vec<TeamId>, DbError> {
    tx.scalars("select team_id from team_members where user_id = $1 order by team_id", args![user]).await
}

/// The team that somebody is in; of several the one that was made first.
pub async fn first_of(tx: &mut Tx, user: UserId) -> Result<Option<TeamId>, DbError> {
    let sql = "select team_id from team_members where user_id = $1 order by team_id limit 1";
    tx.optional_scalar(sql, args![user]).await
}

/// A team's members.
pub async fn members(tx: &mut Tx, team: TeamId) -> Result<Vec<User>, DbError> {
    let sql =
        "select u.* from users u join team_members m on m.user_id = u.id where m.team_id = $1 order by u.id";
    tx.all(sql, args![team]).await
}

/// Locks a team as it is, so that of two tickets assigned at once the second sees the first.
pub async fn hold(tx: &mut Tx, team: TeamId) -> Result<Option<Team>, DbError> {
    tx.optional("update teams set version = version where id = $1 returning *", args![team]).await
}

/// A team's present members with their open tickets.
pub async fn candidates(tx: &mut Tx, team: TeamId) -> Result<Vec<Candidate>, DbError> {
    let rows: Vec<CandidateRow> = tx
        .all(
            "select u.id, u.name, u.capacity, u.languages, u.skills, u.region, \
             (select count(*) from tickets t where t.assignee_id = u.id and t.status <> 'resolved') as open_tickets \
             from users u join team_members m on m.user_id = u.id \
             where m.team_id = $1 and u.active and u.present order by u.id",
            args![team],
        )
        .await?;
    Ok(rows.into_iter().map(Candidate::from).collect())
}

impl From<CandidateRow> for Candidate {
    fn from(row: CandidateRow) -> Self {
        Self {
            user: row.id,
            name: row.name,
            open_tickets: row.open_tickets,
            capacity: row.capacity,
            languages: row.languages.0,
            skills: row.skills.0,
            region: row.region,
        }
    }
}
