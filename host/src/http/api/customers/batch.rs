//! `POST /v1/customers:batch`

use axum::extract::State;
use serde_json::Value;

use super::Customer;
use crate::domain::customer::NewCustomer;
use crate::http::batch::{self, Batch, Outcomes};
use crate::http::extract::{Caller, IdempotencyKey, Json};
use crate::http::openapi::CreateProblems;
use crate::http::response::ApiResult;
use crate::ops::{App, customers};

/// Creates up to 1,000 customers, each with its own outcome.
#[utoipa::path(
    post, path = "/v1/customers:batch", operation_id = "create_customers", tag = "customers",
    params(IdempotencyKey), request_body = Batch<NewCustomer>,
    responses((status = 200, description = "What became of each", body = Outcomes<Customer>), CreateProblems),
)]
pub async fn create_customers(
    State(app): State<App>,
    Caller(ctx): Caller,
    Json(new): Json<Batch<Value>>,
) -> ApiResult<axum::Json<Outcomes<Customer>>> {
    batch::run::<NewCustomer, NewCustomer, _, _>(&app, &ctx, "customers.create-batch", new, |tx, ctx, new| {
        Box::pin(async move { customers::create(tx, ctx, new).await.map(Customer::from) })
    })
    .await
}
