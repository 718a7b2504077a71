//! `PATCH /v1/tickets/{id}`

use axum::extract::State;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::domain::ticket::TicketChange;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, tickets};

/// Changes a ticket.
#[utoipa::path(
    patch, path = "/v1/tickets/{id}", operation_id = "change_ticket", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), IfMatchHeader),
    request_body(content = TicketChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_ticket(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<TicketChange>,
) -> ApiResult<Record<Ticket>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(tickets::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
