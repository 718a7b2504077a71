//! `/v1/installations`

mod call;
mod calls;
mod delete;
mod deliveries;
mod disable;
mod enable;
mod get;
mod grants;
mod install;
mod list;
mod logs;
mod panels;
mod record;
mod rollback;
mod secret;
mod settings;
mod stats;
mod tools;
mod upgrade;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::record::Installation;
use crate::ops::App;

/// The operations on installations.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(install::install_plugin, list::list_installations))
        .routes(routes!(get::get_installation, delete::delete_installation))
        .routes(routes!(calls::list_calls))
        .routes(routes!(call::get_call))
        .merge(deliveries::router())
        .merge(tools::router())
        .merge(panels::router())
        .routes(routes!(settings::put_settings))
        .routes(routes!(secret::put_secret))
        .routes(routes!(grants::put_grants))
        .routes(routes!(enable::enable_installation))
        .routes(routes!(disable::disable_installation))
        .routes(routes!(upgrade::upgrade_installation))
        .routes(routes!(rollback::roll_back_installation))
        .routes(routes!(stats::installation_stats))
        .routes(routes!(logs::installation_logs))
}
