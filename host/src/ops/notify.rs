//! Telling teams and people.

use serde_json::json;
use uuid::Uuid;

use super::call::Call;
use super::refusal::Refusal;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::team::Team;
use crate::domain::ticket::Ticket;
use crate::store::db::Tx;
use crate::store::notes::{self, Notification};
use crate::store::page::MAX_LIMIT;
use crate::store::teams;

/// Whom a notification is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum To {
    /// Everybody in a team.
    Team(TeamId),
    /// One person.
    User(UserId),
}

/// Tells somebody what happened to a ticket, and puts it on the record who was told when.
pub(super) async fn tell(
    tx: &mut Tx,
    call: &Call,
    to: To,
    kind: &str,
    ticket: &Ticket,
    text: &str,
) -> Result<(), Refusal> {
    let (team_id, user_id) = match to {
        To::Team(id) => (Some(id), None),
        To::User(id) => (None, Some(id)),
    };
    let notification = Notification {
        id: tx.id(),
        team_id,
        user_id,
        kind: kind.to_owned(),
        subject_kind: "ticket".to_owned(),
        subject_id: ticket.id.0,
        text: text.to_owned(),
        created_at: tx.now(),
        read_at: None,
    };
    notes::notify(tx, &notification).await?;
    let data = json!({"of": kind, "team_id": team_id, "user_id": user_id, "text": text});
    call.record(tx, "notification.sent", ticket, data).await.map(|_| ())
}

/// Tells every team that has part in a ticket: the one that takes it and those that watch its class.
pub(super) async fn tell_teams(
    tx: &mut Tx,
    call: &Call,
    kind: &str,
    ticket: &Ticket,
    text: &str,
) -> Result<(), Refusal> {
    let has_part =
        |team: &Team| ticket.team_id == Some(team.id) || team.watches(ticket.class, ticket.priority);
    let teams: Vec<Team> = teams::list(tx).await?.into_iter().filter(has_part).collect();
    for team in teams {
        tell(tx, call, To::Team(team.id), kind, ticket, text).await?;
    }
    Ok(())
}

/// Notifications after one, oldest first: of a team, a person, or all.
pub async fn list(
    tx: &mut Tx,
    call: &Call,
    team: Option<TeamId>,
    user: Option<UserId>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Notification>, Refusal> {
    call.require(crate::domain::actor::Permission::TicketsRead)?;
    Ok(notes::notifications(tx, team, user, after, limit.clamp(1, MAX_LIMIT)).await?)
}
