//! `/v1/comments`

mod create;
mod delete;
mod edit;
mod get;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::Comment;
use crate::ops::App;

/// The operations on comments.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_comment, list::list_comments)).routes(routes!(
        get::get_comment,
        edit::edit_comment,
        delete::delete_comment
    ))
}
