//! `/v1/dead-letters`

mod delete;
mod list;
mod record;
mod replay;
mod replay_these;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use self::record::DeadLetter;
use crate::ops::App;

/// The operations on dead letters.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_dead_letters))
        .routes(routes!(replay_these::replay_dead_letters))
        .routes(routes!(delete::delete_dead_letter))
        .routes(routes!(replay::replay_dead_letter))
}
