//! `POST /v1/tickets/{id}/withdraw`

use axum::extract::State;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::tickets::hand_offs;

/// Takes the hand-off that waits back: the ticket stays where it is, and the team that was to get it learns so. Only who
/// handed it off, who has the ticket, their team and programs may.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/withdraw", operation_id = "withdraw_hand_off", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), IdempotencyKey),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket, headers(("ETag", description = "Its version"))),
        ActionProblems,
    ),
)]
pub async fn withdraw_hand_off(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
) -> ApiResult<Record<Ticket>> {
    let done = app
        .commit_once(&ctx, "tickets.withdraw", id, |tx, ctx, id| {
            Box::pin(async move { hand_offs::withdraw(tx, ctx, *id).await.map(Ticket::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
