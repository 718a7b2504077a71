//! `POST /v1/deals/{id}/win`

use axum::extract::State;

use super::Deal;
use crate::domain::ids::DealId;
use crate::http::extract::{Caller, Id, IdempotencyKey};
use crate::http::openapi::ActionProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::sales::deals;

/// Wins a deal. A lead isn't closed by it: it moves on into the first stage of the first sales pipeline.
#[utoipa::path(
    post, path = "/v1/deals/{id}/win", operation_id = "win_deal", tag = "deals",
    params(("id" = DealId, Path, description = "The deal"), IdempotencyKey),
    responses(
        (status = 200, description = "The deal as it is now", body = Deal, headers(("ETag", description = "Its version"))),
        ActionProblems,
    ),
)]
pub async fn win_deal(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<DealId>,
) -> ApiResult<Record<Deal>> {
    let done = app
        .commit_once(&ctx, "deals.win", id, |tx, ctx, id| {
            Box::pin(async move { deals::win(tx, ctx, *id).await.map(Deal::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
