//! `POST /v1/deals/{id}/lose`

use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Deal;
use crate::domain::ids::DealId;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Record};
use crate::http::schema::texts::Title;
use crate::ops::App;
use crate::ops::sales::deals;

/// Why a deal is lost.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"reason": "价格太高"}))]
pub struct Loss {
    /// Why, 1 to 200 characters.
    #[schema(value_type = Title)]
    reason: String,
}

/// Loses a lead or deal.
#[utoipa::path(
    post, path = "/v1/deals/{id}/lose", operation_id = "lose_deal", tag = "deals",
    params(("id" = DealId, Path, description = "The deal"), IdempotencyKey),
    responses(
        (status = 200, description = "The deal as it is now", body = Deal, headers(("ETag", description = "Its version"))),
        PutProblems,
    ),
)]
pub async fn lose_deal(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<DealId>,
    Json(loss): Json<Loss>,
) -> ApiResult<Record<Deal>> {
    let done = app
        .commit_once(&ctx, "deals.lose", (id, loss.reason), |tx, ctx, request| {
            Box::pin(async move { deals::lose(tx, ctx, request).await.map(Deal::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
