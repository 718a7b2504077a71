//! `/v1/orders`

mod batch;
mod change;
mod create;
mod get;
mod history;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::Order;
use crate::ops::App;

/// The operations on orders.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(batch::create_orders))
        .routes(routes!(create::create_order, list::list_orders))
        .routes(routes!(get::get_order, change::change_order))
        .routes(routes!(history::order_history))
}
