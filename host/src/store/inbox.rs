//! What each person was told, and whether they have read it.

use uuid::Uuid;

use super::db::{DbError, Tx, args, row};
use super::notes::Notification;
use super::page::{Page, PagePosition, PageRequest};
use crate::domain::ids::{NotificationId, UserId};

row! {
    /// How many unread notifications of a kind somebody has.
    #[derive(Debug, Clone, PartialEq, Eq)]
    pub struct Unread {
        /// The kind of event that they tell of.
        pub kind: String,
        /// How many.
        pub count: i64,
    }
}

/// What a person was told, newest first; all of it or what they haven't read.
pub async fn list(
    tx: &mut Tx,
    user: UserId,
    unread: bool,
    page: PageRequest,
) -> Result<Page<Notification>, DbError> {
    let after = page.after.unwrap_or(PagePosition::START);
    // One statement each, so that each finds its own index.
    let sql = if unread {
        "select n.id, n.team_id, n.user_id, n.kind, n.subject_kind, n.subject_id, n.text, n.arguments, n.created_at, \
         i.read_at from inbox i join notifications n on n.id = i.notification_id \
         where i.user_id = $1 and i.notification_id < $2 and i.read_at is null \
         order by i.notification_id desc limit $3"
    } else {
        "select n.id, n.team_id, n.user_id, n.kind, n.subject_kind, n.subject_id, n.text, n.arguments, n.created_at, \
         i.read_at from inbox i join notifications n on n.id = i.notification_id \
         where i.user_id = $1 and i.notification_id < $2 order by i.notification_id desc limit $3"
    };
    let rows = tx.all(sql, args![user, after.id, page.limit + 1]).await?;
    Ok(Page::cut(rows, page.limit, |row: &Notification| PagePosition { at: row.created_at, id: row.id.0 }))
}

/// One of a person's.
pub async fn get(tx: &mut Tx, user: UserId, id: NotificationId) -> Result<Option<Notification>, DbError> {
    tx.optional(
        "select n.id, n.team_id, n.user_id, n.kind, n.subject_kind, n.subject_id, n.text, n.arguments, n.created_at, \
         i.read_at from inbox i join notifications n on n.id = i.notification_id \
         where i.user_id = $1 and i.notification_id = $2",
        args![user, id],
    )
    .await
}

/// How many a person hasn't read.
pub async fn count_unread(tx: &mut Tx, user: UserId) -> Result<i64, DbError> {
    tx.scalar("select count(*) from inbox where user_id = $1 and read_at is null", args![user]).await
}

/// Whether a person hasn't read something about a record.
pub async fn has_unread_about(tx: &mut Tx, user: UserId, record: Uuid) -> Result<bool, DbError> {
    tx.scalar(
        "select exists (select 1 from inbox i join notifications n on n.id = i.notification_id \
         where i.user_id = $1 and i.read_at is null and n.subject_id = $2)",
        args![user, record],
    )
    .await
}

/// Notes that a person has read all that they were told about a record.
pub async fn read_about(tx: &mut Tx, user: UserId, record: Uuid) -> Result<(), DbError> {
    tx.execute(
        "update inbox set read_at = $3 where user_id = $1 and read_at is null and exists \
         (select 1 from notifications n where n.id = inbox.notification_id and n.subject_id = $2)",
        args![user, record, tx.now()],
    )
    .await?;
    Ok(())
}

/// How many a person hasn't read, by kind.
pub async fn unread(tx: &mut Tx, user: UserId) -> Result<Vec<Unread>, DbError> {
    tx.all(
        "select n.kind, count(*) as count from inbox i join notifications n on n.id = i.notification_id \
         where i.user_id = $1 and i.read_at is null group by n.kind order by n.kind",
        args![user],
    )
    .await
}

/// Notes that a person has read one; it stays read since the first time. False when they weren't told of it.
pub async fn read(tx: &mut Tx, user: UserId, id: NotificationId) -> Result<bool, DbError> {
    let sql = "update inbox set read_at = coalesce(read_at, $3) where user_id = $1 and notification_id = $2";
    Ok(tx.execute(sql, args![user, id, tx.now()]).await? == 1)
}

/// Notes that a person has read all that they were told; how many they hadn't.
pub async fn read_all(tx: &mut Tx, user: UserId) -> Result<u64, DbError> {
    tx.execute("update inbox set read_at = $2 where user_id = $1 and read_at is null", args![user, tx.now()])
        .await
}
