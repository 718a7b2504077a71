//! `PATCH /v1/calendars/{id}`

use axum::extract::State;

use super::Calendar;
use crate::domain::calendar::CalendarChange;
use crate::domain::ids::CalendarId;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::tickets::calendars;

/// Changes a calendar. Open tickets whose clocks run by it get new due times.
#[utoipa::path(
    patch, path = "/v1/calendars/{id}", operation_id = "change_calendar", tag = "tickets",
    params(("id" = CalendarId, Path, description = "The calendar"), IfMatchHeader),
    request_body(content = CalendarChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The calendar as it is now", body = Calendar, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_calendar(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CalendarId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<CalendarChange>,
) -> ApiResult<Record<Calendar>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(calendars::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
