//! `GET /v1/notifications`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::domain::clock::Timestamp;
use crate::domain::ids::{NotificationId, TeamId, UserId};
use crate::http::extract::{Caller, Limit, Query};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List, mirror};
use crate::ops::App;
use crate::ops::events::notify;

/// Which notifications.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Those after this one: `next` of the page before, or the last that is known.
    after: Option<NotificationId>,
    /// Those to this team.
    team_id: Option<TeamId>,
    /// Those to this person.
    user_id: Option<UserId>,
}

/// What a notification's text is made of.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Arguments(serde_json::Value);

impl From<crate::store::db::Json<serde_json::Value>> for Arguments {
    fn from(arguments: crate::store::db::Json<serde_json::Value>) -> Self {
        Self(arguments.0)
    }
}

mirror! {
    /// Something that a team or person was told.
    #[schema(example = json!({
        "id": "019b8a3e-0000-7000-8000-00000000000a", "team_id": "019b8a3e-0000-7000-8000-000000000006", "user_id": null,
        "kind": "ticket.created", "subject_kind": "ticket", "subject_id": "019b8a3e-0000-7000-8000-000000000005",
        "text": "new ticket, urgent complaint: 我的订单还没有到",
        "arguments": {"priority": "urgent", "class": "complaint", "subject": "我的订单还没有到"}, "created_at": "2026-01-05T08:00:00Z", "read_at": null,
    }))]
    pub struct Notification from crate::store::notes::Notification {
        /// Its id.
        pub id: NotificationId,
        /// The team that was told.
        pub team_id: Option<TeamId>,
        /// The person who was told.
        pub user_id: Option<UserId>,
        /// The type of event that it tells of.
        pub kind: String,
        /// The kind of record that it is about.
        pub subject_kind: String,
        /// The record.
        pub subject_id: Uuid,
        /// What it says: in English, and in `/v1/inbox` in the reader's language.
        pub text: String,
        /// What the text is made of, by the kind's own names.
        #[schema(value_type = Object)]
        pub arguments: Arguments,
        /// When.
        pub created_at: Timestamp,
        /// When the reader of `/v1/inbox` has read it; null elsewhere.
        pub read_at: Option<Timestamp>,
    }
}

/// Lists what teams and people were told, oldest first: who asks and their teams, or with `notifications:read-all`
/// everybody.
#[utoipa::path(
    get, path = "/v1/notifications", operation_id = "list_notifications", tag = "notifications",
    params(Filter),
    responses((status = 200, description = "A page of notifications", body = List<Notification>), ListProblems),
)]
pub async fn list_notifications(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Notification>> {
    let mut tx = app.db.read().await?;
    let after = filter.after.map_or(Uuid::nil(), Uuid::from);
    let limit = Limit::or_usual(filter.limit);
    let found = notify::list(&mut tx, &ctx, filter.team_id, filter.user_id, after, limit).await?;
    // A full page may be the last; then the next one is empty.
    let full = i64::try_from(found.len()).is_ok_and(|length| length >= limit);
    let next = found.last().filter(|_| full).map(|last| last.id.to_string());
    Ok(List { next, ..List::whole(found) })
}
