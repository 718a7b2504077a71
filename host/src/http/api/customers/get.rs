//! `GET /v1/customers/{id}`

use axum::extract::State;

use super::Customer;
use crate::domain::ids::CustomerId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, customers};

/// One customer. One that was merged into another names it as `canonical_id`.
#[utoipa::path(
    get, path = "/v1/customers/{id}", operation_id = "get_customer", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer")),
    responses(
        (status = 200, description = "The customer", body = Customer, headers(("ETag", description = "Its version"))),
        (status = 304, description = "The caller has this version already (`If-None-Match`)"),
        ReadProblems,
    ),
)]
pub async fn get_customer(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
) -> ApiResult<Record<Customer>> {
    let mut tx = app.db.read().await?;
    Ok(Record(customers::get(&mut tx, &ctx, id).await?.into()))
}
