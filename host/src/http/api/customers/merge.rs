//! `POST /v1/customers/{id}/merge`

use axum::extract::State;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Customer;
use crate::domain::ids::CustomerId;
use crate::http::extract::{Caller, Id, IdempotencyKey, Json};
use crate::http::openapi::PutProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::App;
use crate::ops::customers::merges::{self, Pair};

/// The other record of a customer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(example = json!({"customer_id": "019ba123-4567-7abc-8def-0123456789ab"}))]
pub struct OtherRecord {
    /// The record that is, or was, merged into the one in the path.
    pub customer_id: CustomerId,
}

/// Merges another record of the same customer into this one.
///
/// From then on this one stands for both: what belongs to the other is shown with it, and new messages to the other's
/// identities become its own. `unmerge` undoes it.
#[utoipa::path(
    post, path = "/v1/customers/{id}/merge", operation_id = "merge_customer", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer that stands for both"), IdempotencyKey),
    responses(
        (status = 200, description = "The customer that stands for both", body = Customer, headers(("ETag", description = "Its version"))),
        PutProblems,
    ),
)]
pub async fn merge_customer(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
    Json(other): Json<OtherRecord>,
) -> ApiResult<Record<Customer>> {
    let pair = Pair { winner: id, loser: other.customer_id };
    let done = app
        .commit_once(&ctx, "customers.merge", pair, |tx, ctx, pair| {
            Box::pin(async move { merges::merge(tx, ctx, pair).await.map(Customer::from) })
        })
        .await?;
    Ok(Record(done.answer))
}
