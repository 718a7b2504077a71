//! `POST /v1/calendars`

use axum::extract::State;

use super::Calendar;
use crate::domain::calendar::NewCalendar;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::tickets::calendars;

/// Makes a calendar. SLA policies name it in `calendar_id`; their clocks run by its hours.
#[utoipa::path(
    post, path = "/v1/calendars", operation_id = "create_calendar", tag = "tickets",
    params(IdempotencyKey),
    responses((status = 201, description = "The calendar; `Location` is its address", body = Calendar), CreateProblems),
)]
pub async fn create_calendar(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewCalendar>,
) -> ApiResult<Created<Calendar>> {
    let done = app
        .commit_once(&ctx, "calendars.create", new, |tx, ctx, new| {
            Box::pin(async move { calendars::create(tx, ctx, new).await.map(Calendar::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/calendars/{}", done.answer.0.id), record: done.answer })
}
