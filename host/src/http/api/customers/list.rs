//! `GET /v1/customers`

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;

use super::Customer;
use crate::http::answer::{Answer, List};
use crate::http::extract::{Caller, Cursor, Limit, Query, page};
use crate::http::openapi::ListProblems;
use crate::ops::{App, customers};

/// Which customers.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Filter {
    /// How many.
    limit: Option<Limit>,
    /// Where the page before ended.
    cursor: Option<Cursor>,
    /// A part of the name.
    q: Option<String>,
}

/// Lists customers, the newest first.
#[utoipa::path(
    get, path = "/v1/customers", operation_id = "list_customers", tag = "customers",
    params(Filter),
    responses((status = 200, description = "A page of customers", body = List<Customer>), ListProblems),
)]
pub async fn list_customers(
    State(app): State<App>,
    Caller(call): Caller,
    Query(filter): Query<Filter>,
) -> Answer<List<Customer>> {
    let mut tx = app.db.read().await?;
    let page = page(filter.limit, filter.cursor);
    Ok(List::of(customers::list(&mut tx, &call, page, filter.q.as_deref()).await?))
}
