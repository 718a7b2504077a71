//! `POST /v1/deals:batch`

use axum::extract::State;
use serde_json::Value;

use super::Deal;
use crate::domain::deal::NewDeal;
use crate::http::batch::{self, Batch, Outcomes};
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::sales::deals;

/// Makes up to 1,000 leads or deals, each with its own outcome.
#[utoipa::path(
    post, path = "/v1/deals:batch", operation_id = "create_deals", tag = "deals",
    params(IdempotencyKey), request_body = Batch<NewDeal>,
    responses((status = 200, description = "What became of each", body = Outcomes<Deal>), CreateProblems),
)]
pub async fn create_deals(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<Batch<Value>>,
) -> ApiResult<axum::Json<Outcomes<Deal>>> {
    batch::run::<NewDeal, NewDeal, _, _>(&app, &ctx, "deals.create-batch", new, |tx, ctx, new| {
        Box::pin(async move { deals::create(tx, ctx, None, new).await.map(Deal::from) })
    })
    .await
}
