//! Planning what goes out, when the log says that somebody was notified.

use serde::{Deserialize, Serialize};
use serde_json::json;

use crate::domain::clock::Timestamp;
use crate::domain::event::Cause;
use crate::domain::ids::{NotificationId, UserId};
use crate::domain::notification_settings::By;
use crate::ops::reactions::cause;
use crate::ops::refusal::Refusal;
use crate::store::db::Tx;
use crate::store::events::{self, Event};
use crate::store::queue::{self, NewJob};
use crate::store::{notification_outbox, notification_settings};

/// The queue of what goes out.
pub const QUEUE: &str = "notify";

/// Whom a job notifies, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Addressee {
    /// Whom.
    pub user: UserId,
    /// How.
    pub by: By,
}

/// Plans what goes out for the notifications among these events.
pub async fn plan(tx: &mut Tx, batch: &[Event]) -> Result<(), Refusal> {
    let created: Vec<(Cause, NotificationId)> = batch.iter().filter_map(created).collect();
    if created.is_empty() || !notification_settings::any(tx).await? {
        return Ok(());
    }
    for (cause, id) in created {
        for notified in notification_settings::notified(tx, id).await? {
            let settings = notified.settings.0;
            if settings.muted_kinds.contains(&notified.kind) {
                continue;
            }
            for way in &settings.ways {
                let due = settings.due(way, tx.now());
                enqueue(tx, cause, notified.user_id, way.by, id, due).await?;
            }
        }
    }
    Ok(())
}

/// The notification that an event says was made; an erased event names none any more.
fn created(event: &Event) -> Option<(Cause, NotificationId)> {
    if event.kind != "notification.created" {
        return None;
    }
    let id = events::data(event)["notification_id"].as_str()?.parse().ok()?;
    Some((cause(event), id))
}

/// Plans one for a time, with a job that takes all that is planned for then.
pub(super) async fn enqueue(
    tx: &mut Tx,
    cause: Cause,
    user: UserId,
    by: By,
    id: NotificationId,
    run_at: Timestamp,
) -> Result<(), Refusal> {
    if notification_outbox::plan(tx, user, &by.to_string(), id, run_at).await? {
        queue::enqueue(tx, job(cause, Addressee { user, by }, run_at)).await?;
    }
    Ok(())
}

/// The job that notifies somebody of what is due by a time.
pub(super) fn job(cause: Cause, addressee: Addressee, run_at: Timestamp) -> NewJob {
    let lane = format!("notify:{}:{}", addressee.user, addressee.by);
    NewJob { queue: QUEUE, lane, payload: json!(addressee), cause, run_at }
}
