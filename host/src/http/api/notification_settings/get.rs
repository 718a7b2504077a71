//! `GET /v1/notification-settings`

use axum::Json;
use axum::extract::State;

use super::Settings;
use crate::http::extract::Caller;
use crate::http::openapi::ReadProblems;
use crate::http::response::ApiResult;
use crate::ops::{App, notifications};

/// Shows how the caller is notified besides the console. Who never set anything is notified nowhere else.
#[utoipa::path(
    get, path = "/v1/notification-settings", operation_id = "get_notification_settings", tag = "notifications",
    responses((status = 200, description = "The settings", body = Settings), ReadProblems),
)]
pub async fn get_notification_settings(
    State(app): State<App>,
    Caller(ctx): Caller,
) -> ApiResult<Json<Settings>> {
    Ok(Json(notifications::settings(&mut app.db.read().await?, &ctx).await?.into()))
}
