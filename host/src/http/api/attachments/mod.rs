//! `/v1/attachments`

mod content;
mod delete;
mod get;
mod list;
mod record;
mod upload;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::Attachment;
use crate::ops::App;

/// The operations on attachments, but the upload.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(list::list_attachments))
        .routes(routes!(get::get_attachment, delete::delete_attachment))
        .routes(routes!(content::download_attachment))
}

/// The upload, which may be larger and take longer than other requests.
pub fn upload() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(upload::upload_attachment))
}
