//! `/v1/inbox`: what I was told.

mod list;
mod read;
mod read_all;
mod unread;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::ops::App;

/// The operations on one's own notifications.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_inbox))
        .routes(routes!(unread::count_unread))
        .routes(routes!(read::read_notification))
        .routes(routes!(read_all::read_all_notifications))
}
