//! `/v1/plugins`

mod list;
mod record;
mod upload;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::record::PluginVersion;
use crate::ops::App;

/// The operations on plugins. They stand apart because an upload may be larger and take longer than anything else.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(upload::upload_plugin, list::list_plugins))
}
