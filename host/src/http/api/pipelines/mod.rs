//! `/v1/pipelines`

mod change;
mod create;
mod get;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::Pipeline;
use crate::ops::App;

/// The operations on pipelines.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_pipeline, list::list_pipelines))
        .routes(routes!(get::get_pipeline, change::change_pipeline))
}
