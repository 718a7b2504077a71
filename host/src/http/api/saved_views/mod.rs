//! `/v1/saved-views`

mod change;
mod create;
mod delete;
mod get;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::domain::saved_view;
use crate::http::record::ApiRecord;
use crate::ops::App;

/// A list of records as somebody has set it up.
pub type SavedView = ApiRecord<saved_view::SavedView>;

/// The operations on saved views.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_saved_view, list::list_saved_views)).routes(routes!(
        get::get_saved_view,
        change::change_saved_view,
        delete::delete_saved_view
    ))
}
