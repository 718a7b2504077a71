//! `/v1/hand-offs`

mod get;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::HandOff;
use crate::ops::App;

/// The operations on hand-offs; their verbs are the ticket's.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list_hand_offs)).routes(routes!(get::get_hand_off))
}
