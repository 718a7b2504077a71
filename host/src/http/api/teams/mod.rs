//! `/v1/teams`

mod change;
mod create;
mod delete_member;
mod get;
mod join;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::record::Team;
use crate::ops::App;

/// The operations on teams.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_team, list::list_teams))
        .routes(routes!(get::get_team, change::change_team))
        .routes(routes!(join::join_team))
        .routes(routes!(delete_member::delete_team_member))
}
