//! `/v1/interactions`

mod batch;
mod create;
mod get;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ops::App;

/// The operations on interactions.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(batch::create_interactions))
        .routes(routes!(create::create_interaction, list::list_interactions))
        .routes(routes!(get::get_interaction))
}
