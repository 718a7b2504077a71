//! `/v1/shares`

mod accept;
mod get;
mod list;
mod record;
mod refuse;
mod report;
mod withdraw;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::{NewShare, Share};
use crate::ops::App;

/// The operations on what is shared with partners.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_shares))
        .routes(routes!(get::get_share))
        .routes(routes!(accept::accept_share))
        .routes(routes!(refuse::refuse_share))
        .routes(routes!(report::report_on_share))
        .routes(routes!(withdraw::withdraw_share))
}
