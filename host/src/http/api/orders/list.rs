//! `GET /v1/orders`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Order;
use crate::domain::ids::CustomerId;
use crate::http::extract::{Caller, Condition, Limit, Next, Query, Sort, list_query};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::http::schema::OrderSort;
use crate::http::schema::texts::Words;
use crate::ops::App;
use crate::ops::sales::orders;

/// Which orders.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Next>,
    /// In which order.
    #[param(value_type = Option<OrderSort>)]
    sort: Option<Sort>,
    /// Which ones.
    filter: Option<Condition>,
    /// Words of its number.
    #[param(value_type = Option<Words>)]
    q: Option<String>,
    /// Those of this customer and of the records that were merged into it.
    customer_id: Option<CustomerId>,
}

/// Lists orders, the last placed first unless sorted otherwise.
#[utoipa::path(
    get, path = "/v1/orders", operation_id = "list_orders", tag = "orders",
    params(Filter),
    responses((status = 200, description = "A page of orders", body = List<Order>), ListProblems),
)]
pub async fn list_orders(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Order>> {
    let mut tx = app.db.read().await?;
    let query = list_query(filter.limit, filter.cursor, filter.sort, filter.filter, filter.q);
    Ok(List::of(orders::list(&mut tx, &ctx, &query, filter.customer_id).await?))
}
