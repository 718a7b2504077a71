//! `/v1/partner-users`

mod change;
mod get;
mod tokens;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ops::App;

/// The operations on the people of partners.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(get::get_partner_user, change::change_partner_user))
        .routes(routes!(tokens::create_partner_token))
}
