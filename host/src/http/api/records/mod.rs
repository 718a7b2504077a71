//! `/v1/records/{name}`: records of declared kinds; and `/v1/{records}/{id}/unmask`, which several kinds have in common.

mod batch;
mod change;
mod create;
mod delete;
mod get;
mod history;
mod list;
mod record;
mod unmask;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ops::App;

/// The operations on records of any kind.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_records, create::create_record))
        .routes(routes!(get::get_record, change::change_record, delete::delete_record))
        .routes(routes!(batch::create_records))
        .routes(routes!(history::record_history))
        .routes(routes!(unmask::unmask_record))
        .routes(routes!(unmask::unmask_customer))
        .routes(routes!(unmask::unmask_deal))
        .routes(routes!(unmask::unmask_order))
        .routes(routes!(unmask::unmask_user))
        .routes(routes!(unmask::unmask_partner_user))
}
