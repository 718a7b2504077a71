//! `/v1/exports`

mod get;
mod rows;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ops::App;

/// The operations on exports.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(get::export_records))
}
