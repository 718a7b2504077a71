//! `POST /v1/customers/{id}/unmerge`

use axum::extract::State;

use super::Customer;
use super::merge::OtherRecord;
use crate::domain::ids::CustomerId;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::customers::merges::{self, Pair};

/// Undoes a merge: the other record stands alone again, with all that belonged to it before, and the records that had been
/// merged into it. What came in meanwhile stays with the one that stood for both.
#[utoipa::path(
    post, path = "/v1/customers/{id}/unmerge", operation_id = "unmerge_customer", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer that stands for both"), IdempotencyKey),
    responses(
        (status = 200, description = "The customer that stands alone again", body = Customer, headers(("ETag", description = "Its version"))),
        PutProblems,
    ),
)]
pub async fn unmerge_customer(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
    Json(other): Json<OtherRecord>,
) -> ApiResult<Record<Customer>> {
    let pair = Pair { winner: id, loser: other.customer_id };
    let done = app
        .commit_once(&ctx, "customers.unmerge", pair, |tx, ctx, pair| {
            Box::pin(async move { merges::unmerge(tx, ctx, pair).await.map(Customer::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
