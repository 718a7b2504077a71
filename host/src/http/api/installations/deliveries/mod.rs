//! `/v1/installations/{id}/deliveries`

mod accept;
mod get;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::record::Delivery;
use crate::ops::App;

/// The operations on what a channel took in that became no message.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_deliveries))
        .routes(routes!(get::get_delivery))
        .routes(routes!(accept::accept_delivery))
}
