//! `/v1/calendars`

mod change;
mod create;
mod days;
mod delete;
mod get;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::Calendar;
use crate::ops::App;

/// The operations on business calendars.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_calendar, list::list_calendars))
        .routes(routes!(get::get_calendar, change::change_calendar, delete::delete_calendar))
        .routes(routes!(days::calendar_days))
}
