//! `POST /v1/tickets/{id}/lead`

use axum::extract::State;

use crate::domain::deal::DealChange;
use crate::domain::ids::TicketId;
use crate::http::api::deals::Deal;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::sales::deals;

/// Makes a lead of what a ticket's customer wants to buy, in the first pipeline for leads; what isn't said is taken
/// from the ticket. The ticket stays as it is; it
/// has at most one open lead or deal.
#[utoipa::path(
    post, path = "/v1/tickets/{id}/lead", operation_id = "open_lead", tag = "deals",
    params(("id" = TicketId, Path, description = "The ticket"), IdempotencyKey),
    responses((status = 201, description = "The lead; `Location` is its address", body = Deal), PutProblems),
)]
pub async fn open_lead(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<TicketId>,
    Json(fields): Json<DealChange>,
) -> ApiResult<Created<Deal>> {
    let done = app
        .commit_once(&ctx, "tickets.lead", (id, fields), |tx, ctx, request| {
            Box::pin(async move { deals::from_ticket(tx, ctx, request).await.map(Deal::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/deals/{}", done.answer.0.id), record: done.answer })
}
