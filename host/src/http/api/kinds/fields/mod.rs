//! `/v1/kinds/{name}/fields`

mod change;
mod create;
mod delete;
mod list;
mod uses;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::custom_field;
use crate::http::record::ApiRecord;
use crate::ops::App;

/// A field that a company has added to a kind of records.
pub type CustomField = ApiRecord<custom_field::CustomField>;

/// The operations on the fields that were added to a kind.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_custom_fields, create::create_custom_field))
        .routes(routes!(change::change_custom_field, delete::delete_custom_field))
        .routes(routes!(uses::get_custom_field_uses))
}
