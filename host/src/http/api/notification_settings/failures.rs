//! `GET /v1/notification-settings/failures`

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::clock::Timestamp;
use crate::http::extract::Caller;
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::http::schema::texts::{AnyText, CarrierName};
use crate::ops::{App, notifications};

/// What couldn't reach somebody.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"items": [{
    "by": "mail", "failed_at": "2026-01-05T08:00:00Z", "failure": "550 no such mailbox",
}]}))]
pub struct NotificationFailures {
    /// The latest of each way.
    items: Vec<NotificationFailure>,
}

/// A notification that couldn't reach somebody by one way.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"by": "mail", "failed_at": "2026-01-05T08:00:00Z", "failure": "550 no such mailbox"}))]
pub struct NotificationFailure {
    /// What should have carried it.
    #[schema(value_type = CarrierName)]
    by: String,
    /// When that was found.
    failed_at: Timestamp,
    /// Why.
    #[schema(value_type = AnyText)]
    failure: String,
}

/// Shows what couldn't reach the caller, the latest of each way, for a fortnight or until they change their settings. The
/// notifications themselves stand in the inbox all the same.
#[utoipa::path(
    get, path = "/v1/notification-settings/failures", operation_id = "list_notification_failures", tag = "notifications",
    responses((status = 200, description = "The failures", body = NotificationFailures), ReadProblems),
)]
pub async fn list_notification_failures(
    State(app): State<App>,
    Caller(ctx): Caller,
) -> ApiResult<Json<NotificationFailures>> {
    let found = notifications::failures(&mut app.db.read().await?, &ctx).await?;
    let items = found.into_iter().map(|found| NotificationFailure {
        by: found.way,
        failed_at: found.failed_at,
        failure: found.failure,
    });
    Ok(Json(NotificationFailures { items: items.collect() }))
}
