//! How people are notified besides the console.

use super::db::{DbError, Json, Tx, args, row};
use crate::domain::clock::Timestamp;
use crate::domain::ids::{NotificationId, UserId};
use crate::domain::notification_settings::NotificationSettings;

row! {
    /// Somebody's settings.
    #[derive(Debug, Clone, PartialEq)]
    pub struct KeptSettings {
        /// What they chose.
        pub settings: Json<NotificationSettings>,
        /// When they changed it last.
        pub updated_at: Timestamp,
        /// Grows by one with every change.
        pub version: i64,
    }

    /// Somebody who got a notification and has settings.
    #[derive(Debug, Clone, PartialEq)]
    pub struct Notified {
        /// Who.
        pub user_id: UserId,
        /// What.
        pub notification_id: NotificationId,
        /// Of which kind.
        pub kind: String,
        /// How they want to be notified.
        pub settings: Json<NotificationSettings>,
    }
}

/// Somebody's settings; none when they never set anything.
pub async fn get(tx: &mut Tx, user: UserId) -> Result<Option<KeptSettings>, DbError> {
    let sql = "select settings, updated_at, version from notification_settings where user_id = $1";
    tx.optional(sql, args![user]).await
}

/// Sets them, as version one or the next.
pub async fn set(
    tx: &mut Tx,
    user: UserId,
    settings: &NotificationSettings,
) -> Result<KeptSettings, DbError> {
    tx.one(
        "insert into notification_settings (user_id, settings, updated_at, version) values ($1, $2, $3, 1) \
         on conflict (user_id) do update set settings = excluded.settings, updated_at = excluded.updated_at, \
         version = notification_settings.version + 1 returning settings, updated_at, version",
        args![user, Json(settings), tx.now()],
    )
    .await
}

/// Whether anybody has settings at all.
pub async fn any(tx: &mut Tx) -> Result<bool, DbError> {
    tx.scalar("select exists (select 1 from notification_settings)", &[]).await
}

/// Those who got a notification, haven't read it and have settings.
pub async fn notified(tx: &mut Tx, id: NotificationId) -> Result<Vec<Notified>, DbError> {
    tx.all(
        "select i.user_id, i.notification_id, n.kind, s.settings from notifications n \
         join notification_settings s on true \
         join inbox i on i.user_id = s.user_id and i.notification_id = n.id \
         where n.id = $1 and i.read_at is null order by i.user_id",
        args![id],
    )
    .await
}
