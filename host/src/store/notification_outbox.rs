//! Notifications that are to go out, by person and way.

use uuid::Uuid;

use super::db::{DbError, Json, Tx, args, row};
use super::notes::Notification;
use crate::domain::clock::Timestamp;
use crate::domain::ids::{NotificationId, OutgoingNotificationId, TeamId, UserId};

row! {
    /// A notification that is due.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Due {
        /// The row's own id: it stays the same over all attempts.
        pub id: OutgoingNotificationId,
        notification_id: NotificationId,
        team_id: Option<TeamId>,
        notified_id: Option<UserId>,
        kind: String,
        subject_kind: String,
        subject_id: Uuid,
        text: String,
        arguments: Json<serde_json::Value>,
        created_at: Timestamp,
        read_at: Option<Timestamp>,
    }

    /// A notification that couldn't go out.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Failure {
        /// By which way.
        pub way: String,
        /// When that was found.
        pub failed_at: Timestamp,
        /// Why.
        pub failure: String,
    }
}

impl From<Due> for Notification {
    fn from(due: Due) -> Self {
        Self {
            id: due.notification_id,
            team_id: due.team_id,
            user_id: due.notified_id,
            kind: due.kind,
            subject_kind: due.subject_kind,
            subject_id: due.subject_id,
            text: due.text,
            arguments: due.arguments,
            created_at: due.created_at,
            read_at: due.read_at,
        }
    }
}

/// Plans a notification for a time. Whether nothing else of this person and way is planned for it.
pub async fn plan(
    tx: &mut Tx,
    user: UserId,
    way: &str,
    notification: NotificationId,
    due: Timestamp,
) -> Result<bool, DbError> {
    let first: bool = tx
        .scalar(
            "select not exists (select 1 from notification_outbox \
             where user_id = $1 and way = $2 and due_at = $3 and failed_at is null)",
            args![user, way, due],
        )
        .await?;
    let id: OutgoingNotificationId = tx.id();
    tx.execute(
        "insert into notification_outbox (id, user_id, way, notification_id, due_at) values ($1, $2, $3, $4, $5) \
         on conflict (user_id, way, notification_id) do nothing",
        args![id, user, way, notification, due],
    )
    .await?;
    Ok(first)
}

/// What is due of a person and way, the oldest first; also what has been read since.
pub async fn due(tx: &mut Tx, user: UserId, way: &str, limit: i64) -> Result<Vec<Due>, DbError> {
    tx.all(
        "select o.id, o.notification_id, n.team_id, n.user_id as notified_id, n.kind, n.subject_kind, n.subject_id, \
         n.text, n.arguments, n.created_at, i.read_at from notification_outbox o \
         join notifications n on n.id = o.notification_id \
         join inbox i on i.user_id = o.user_id and i.notification_id = o.notification_id \
         where o.user_id = $1 and o.way = $2 and o.due_at <= $3 and o.failed_at is null \
         order by o.due_at, o.notification_id limit $4",
        args![user, way, tx.now(), limit],
    )
    .await
}

/// Forgets one that has gone out, or needn't.
pub async fn gone(tx: &mut Tx, id: OutgoingNotificationId) -> Result<(), DbError> {
    tx.execute("delete from notification_outbox where id = $1", args![id]).await?;
    Ok(())
}

/// Keeps why one can't go out.
pub async fn failed(tx: &mut Tx, id: OutgoingNotificationId, failure: &str) -> Result<(), DbError> {
    let sql = "update notification_outbox set failed_at = $2, failure = $3 where id = $1";
    tx.execute(sql, args![id, tx.now(), failure]).await?;
    Ok(())
}

/// Plans one that has to wait for another time.
pub async fn postpone(tx: &mut Tx, id: OutgoingNotificationId, due: Timestamp) -> Result<(), DbError> {
    tx.execute("update notification_outbox set due_at = $2 where id = $1", args![id, due]).await?;
    Ok(())
}

/// The latest failures of a person, one for each way.
pub async fn failures(tx: &mut Tx, user: UserId) -> Result<Vec<Failure>, DbError> {
    tx.all(
        "select way, failed_at, failure from notification_outbox o where user_id = $1 and failed_at is not null \
         and not exists (select 1 from notification_outbox l where l.user_id = o.user_id and l.way = o.way \
         and l.failed_at is not null and (l.failed_at, l.id) > (o.failed_at, o.id)) order by way",
        args![user],
    )
    .await
}

/// Forgets a person's failures: they have seen to them.
pub async fn forget_failures(tx: &mut Tx, user: UserId) -> Result<(), DbError> {
    tx.execute("delete from notification_outbox where user_id = $1 and failed_at is not null", args![user])
        .await?;
    Ok(())
}

/// Forgets failures from before a time, at most so many.
pub async fn forget(tx: &mut Tx, before: Timestamp, limit: i64) -> Result<(), DbError> {
    tx.execute(
        "delete from notification_outbox where id in \
         (select id from notification_outbox where failed_at < $1 order by failed_at limit $2)",
        args![before, limit],
    )
    .await?;
    Ok(())
}
