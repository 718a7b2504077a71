//! `GET /v1/customers`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Customer;
use crate::http::extract::{Caller, Condition, Limit, Next, Query, Sort, list_query};
use crate::http::openapi::ListProblems;
use crate::http::response::{ApiResult, List};
use crate::http::schema::CustomerSort;
use crate::http::schema::texts::Words;
use crate::ops::{App, customers};

/// Which customers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Next>,
    /// In which order.
    #[param(value_type = Option<CustomerSort>)]
    sort: Option<Sort>,
    /// Which ones.
    filter: Option<Condition>,
    /// Words, names as they are written or sound (`wf`), ends of phone numbers: what all of it is found by.
    #[param(value_type = Option<Words>)]
    q: Option<String>,
}

/// Lists customers, the newest first unless sorted otherwise.
#[utoipa::path(
    get, path = "/v1/customers", operation_id = "list_customers", tag = "customers",
    params(Filter),
    responses((status = 200, description = "A page of customers", body = List<Customer>), ListProblems),
)]
pub async fn list_customers(
    State(app): State<App>,
    Caller(ctx): Caller,
    Query(filter): Query<Filter>,
) -> ApiResult<List<Customer>> {
    let mut tx = app.db.read().await?;
    let query = list_query(filter.limit, filter.cursor, filter.sort, filter.filter, filter.q);
    Ok(List::of(customers::list(&mut tx, &ctx, &query).await?))
}
