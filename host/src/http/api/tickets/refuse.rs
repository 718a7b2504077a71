//! `POST /v1/tickets/{id}/refuse`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::http::answer::{Answer, Record};
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::schema::texts::HandOffReason;
use crate::ops::{App, hand_offs};

/// Why a hand-off is refused.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = HandOffRefusal, example = json!({"reason": "不在保修范围"}))]
pub struct Refusal {
    /// What the giving team is told, 1 to 2,000 characters.
    #[schema(value_type = HandOffReason)]
    reason: String,
}

/// Refuses the hand-off that waits: the ticket stays with the team that wanted to give it. Only members of the team
/// that was to get it and programs may.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/refuse", operation_id = "refuse_ticket", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), IdempotencyKey),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket, headers(("ETag", description = "Its version"))),
        PutProblems,
    ),
)]
pub async fn refuse_ticket(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<TicketId>,
    Json(refusal): Json<Refusal>,
) -> Answer<Record<Ticket>> {
    let done = app
        .commit_once(&call, "tickets.refuse", (id, refusal.reason), |tx, call, wish| {
            Box::pin(async move { hand_offs::refuse(tx, call, wish).await.map(Ticket::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
