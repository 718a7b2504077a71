//! What people and plugins add to records: links and notifications.

use uuid::Uuid;

use super::db::{AddedTo, DbError, Json, Tx, args, row, values};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{CommentId, NotificationId, TeamId, UserId};

row! {
    /// Something that a team or person was told.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Notification {
        /// Its id.
        pub id: NotificationId,
        /// The team that was told.
        pub team_id: Option<TeamId>,
        /// The person who was told.
        pub user_id: Option<UserId>,
        /// The kind of event that it tells of.
        pub kind: String,
        /// The kind of record that it is about.
        pub subject_kind: String,
        /// The record.
        pub subject_id: Uuid,
        /// What it says in English.
        pub text: String,
        /// What the text in another language is made of.
        pub arguments: Json<serde_json::Value>,
        /// When.
        pub created_at: Timestamp,
        /// When it was read, by the person that the list is for.
        pub read_at: Option<Timestamp>,
    }
}

/// Joins two records; nothing changes when they are joined.
pub async fn link(tx: &mut Tx, from: (&str, Uuid), relation: &str, to: (&str, Uuid)) -> Result<(), DbError> {
    tx.execute(
        "insert into links (from_kind, from_id, relation, to_kind, to_id, created_at) \
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
        args![from.0, from.1, relation, to.0, to.1, tx.now()],
    )
    .await?;
    Ok(())
}

/// Tells a person, or everybody who is in a team now, but not whoever did it.
pub fn notify(tx: &mut Tx, notification: &Notification, doer: Option<UserId>) {
    let Notification { id, team_id, user_id, .. } = *notification;
    let row = values![
        id,
        team_id,
        user_id,
        &notification.kind,
        &notification.subject_kind,
        notification.subject_id,
        &notification.text,
        Json(&notification.arguments.0),
        notification.created_at
    ];
    tx.add(AddedTo::Notifications, row);
    tx.add(AddedTo::Inbox, values![id, team_id, user_id, doer]);
}

/// Notifications after one, oldest first: of a team, a person, or all; with a reader, those that they were told.
pub async fn notifications(
    tx: &mut Tx,
    team: Option<TeamId>,
    user: Option<UserId>,
    reader: Option<UserId>,
    after: Uuid,
    limit: i64,
) -> Result<Vec<Notification>, DbError> {
    tx.all(
        "select * from notifications where ($1 is null or team_id = $1) and ($2 is null or user_id = $2) \
         and ($5 is null or exists (select 1 from inbox i where i.user_id = $5 and i.notification_id = notifications.id)) \
         and id > $3 order by id limit $4",
        args![team, user, after, limit, reader],
    )
    .await
}

/// Takes the text of a deleted comment out of what those were told who are mentioned in it.
pub async fn redact_mentions(
    tx: &mut Tx,
    subject: Uuid,
    comment: CommentId,
    text: &str,
    arguments: &serde_json::Value,
) -> Result<(), DbError> {
    tx.execute(
        "update notifications set text = $3, arguments = $4 \
         where kind = 'mention' and subject_id = $1 and arguments ->> 'comment_id' = $2",
        args![subject, comment.to_string(), text, arguments.clone()],
    )
    .await?;
    Ok(())
}
