//! `/v1/users`

mod change;
mod create;
mod get;
mod invitation;
mod list;
mod password;
mod record;
mod second_factor;
mod sign_in_policy;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::User;
use crate::ops::App;

/// The operations on users.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(create::create_user, list::list_users))
        .routes(routes!(get::get_user, change::change_user))
        .routes(routes!(password::set_password))
        .routes(routes!(invitation::invite_user))
        .routes(routes!(second_factor::delete_second_factor))
        .routes(routes!(sign_in_policy::get_sign_in_policy, sign_in_policy::put_sign_in_policy))
}
