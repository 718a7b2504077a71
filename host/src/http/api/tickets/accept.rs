//! `POST /v1/tickets/{id}/accept`

use axum::extract::State;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::ops::{App, hand_offs};

/// Accepts the hand-off that waits. The person who was named gets the ticket, or the one who accepts it; when a program
/// accepts it, somebody in the team is found by itself. Only members of the team and programs may.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/accept", operation_id = "accept_ticket", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), IdempotencyKey),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket, headers(("ETag", description = "Its version"))),
        ActionProblems,
    ),
)]
pub async fn accept_ticket(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<TicketId>,
) -> Answer<Record<Ticket>> {
    let done = app
        .commit_once(&call, "tickets.accept", id, |tx, call, id| {
            Box::pin(async move { hand_offs::accept(tx, call, *id).await.map(Ticket::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
