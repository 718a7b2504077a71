//! `PATCH /v1/customers/{id}`

use axum::extract::State;

use super::Customer;
use crate::domain::customer::CustomerChange;
use crate::domain::ids::CustomerId;
use crate::http::extract::{Caller, Id, IfMatch, IfMatchHeader, MergePatch};
use crate::http::openapi::ChangeProblems;
use crate::http::response::{ApiResult, Record};
use crate::ops::{App, customers};

/// Changes a customer.
#[utoipa::path(
    patch, path = "/v1/customers/{id}", operation_id = "change_customer", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer"), IfMatchHeader),
    request_body(content = CustomerChange, content_type = "application/merge-patch+json"),
    responses(
        (status = 200, description = "The customer as it is now", body = Customer, headers(("ETag", description = "Its version"))),
        ChangeProblems,
    ),
)]
pub async fn change_customer(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
    IfMatch(expected): IfMatch,
    MergePatch(change): MergePatch<CustomerChange>,
) -> ApiResult<Record<Customer>> {
    let request = (id, expected, change);
    let changed =
        app.commit(&ctx, request, |tx, ctx, request| Box::pin(customers::change(tx, ctx, request))).await?;
    Ok(Record(changed.into()))
}
