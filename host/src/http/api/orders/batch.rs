//! `POST /v1/orders:batch`

use axum::extract::State;
use serde_json::Value;

use super::Order;
use crate::domain::order::NewOrder;
use crate::http::batch::{self, Batch, Outcomes};
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::ApiResult;
use crate::ops::App;
use crate::ops::sales::orders;

/// Enters up to 1,000 orders, each with its own outcome.
#[utoipa::path(
    post, path = "/v1/orders:batch", operation_id = "create_orders", tag = "orders",
    params(IdempotencyKey), request_body = Batch<NewOrder>,
    responses((status = 200, description = "What became of each", body = Outcomes<Order>), CreateProblems),
)]
pub async fn create_orders(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<Batch<Value>>,
) -> ApiResult<axum::Json<Outcomes<Order>>> {
    batch::run::<NewOrder, NewOrder, _, _>(&app, &ctx, "orders.create-batch", new, |tx, ctx, new| {
        Box::pin(async move { orders::create(tx, ctx, new).await.map(Order::from) })
    })
    .await
}
