//! `/v1/customers`

mod add_identity;
mod batch;
mod change;
mod create;
mod delete_identity;
mod get;
mod identities;
mod list;
mod merge;
mod record;
mod resolve;
mod scores;
mod timeline;
mod unmerge;
mod view;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::{Customer, Identity, Score};
use crate::ops::App;

/// The operations on customers.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(batch::create_customers))
        .routes(routes!(create::create_customer, list::list_customers))
        .routes(routes!(get::get_customer, change::change_customer))
        .routes(routes!(view::view_customer))
        .routes(routes!(timeline::customer_timeline))
        .routes(routes!(identities::customer_identities, add_identity::add_identity))
        .routes(routes!(delete_identity::delete_identity))
        .routes(routes!(resolve::resolve_customers))
        .routes(routes!(scores::customer_scores))
        .routes(routes!(merge::merge_customer))
        .routes(routes!(unmerge::unmerge_customer))
}
