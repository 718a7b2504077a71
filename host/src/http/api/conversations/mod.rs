//! `/v1/conversations`

mod get;
mod list;
mod messages;
mod record;
mod reply;
mod retry;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::{Conversation, Message};
use crate::ops::App;

/// The operations on conversations.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_conversations))
        .routes(routes!(get::get_conversation))
        .routes(routes!(messages::list_messages, reply::send_message))
        .routes(routes!(retry::retry_message))
}
