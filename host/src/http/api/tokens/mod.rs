//! `/v1/tokens`

mod create;
mod delete;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::create::FreshToken;
pub use self::record::Token;
use crate::ops::App;

/// The operations on tokens.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_token, list::list_tokens))
        .routes(routes!(delete::delete_token))
}
