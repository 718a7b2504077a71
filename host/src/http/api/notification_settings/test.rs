//! `POST /v1/notification-settings/test`

use axum::extract::State;
use axum::http::StatusCode;

use crate::http::extract::{Caller, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::{App, notifications};

/// Notifies the caller, and nobody else, by all ways of their settings at once, to show whether it reaches them.
#[utoipa::path(
    post, path = "/v1/notification-settings/test", operation_id = "send_test_notification", tag = "notifications",
    params(IdempotencyKey),
    responses((status = 204, description = "It is on its way"), ActionProblems),
)]
pub async fn send_test_notification(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<StatusCode> {
    app.commit_once(&ctx, "notification-settings.test", (), |tx, ctx, ()| {
        Box::pin(notifications::test(tx, ctx))
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
