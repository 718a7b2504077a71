//! `/v1/kinds`

mod description;
mod fields;
mod get;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ops::App;

/// The operations on the catalogue.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_kinds))
        .routes(routes!(get::get_kind))
        .merge(fields::router())
}
