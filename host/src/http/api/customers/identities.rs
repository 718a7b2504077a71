//! `GET /v1/customers/{id}/identities`

use axum::extract::State;

use super::Identity;
use crate::domain::ids::CustomerId;
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::http::response::{ApiResult, List};
use crate::ops::{App, customers};

/// How a customer is known, in the order the identities were seen.
#[utoipa::path(
    get, path = "/v1/customers/{id}/identities", operation_id = "customer_identities", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer")),
    responses((status = 200, description = "Its identities", body = List<Identity>), ReadProblems),
)]
pub async fn customer_identities(
    State(app): State<App>,
    Caller(ctx): Caller,
    Id(id): Id<CustomerId>,
) -> ApiResult<List<Identity>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(customers::identities(&mut tx, &ctx, id).await?))
}
