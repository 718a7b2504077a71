//! `/v1/deals`

mod batch;
mod change;
mod create;
mod get;
mod history;
mod list;
mod lose;
mod move_to;
mod record;
mod share;
mod win;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::Deal;
use crate::ops::App;

/// The operations on deals.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(batch::create_deals))
        .routes(routes!(create::create_deal, list::list_deals))
        .routes(routes!(get::get_deal, change::change_deal))
        .routes(routes!(move_to::move_deal))
        .routes(routes!(win::win_deal))
        .routes(routes!(lose::lose_deal))
        .routes(routes!(share::share_deal))
        .routes(routes!(history::deal_history))
}
