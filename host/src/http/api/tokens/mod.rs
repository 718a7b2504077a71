//! `/v1/tokens`

mod create;
mod list;
mod record;
mod revoke;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::create::FreshToken;
pub use self::record::Token;
use crate::ops::App;

/// The operations on tokens.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_token, list::list_tokens))
        .routes(routes!(revoke::revoke_token))
}
