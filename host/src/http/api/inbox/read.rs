//! `POST /v1/notifications/{id}/read`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::NotificationId;
use crate::http::answer::Answer;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::ops::{App, inbox};

/// Notes that the caller has read a notification. To do it again changes nothing.
#[utoipa::path(
    post, path = "/v1/notifications/{id}/read", operation_id = "read_notification", tag = "notifications",
    params(("id" = NotificationId, Path, description = "The notification"), IdempotencyKey),
    responses((status = 204, description = "It is read"), ActionProblems),
)]
pub async fn read_notification(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<NotificationId>,
) -> Answer<StatusCode> {
    app.commit_once(&call, "notifications.read", id, |tx, call, id| Box::pin(inbox::read(tx, call, *id)))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
