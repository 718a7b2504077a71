//! `/v1/boards`

mod change;
mod create;
mod delete;
mod get;
mod list;
mod record;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::Board;
use crate::ops::App;

/// The operations on boards.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new().routes(routes!(create::create_board, list::list_boards)).routes(routes!(
        get::get_board,
        change::change_board,
        delete::delete_board
    ))
}
