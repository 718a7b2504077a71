//! `POST /v1/customers`

use axum::extract::State;

use super::Customer;
use crate::domain::customer::NewCustomer;
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::{ApiResult, Created};
use crate::ops::{App, customers};

/// Creates a customer.
#[utoipa::path(
    post, path = "/v1/customers", operation_id = "create_customer", tag = "customers",
    params(IdempotencyKey),
    responses((status = 201, description = "The customer; `Location` is its address", body = Customer), CreateProblems),
)]
pub async fn create_customer(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<NewCustomer>,
) -> ApiResult<Created<Customer>> {
    let done = app
        .commit_once(&ctx, "customers.create", new, |tx, ctx, new| {
            Box::pin(async move { customers::create(tx, ctx, new).await.map(Customer::from) })
        })
        .await?;
    Ok(Created { location: format!("/v1/customers/{}", done.answer.0.id), record: done.answer })
}
