//! `POST /v1/tickets/{id}/accept`

use axum::extract::State;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::tickets::hand_offs;

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
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
) -> ApiResult<Record<Ticket>> {
    let done = app
        .commit_once(&ctx, "tickets.accept", id, |tx, ctx, id| {
            Box::pin(async move { hand_offs::accept(tx, ctx, *id).await.map(Ticket::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
