//! Telling teams and people.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::domain::actor::{Permission, Principal};
use crate::domain::event::Subject;
use crate::domain::ids::{TeamId, UserId};
use crate::domain::notice;
use crate::domain::team::Team;
use crate::domain::ticket::Ticket;
use crate::ops::access::embedded;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::store::db::Tx;
use crate::store::notes::{self, Notification};
use crate::store::page::MAX_LIMIT;
use crate::store::teams;

/// Whom a notification is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::ops) enum To {
    /// Everybody in a team.
    Team(TeamId),
    /// One person.
    User(UserId),
}

/// Tells somebody what happened to a record, and puts it on the record who was told when. Whoever did it isn't told.
///
/// The arguments are what [`notice::text`] makes the text of, in each reader's language; a kind that has no words
/// there says its argument `text`.
pub(in crate::ops) async fn tell(
    tx: &mut Tx,
    ctx: &RequestContext,
    to: To,
    kind: &str,
    subject: impl Into<Subject>,
    arguments: &Value,
) -> Result<(), Refusal> {
    let subject = subject.into();
    let doer = match ctx.actor.principal {
        Principal::User(user) => Some(user),
        _ => None,
    };
    let (team_id, user_id) = match to {
        To::Team(id) => (Some(id), None),
        To::User(id) if doer == Some(id) => return Ok(()),
        To::User(id) => (None, Some(id)),
    };
    let notification = Notification {
        id: tx.id(),
        team_id,
        user_id,
        kind: kind.to_owned(),
        subject_kind: subject.kind.to_owned(),
        subject_id: subject.id,
        text: notice::text(kind, arguments, "en"),
        arguments: crate::store::db::Json(arguments.clone()),
        created_at: tx.now(),
        read_at: None,
    };
    notes::notify(tx, &notification, doer);
    let data = json!({
        "notification_id": notification.id, "of": kind, "team_id": team_id, "user_id": user_id, "arguments": arguments,
        "text": notification.text,
    });
    ctx.record(tx, "notification.created", subject, data).await.map(|_| ())
}

/// Tells every team that has part in a ticket: the one that takes it and those that watch its class.
pub(in crate::ops) async fn tell_teams(
    tx: &mut Tx,
    ctx: &RequestContext,
    kind: &str,
    ticket: &Ticket,
    arguments: &Value,
) -> Result<(), Refusal> {
    let teams = teams::list(tx).await?;
    tell_teams_of(tx, ctx, &teams, kind, ticket, arguments).await
}

/// As [`tell_teams`], for who has read all teams.
pub(in crate::ops) async fn tell_teams_of(
    tx: &mut Tx,
    ctx: &RequestContext,
    teams: &[Team],
    kind: &str,
    ticket: &Ticket,
    arguments: &Value,
) -> Result<(), Refusal> {
    let has_part =
        |team: &&Team| ticket.team_id == Some(team.id) || team.watches(ticket.class, ticket.priority);
    for team in teams.iter().filter(has_part) {
        tell(tx, ctx, To::Team(team.id), kind, ticket, arguments).await?;
    }
    Ok(())
}

/// Notifications after one, oldest first: of a team, a person, or all. A person's own and those that their teams got with
/// them; everybody's for who may see all.
pub async fn list(
    tx: &mut Tx,
    ctx: &RequestContext,
    team: Option<TeamId>,
    user: Option<UserId>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Notification>, Refusal> {
    ctx.require(Permission::NotificationsRead)?;
    let reader = match (ctx.require(Permission::NotificationsReadAll), ctx.actor.principal) {
        (Ok(()), _) => None,
        (Err(_), Principal::User(me)) if user.is_none_or(|user| user == me) => Some(me),
        (Err(refusal), _) => return Err(refusal),
    };
    let limit = limit.clamp(1, MAX_LIMIT);
    let mut found = notes::notifications(tx, team, user, reader, after, limit).await?;
    for notification in &mut found {
        embedded::cut_notification(tx, ctx, notification).await?;
    }
    Ok(found)
}
