//! `/v1/roles`

mod change;
mod create;
mod delete;
mod get;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::role;
use crate::http::record::ApiRecord;
use crate::ops::App;

/// What people may do, which records they reach and how they see them.
pub type Role = ApiRecord<role::Role>;

/// The operations on roles.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_role, list::list_roles)).routes(routes!(
        get::get_role,
        change::change_role,
        delete::delete_role
    ))
}
