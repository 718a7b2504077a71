//! `/v1/tickets`

mod accept;
mod assign;
mod batch;
mod change;
mod create;
mod get;
mod hand_off;
mod history;
mod lead;
mod link;
mod list;
mod record;
mod refuse;
mod reopen;
mod reply_by;
mod resolve;
mod share;
mod sla;
mod withdraw;

use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

pub use self::record::Ticket;
use crate::ops::App;

/// The operations on tickets.
pub fn router() -> OpenApiRouter<App> {
    OpenApiRouter::new()
        .routes(routes!(batch::create_tickets))
        .routes(routes!(create::create_ticket, list::list_tickets))
        .routes(routes!(get::get_ticket, change::change_ticket))
        .routes(routes!(assign::assign_ticket))
        .routes(routes!(lead::open_lead))
        .routes(routes!(share::share_ticket))
        .routes(routes!(resolve::resolve_ticket))
        .routes(routes!(reopen::reopen_ticket))
        .routes(routes!(hand_off::hand_off_ticket))
        .routes(routes!(accept::accept_ticket))
        .routes(routes!(refuse::refuse_ticket))
        .routes(routes!(reply_by::list_reply_ways, reply_by::reply_by))
        .routes(routes!(withdraw::withdraw_hand_off))
        .routes(routes!(sla::ticket_sla))
        .routes(routes!(link::get_ticket_link))
        .routes(routes!(history::ticket_history))
}
