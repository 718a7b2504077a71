//! `/v1/kinds`

mod change;
mod declare;
mod delete;
mod description;
mod fields;
mod get;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::declared;
use crate::http::record::ApiRecord;
use crate::ops::App;

/// A kind of records that was declared.
pub type DeclaredKind = ApiRecord<declared::DeclaredKind>;

/// The operations on the catalogue.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_kinds, declare::declare_kind))
        .routes(routes!(get::get_kind, change::change_kind, delete::delete_kind))
        .merge(fields::router())
}
