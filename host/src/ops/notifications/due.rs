//! What is due for somebody: texts in their language, cut to what they may see now; and what became of it.

use std::sync::Arc;

use super::plan::{self, Addressee};
use crate::domain::clock::Timestamp;
use crate::domain::event::Cause;
use crate::domain::ids::OutgoingNotificationId;
use crate::domain::notice;
use crate::domain::notification_settings::By;
use crate::domain::team::{Team, User};
use crate::ops::accounts::roles;
use crate::ops::app::App;
use crate::ops::desk::inbox;
use crate::ops::refusal::Refusal;
use crate::ops::request_context::RequestContext;
use crate::plugins::{Ability, Installation};
use crate::store::db::Tx;
use crate::store::notes::Notification;
use crate::store::{notification_outbox, notification_settings, queue, teams};

/// So many go out at once: more are few that read them.
const AT_ONCE: i64 = 50;
/// A messenger gets so many in a call, which may send 16 requests.
const BY_MESSENGER: i64 = 10;

/// What goes out to somebody now.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// To whom.
    pub user: User,
    /// Where a messenger reaches them.
    pub address: String,
    /// What, the oldest first.
    pub lines: Vec<Line>,
    /// What needn't go out: it was read meanwhile, or tells of what they may not see any more.
    pub dropped: Vec<OutgoingNotificationId>,
    /// Whether more may be due.
    pub more: bool,
}

/// One of them.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Its own id, the same over all attempts.
    pub id: OutgoingNotificationId,
    /// The kind of event.
    pub kind: String,
    /// What happened, in their language.
    pub text: String,
    /// The page that shows it.
    pub url: String,
    /// Why they are notified, in their language.
    pub reason: String,
    /// When it happened.
    pub created_at: Timestamp,
}

/// The messenger of an addressee; none when it is switched off or removed.
pub async fn messenger(app: &App, tx: &mut Tx, by: By) -> Result<Option<Arc<Installation>>, Refusal> {
    let By::Messenger(id) = by else { return Ok(None) };
    let found = app.plugins.installation(tx, &id.to_string()).await?;
    Ok(found.filter(|found| found.enabled && found.has(Ability::Messenger)))
}

/// What is due for somebody by a way.
pub async fn due(app: &App, tx: &mut Tx, to: Addressee) -> Result<Option<Batch>, Refusal> {
    let Some(user) = teams::user(tx, to.user).await? else { return Ok(None) };
    let most = if to.by == By::Mail { AT_ONCE } else { BY_MESSENGER };
    let found = notification_outbox::due(tx, user.id, &to.by.to_string(), most).await?;
    let settings =
        notification_settings::get(tx, user.id).await?.map(|kept| kept.settings.0).unwrap_or_default();
    let way = settings.ways.iter().find(|way| way.by == to.by);
    let ctx = RequestContext::by(roles::held_by(tx, user.id).await?.actor(user.id));
    let all = teams::list(tx).await?;
    let more = i64::try_from(found.len()) == Ok(most);
    let (mut lines, mut dropped) = (Vec::new(), Vec::new());
    for row in found {
        let id = row.id;
        let mut notification = Notification::from(row);
        let is_wanted = user.active && notification.read_at.is_none() && way.is_some();
        if is_wanted && !settings.muted_kinds.contains(&notification.kind) {
            inbox::show(tx, &ctx, &mut notification, &user.language).await?;
        } else {
            notification.text.clear();
        }
        match notification.text.is_empty() {
            true => dropped.push(id),
            false => lines.push(line(app, id, &notification, &all, &user.language)),
        }
    }
    let address = way.map(|way| way.address.clone()).unwrap_or_default();
    Ok(Some(Batch { user, address, lines, dropped, more }))
}

fn line(app: &App, id: OutgoingNotificationId, shown: &Notification, all: &[Team], language: &str) -> Line {
    let team = all.iter().find(|team| Some(team.id) == shown.team_id);
    Line {
        id,
        kind: shown.kind.clone(),
        text: shown.text.clone(),
        url: format!("{}/notifications/{}", app.public_url, shown.id),
        reason: notice::reason(&shown.kind, team.map(|team| team.name.as_str()), language),
        created_at: shown.created_at,
    }
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It has gone out.
    Gone,
    /// It can't go out, for this reason.
    Failed(String),
    /// It is tried again after so many milliseconds.
    Later(i64),
}

/// Notes what became of a batch, and has the rest of what is due follow.
pub async fn note(
    tx: &mut Tx,
    cause: Cause,
    to: Addressee,
    dropped: &[OutgoingNotificationId],
    outcomes: &[(OutgoingNotificationId, Outcome)],
    more: bool,
) -> Result<(), Refusal> {
    for id in dropped {
        notification_outbox::gone(tx, *id).await?;
    }
    let mut again: Option<i64> = more.then_some(0);
    for (id, outcome) in outcomes {
        match outcome {
            Outcome::Gone => notification_outbox::gone(tx, *id).await?,
            Outcome::Failed(reason) => notification_outbox::failed(tx, *id, reason).await?,
            Outcome::Later(wait) => {
                notification_outbox::postpone(tx, *id, tx.now().plus_millis(*wait)).await?;
                again = Some(again.map_or(*wait, |others| others.min(*wait)));
            }
        }
    }
    if let Some(wait) = again {
        let run_at = tx.now().plus_millis(wait);
        queue::enqueue(tx, plan::job(cause, to, run_at)).await?;
    }
    Ok(())
}
