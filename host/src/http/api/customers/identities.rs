//! `GET /v1/customers/{id}/identities`

use axum::extract::State;

use super::Identity;
use crate::domain::ids::CustomerId;
use crate::http::answer::{Answer, List};
use crate::http::extract::{Caller, Id};
use crate::http::openapi::ReadProblems;
use crate::ops::{App, customers};

/// How a customer is known, in the order the identities were seen.
#[utoipa::path(
    get, path = "/v1/customers/{id}/identities", operation_id = "customer_identities", tag = "customers",
    params(("id" = CustomerId, Path, description = "The customer")),
    responses((status = 200, description = "Its identities", body = List<Identity>), ReadProblems),
)]
pub async fn customer_identities(
    State(app): State<App>,
    Caller(call): Caller,
    Id(id): Id<CustomerId>,
) -> Answer<List<Identity>> {
    let mut tx = app.db.read().await?;
    Ok(List::whole(customers::identities(&mut tx, &call, id).await?))
}
