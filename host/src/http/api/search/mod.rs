//! `/v1/search`

mod find;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ops::App;

/// The operations on everything.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(find::search))
}
