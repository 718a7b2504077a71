//! `/v1/notifications`

mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::list::Notification;
use crate::ops::App;

/// The operations on notifications.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(list::list_notifications))
}
