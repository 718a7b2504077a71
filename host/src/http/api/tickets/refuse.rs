//! `POST /v1/tickets/{id}/refuse`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::HandOffReason;
use crate::ops::App;
use crate::ops::tickets::hand_offs;

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
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
    Json(refusal): Json<Refusal>,
) -> ApiResult<Record<Ticket>> {
    let done = app
        .commit_once(&ctx, "tickets.refuse", (id, refusal.reason), |tx, ctx, request| {
            Box::pin(async move { hand_offs::refuse(tx, ctx, request).await.map(Ticket::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
