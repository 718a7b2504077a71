//! `POST /v1/tickets/{id}/resolve`

use axum::extract::State;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, tickets};

/// Says that a ticket is done. The customer may then be asked how it went.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/resolve", operation_id = "resolve_ticket", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), IdempotencyKey),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket, headers(("ETag", description = "Its version"))),
        ActionProblems,
    ),
)]
pub async fn resolve_ticket(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
) -> ApiResult<Record<Ticket>> {
    let done = app
        .commit_once(&ctx, "tickets.resolve", id, |tx, ctx, id| {
            Box::pin(async move { tickets::resolve(tx, ctx, *id).await.map(Ticket::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
