//! `POST /v1/tickets:batch`

use axum::extract::State;
use serde_json::Value;

use super::Ticket;
use crate::domain::ticket::NewTicket;
use crate::http::batch::{self, Batch, Outcomes};
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::ApiResult;
use crate::ops::{App, tickets};

/// Creates up to 1,000 tickets, each with its own outcome.
#[utoipa::path(
    post, path = "/v1/tickets:batch", operation_id = "create_tickets", tag = "tickets",
    params(IdempotencyKey), request_body = Batch<NewTicket>,
    responses((status = 200, description = "What became of each", body = Outcomes<Ticket>), CreateProblems),
)]
pub async fn create_tickets(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<Batch<Value>>,
) -> ApiResult<axum::Json<Outcomes<Ticket>>> {
    batch::run::<NewTicket, NewTicket, _, _>(&app, &ctx, "tickets.create-batch", new, |tx, ctx, new| {
        Box::pin(async move { tickets::create(tx, ctx, None, new).await.map(Ticket::from) })
    })
    .await
}
