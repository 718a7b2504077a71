//! `/v1/{records}/{id}/unmask`: what kinds of records have in common.

mod unmask;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ops::App;

/// The operations on records of any kind.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(unmask::unmask_customer))
        .routes(routes!(unmask::unmask_deal))
        .routes(routes!(unmask::unmask_user))
        .routes(routes!(unmask::unmask_partner_user))
}
