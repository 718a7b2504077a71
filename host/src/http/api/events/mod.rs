//! `/v1/events`

mod erase;
mod list;
mod record;
mod stream;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::{Entry, Event};
use crate::ops::App;

/// The operations on the event log.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_events))
        .routes(routes!(stream::stream_events))
        .routes(routes!(erase::erase_events))
}
