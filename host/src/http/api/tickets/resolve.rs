//! `POST /v1/tickets/{id}/resolve`

use axum::extract::State;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
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
    Caller(call): Caller,
    Id(id): Id<TicketId>,
) -> Answer<Record<Ticket>> {
    let done = app
        .commit_once(&call, "tickets.resolve", id, |tx, call, id| {
            Box::pin(async move { tickets::resolve(tx, call, *id).await.map(Ticket::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
