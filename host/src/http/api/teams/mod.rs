//! `/v1/teams`

mod create;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::record::Team;
use crate::ops::App;

/// The operations on teams.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_team, list::list_teams))
}
