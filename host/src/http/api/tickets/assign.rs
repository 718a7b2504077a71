//! `POST /v1/tickets/{id}/assign`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Ticket;
use crate::domain::ids::{TicketId, UserId};
use crate::domain::reason::Reason;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::Cause;
use crate::ops::{App, tickets};

/// Who is to take a ticket.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"user_id": "019b8a3e-0000-7000-8000-000000000007", "reason": "knows the customer"}))]
pub struct Assignment {
    /// The person.
    user_id: UserId,
    /// Why; the person and everybody who reads the ticket sees it.
    #[serde(default)]
    #[schema(value_type = Option<Cause>)]
    reason: Option<String>,
}

/// Gives a ticket to a person, who is told.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/assign", operation_id = "assign_ticket", tag = "tickets",
    params(("id" = TicketId, Path, description = "The ticket"), IdempotencyKey),
    responses(
        (status = 200, description = "The ticket as it is now", body = Ticket, headers(("ETag", description = "Its version"))),
        PutProblems,
    ),
)]
pub async fn assign_ticket(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
    Json(to): Json<Assignment>,
) -> ApiResult<Record<Ticket>> {
    let request = (id, tickets::Assignment { user: to.user_id, reason: to.reason.map(Reason::Text) });
    let done = app
        .commit_once(&ctx, "tickets.assign", request, |tx, ctx, request| {
            Box::pin(async move { tickets::assign(tx, ctx, request).await.map(Ticket::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
