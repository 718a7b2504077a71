//! `/v1/sla-policies`

mod change;
mod create;
mod delete;
mod get;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::SlaPolicy;
use crate::ops::App;

/// The operations on SLA policies.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_sla_policy, list::list_sla_policies)).routes(routes!(
        get::get_sla_policy,
        change::change_sla_policy,
        delete::delete_sla_policy
    ))
}
