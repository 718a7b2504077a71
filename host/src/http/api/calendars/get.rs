//! `GET /v1/calendars/{id}`

use axum::extract::State;

use super::Calendar;
use crate::domain::ids::CalendarId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::tickets::calendars;

/// One calendar.
#[utoipa::path(
    get, path = "/v1/calendars/{id}", operation_id = "get_calendar", tag = "tickets",
    params(("id" = CalendarId, Path, description = "The calendar")),
    responses((status = 200, description = "The calendar", body = Calendar), ReadProblems),
)]
pub async fn get_calendar(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CalendarId>,
) -> ApiResult<Record<Calendar>> {
    let mut tx = app.db.read().await?;
    Ok(Record(calendars::get(&mut tx, &ctx, id).await?.into()))
}
