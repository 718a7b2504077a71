//! `POST /v1/tickets/{id}/reopen`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Ticket;
use crate::domain::ids::TicketId;
use crate::domain::reason::Reason;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::Cause;
use crate::ops::{App, tickets};

/// Why a ticket is opened again.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "the replacement broke as well"}))]
pub struct Reopening {
    /// What whoever takes the ticket is told.
    #[schema(value_type = Cause)]
    reason: String,
}

/// Opens a resolved ticket again.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/reopen", operation_id = "reopen_ticket", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), IdempotencyKey),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket, headers(("ETag", description = "Its version"))),
        PutProblems,
    ),
)]
pub async fn reopen_ticket(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
    Json(reopening): Json<Reopening>,
) -> ApiResult<Record<Ticket>> {
    let done = app
        .commit_once(&ctx, "tickets.reopen", (id, reopening), |tx, ctx, (id, reopening)| {
            Box::pin(async move {
                let reason = Reason::Text(reopening.reason.clone());
                tickets::reopen(tx, ctx, *id, &reason).await.map(Ticket::from)
            })
        })
        .await?;
    Ok(Record(done.answer))
}
