//! `GET /v1/orders/{id}`

use axum::extract::State;

use super::Order;
use crate::domain::ids::OrderId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::sales::orders;

/// One order.
#[utoipa::path(
    get, path = "/v1/orders/{id}", operation_id = "get_order", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses(
        (status = 200, description = "The order", body = Order, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_order(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<OrderId>,
) -> ApiResult<Record<Order>> {
    let mut tx = app.db.read().await?;
    Ok(Record(orders::get(&mut tx, &ctx, id).await?.into()))
}
