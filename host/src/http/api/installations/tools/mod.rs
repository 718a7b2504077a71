//! `/v1/installations/{id}/tools`

mod call;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ops::App;

/// The operations on tools.
pub(super) fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list_tools)).routes(routes!(call::call_tool))
}
