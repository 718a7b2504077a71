//! `/v1/surveys`

mod answers;
mod enter;
mod get;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::Survey;
use crate::ops::App;

/// The operations on surveys.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_surveys))
        .routes(routes!(get::get_survey))
        .routes(routes!(answers::list_answers, enter::enter_answer))
}
