//! `GET /v1/orders/{id}/history`

use axum::extract::State;

use crate::domain::ids::OrderId;
use crate::http::api::events::Entry;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::App;
use crate::ops::sales::orders;

/// Everything that happened to an order, oldest first.
#[utoipa::path(
    get, path = "/v1/orders/{id}/history", operation_id = "order_history", tag = "orders",
    params(("id" = OrderId, Path, description = "The order")),
    responses((status = 200, description = "Its events", body = List<Entry>), ReadProblems),
)]
pub async fn order_history(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<OrderId>,
) -> ApiResult<List<Entry>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(orders::history(&mut tx, &ctx, id).await?))
}
