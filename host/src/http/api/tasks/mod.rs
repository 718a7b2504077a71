//! `/v1/tasks`

mod batch;
mod cancel;
mod change;
mod complete;
mod create;
mod end;
mod get;
mod history;
mod list;
mod move_to;
mod record;
mod reopen;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::Task;
use crate::ops::App;

/// The operations on tasks.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(batch::create_tasks))
        .routes(routes!(create::create_task, list::list_tasks))
        .routes(routes!(get::get_task, change::change_task))
        .routes(routes!(complete::complete_task))
        .routes(routes!(cancel::cancel_task))
        .routes(routes!(reopen::reopen_task))
        .routes(routes!(move_to::move_task))
        .routes(routes!(history::task_history))
}
