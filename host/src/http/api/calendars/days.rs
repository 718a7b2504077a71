//! `GET /v1/calendars/{id}/days`

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::domain::calendar::{Day, DayRule};
use crate::domain::clock::Timestamp;
use crate::domain::ids::CalendarId;
use crate::http::extract::{Caller, Id, Query};
use crate::http::openapi::FilterProblems;
use crate::http::response::ApiResult;
use crate::ops::tickets::calendars;
use crate::ops::{App, Refusal};

/// Days at most, and when nothing is said.
const MOST: usize = 366;
const USUAL: usize = 14;

/// Which days.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct DaysQuery {
    /// The first date, `YYYY-MM-DD`; today where the calendar is when not said.
    #[param(example = "2026-02-13")]
    from: Option<String>,
    /// How many days, 1 to 366; 14 when not said.
    #[param(minimum = 1, maximum = 366)]
    days: Option<usize>,
}

/// Days of a calendar.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "calendar_id": "019b8a3e-0000-7000-8000-000000000030",
    "days": [
        {"date": "2026-02-14", "rule": "worked", "name_en": "Spring Festival", "name_zh": "春节",
         "hours": [{"from": "2026-02-14T01:00:00Z", "to": "2026-02-14T10:00:00Z"}]},
        {"date": "2026-02-15", "rule": "holiday", "name_en": "Spring Festival", "name_zh": "春节", "hours": []},
    ],
}))]
pub struct CalendarDays {
    /// The calendar.
    calendar_id: CalendarId,
    /// The days, in order.
    days: Vec<CalendarDay>,
}

/// One day.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({
    "date": "2026-02-16", "rule": "holiday", "name_en": "Spring Festival", "name_zh": "春节", "hours": [],
}))]
pub struct CalendarDay {
    /// Its date where the calendar is.
    date: String,
    /// What decides about it: `week`, `holiday`, `worked` (a day that is worked to make up for a holiday) or `exception`.
    rule: &'static str,
    /// What the holiday or exception is called.
    name_en: Option<String>,
    /// The same in Chinese.
    name_zh: Option<String>,
    /// The working time that begins on it; none when nobody works.
    hours: Vec<WorkingHours>,
}

/// A piece of working time.
#[derive(Debug, Serialize, ToSchema)]
#[schema(example = json!({"from": "2026-02-14T01:00:00Z", "to": "2026-02-14T10:00:00Z"}))]
pub struct WorkingHours {
    /// When it begins.
    from: Timestamp,
    /// When it ends.
    to: Timestamp,
}

impl From<Day> for CalendarDay {
    fn from(day: Day) -> Self {
        let (rule, name_en, name_zh) = match day.rule {
            DayRule::Week => ("week", None, None),
            DayRule::Holiday(holiday) => {
                let rule = if holiday.worked { "worked" } else { "holiday" };
                (rule, Some(holiday.en.to_owned()), Some(holiday.zh.to_owned()))
            }
            DayRule::Exception(name) => ("exception", Some(name.clone()), Some(name)),
        };
        let hours = day.hours.into_iter().map(|(from, to)| WorkingHours { from, to }).collect();
        Self { date: day.date.to_string(), rule, name_en, name_zh, hours }
    }
}

/// Shows when work is done on the days from a date on, and what decides about each.
#[utoipa::path(
    get, path = "/v1/calendars/{id}/days", operation_id = "calendar_days", tag = "tickets",
    params(("id" = CalendarId, Path, description = "The calendar"), DaysQuery),
    responses((status = 200, description = "Its days", body = CalendarDays), FilterProblems),
)]
pub async fn calendar_days(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CalendarId>,
    Query(query): Query<DaysQuery>,
) -> ApiResult<Json<CalendarDays>> {
    let wrong = || Refusal::invalid("/from", "a date is written YYYY-MM-DD");
    let first = match query.from {
        Some(text) if text.len() == 10 => Some(text.parse().map_err(|_| wrong())?),
        Some(_) => return Err(wrong().into()),
        None => None,
    };
    let count = query.days.unwrap_or(USUAL);
    if !(1..=MOST).contains(&count) {
        return Err(Refusal::invalid("/days", format!("1 to {MOST} days")).into());
    }
    let days = calendars::days(&mut app.db.read().await?, &ctx, id, (first, count)).await?;
    Ok(Json(CalendarDays { calendar_id: id, days: days.into_iter().map(CalendarDay::from).collect() }))
}
