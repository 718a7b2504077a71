//! `DELETE /v1/calendars/{id}`

use axum::extract::State;
use axum::http::StatusCode;

use crate::domain::ids::CalendarId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ActionProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::tickets::calendars;

/// Removes a calendar that no SLA policy follows.
#[utoipa::path(
    delete, path = "/v1/calendars/{id}", operation_id = "delete_calendar", tag = "tickets",
    params(("id" = CalendarId, Path, description = "The calendar")),
    responses((status = 204, description = "It is gone"), ActionProblems),
)]
pub async fn delete_calendar(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CalendarId>,
) -> ApiResult<StatusCode> {
    app.commit(&ctx, id, |tx, ctx, id| Box::pin(calendars::delete(tx, ctx, *id))).await?;
    Ok(StatusCode::NO_CONTENT)
}
