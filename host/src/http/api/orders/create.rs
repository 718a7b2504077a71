//! `POST /v1/orders`

use axum::extract::State;

use super::Order;
use crate::domain::order::NewOrder;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::App;
use crate::ops::sales::orders;

/// Enters an order.
#[utoipa::path(
    post, path = "/v1/orders", operation_id = "create_order", tag = "orders",
    params(IdempotencyKey),
    responses((status = 201, description = "The order; `Location` is its address", body = Order), CreateProblems),
)]
pub async fn create_order(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewOrder>,
) -> ApiResult<Created<Order>> {
    let done = app
        .commit_once(&ctx, "orders.create", new, |tx, ctx, new| {
            Box::pin(async move { orders::create(tx, ctx, new).await.map(Order::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/orders/{}", done.answer.0.id), record: done.answer })
}
