//! `POST /v1/notifications/{id}/read`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::NotificationId;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::desk::inbox;

/// Notes that the caller has read a notification. To do it again changes nothing.
#[utoipa::path(
    post, path = "/v1/notifications/{id}/read", operation_id = "read_notification", tag = "notifications",
    params(("id" = NotificationId, Path, description = "The notification"), IdempotencyKey),
    responses((status = 204, description = "It is read"), ActionProblems),
)]
pub async fn read_notification(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<NotificationId>,
) -> ApiResult<StatusCode> {
    app.commit_once(&ctx, "notifications.read", id, |tx, ctx, id| Box::pin(inbox::read(tx, ctx, *id)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
