//! `/v1/partners`

mod change;
mod create;
mod create_user;
mod get;
mod list;
mod list_users;
mod query;
mod record;
mod register;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::{Partner, PartnerUser};
use crate::ops::App;

/// The operations on partners.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_partner, list::list_partners))
        .routes(routes!(get::get_partner, change::change_partner))
        .routes(routes!(create_user::create_partner_user, list_users::list_partner_users))
        .routes(routes!(register::register_lead))
        .routes(routes!(query::query_partner))
}
