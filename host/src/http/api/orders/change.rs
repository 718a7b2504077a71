//! `PATCH /v1/orders/{id}`

use axum::extract::State;

use super::Order;
use crate::domain::ids::OrderId;
use crate::domain::order::OrderChange;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::sales::orders;

/// Corrects an order.
#[utoipa::path(
    patch, path = "/v1/orders/{id}", operation_id = "change_order", tag = "orders",
    params(("id" = OrderId, Path, description = "The order"), IfMatchHeader),
    request_body(content = OrderChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The order as it is now", body = Order, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_order(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<OrderId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<OrderChange>,
) -> ApiResult<Record<Order>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(orders::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
