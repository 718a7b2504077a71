//! `/v1/tokens`

mod create;
mod delete;
mod list;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::create::FreshToken;
use crate::domain::token;
use crate::http::record::ApiRecord;
use crate::ops::App;

/// An API token, without its text.
pub type Token = ApiRecord<token::Token>;

/// The operations on tokens.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_token, list::list_tokens))
        .routes(routes!(delete::delete_token))
}
