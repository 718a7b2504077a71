//! `GET /v1/calendars`

use axum::extract::State;

use super::Calendar;
use crate::http::extract::Caller;
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::tickets::calendars;

/// Lists every calendar.
#[utoipa::path(
    get, path = "/v1/calendars", operation_id = "list_calendars", tag = "tickets",
    responses((status = 200, description = "All calendars", body = List<Calendar>), ListProblems),
)]
pub async fn list_calendars(State(app): State<App>, Caller(ctx): Caller) -> ApiResult<List<Calendar>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(calendars::list(&mut tx, &ctx).await?))
}
