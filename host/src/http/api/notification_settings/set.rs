//! `PUT /v1/notification-settings`

use axum::Json as Answer;
use axum::extract::State;

use super::Settings;
use crate::http::extract::{Caller, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::ApiResult;
use crate::ops::{App, notifications};

/// Sets how the caller is notified besides the console: by mail, and by the messengers that the operator has installed.
#[utoipa::path(
    put, path = "/v1/notification-settings", operation_id = "put_notification_settings", tag = "notifications",
    responses((status = 200, description = "The settings as they are now", body = Settings), CreateProblems),
)]
pub async fn put_notification_settings(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(settings): Json<Settings>,
) -> ApiResult<Answer<Settings>> {
    Ok(Answer(Some(notifications::set(&app, &ctx, settings.into()).await?).into()))
}
